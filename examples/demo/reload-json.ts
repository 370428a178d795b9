/**
 * What a worker pays that reloads the tables of the demo as JSON instead: how long that keeps its thread, and what the
 * tables take in its heap. Not part of the demo; run it alone: node --expose-gc examples/build/demo/reload-json.js
 */
import { loadCities, loadWords, type BaseCity, type BaseWord } from './data.js'

interface Tables {
  readonly words: ReadonlyMap<string, BaseWord>
  readonly cities: ReadonlyMap<number, BaseCity>
}

function load(json: string): Tables {
  const { words, cities } = JSON.parse(json) as { words: BaseWord[]; cities: BaseCity[] }
  return {
    words: new Map(words.map((word) => [word.text, word])),
    cities: new Map(cities.map((city) => [city.id, city])),
  }
}

// A function of its own: what is made on the way must not stay alive in the frame of the module.
function makeJson(): string {
  return JSON.stringify({ words: loadWords(), cities: loadCities() })
}

/** Megabytes of the heap that are in use after a collection. */
function heapMb(): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const json = makeJson()
const emptyMb = heapMb()
let tables: Tables | undefined
for (let edition = 1; edition <= 5; edition++) {
  const start = performance.now()
  // The tables in use stay in use until the new ones are complete.
  const next = load(json)
  const ms = performance.now() - start
  const withBothMb = heapMb()
  tables = next
  console.log(
    `edition ${edition}: ${(json.length / 1e6).toFixed(0)} million characters parsed and indexed in ${ms.toFixed(0)} ms; ` +
      `tables take ${(heapMb() - emptyMb).toFixed(0)} MB of heap, ${(withBothMb - emptyMb).toFixed(0)} MB while they are replaced`,
  )
}
console.log(`${(tables?.words.size ?? 0) + (tables?.cities.size ?? 0)} rows`)

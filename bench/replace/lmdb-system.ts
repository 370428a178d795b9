import { createRequire } from 'node:module'
import { frequencyIn, loadCities, loadWords, populationIn } from '../../examples/demo/data.js'
import { RIVALS } from '../lmdb.js'
import type { CityLine, Reader, Tables, Writer } from './tables.js'

type Key = string | number | readonly (string | number)[]

interface Database {
  get(key: Key): unknown
  putSync(key: Key, value: unknown): unknown
  clearSync(): void
  getRange(options: { start: Key; limit?: number }): Iterable<{ readonly key: Key; readonly value: unknown }>
}

interface Root {
  openDB(name: string): Database
  transactionSync(work: () => void): void
}

interface Databases {
  readonly root: Root
  readonly meta: Database
  readonly words: Database
  readonly cities: Database
  /** By name and position in the data, as equal names stand in the order of the data. */
  readonly names: Database
  /** By country, number of people downwards, and position. */
  readonly places: Database
}

function open(place: string): Databases {
  const lmdb = createRequire(`${RIVALS}/package.json`)('lmdb') as { open(options: object): Root }
  const root = lmdb.open({ path: place, noSync: true, mapSize: 2 ** 31, maxDbs: 8 })
  const [meta, words, cities, names, places] = ['meta', 'words', 'cities', 'names', 'places'].map((name) =>
    root.openDB(name),
  ) as [Database, Database, Database, Database, Database]
  return { root, meta, words, cities, names, places }
}

/** Rewrites all databases in one transaction, which readers see as a whole. */
export function lmdbWriter(place: string): Writer {
  const baseWords = loadWords()
  const baseCities = loadCities()
  const { root, meta, words, cities, names, places } = open(place)
  return {
    publish(edition) {
      root.transactionSync(() => {
        for (const database of [words, cities, names, places]) database.clearSync()
        meta.putSync('edition', edition)
        for (const word of baseWords) {
          words.putSync(word.text, { frequency: frequencyIn(edition, word), tag: word.tag })
        }
        for (const [index, city] of baseCities.entries()) {
          const { id, name, country } = city
          const population = populationIn(edition, city)
          const line: CityLine = { id, name, population }
          cities.putSync(id, { name, country, population, at: city.at })
          names.putSync([name, index], line)
          places.putSync([country, -population, index], line)
        }
      })
      return Promise.resolve()
    },
  }
}

/** Reads whatever was committed last; within a turn of the event loop, lmdb keeps to one transaction. */
export function lmdbReader(place: string): Reader {
  const { meta, words, cities, names, places } = open(place)
  const linesOf = (database: Database, start: Key, limit: number, isIn: (key: Key) => boolean): CityLine[] => {
    const found: CityLine[] = []
    for (const { key, value } of database.getRange({ start, limit })) if (isIn(key)) found.push(value as CityLine)
    return found
  }
  return {
    now: (): Tables => ({
      edition: meta.get('edition') as number,
      word: (text) => words.get(text) as ReturnType<Tables['word']>,
      words(prefix, limit) {
        const found = []
        for (const { key, value } of words.getRange({ start: prefix, limit })) {
          const text = key as string
          if (text.startsWith(prefix)) found.push({ text, frequency: (value as { frequency: number }).frequency })
        }
        return found
      },
      city: (id) => cities.get(id) as ReturnType<Tables['city']>,
      cities: (prefix, limit) => linesOf(names, [prefix], limit, (key) => (key as [string])[0].startsWith(prefix)),
      largest: (country, limit) => linesOf(places, [country], limit, (key) => (key as [string])[0] === country),
    }),
  }
}

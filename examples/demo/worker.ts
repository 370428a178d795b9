/** A worker of the cluster: answers HTTP requests from whatever version is current. */
import { createServer } from 'node:http'
import { constants, PerformanceObserver, type NodeGCPerformanceDetail, type PerformanceEntry } from 'node:perf_hooks'
import { Store } from 'hotseg'
import { privateMbOf, sharedNow, StepClock } from './kernel.js'
import type { SwapRecord, WorkerReport } from './messages.js'
import { schema } from './schema.js'

const PREFIX_LIMIT = 5
const LARGEST_LIMIT = 3

const clock = new StepClock()
// The publisher has read its file back on this machine and compared it a moment ago: its word is taken for the data.
const store = await Store.open(process.argv[2] ?? '', {
  schema,
  waitMs: 30_000,
  check: 'header',
  clock: clock.read,
})

/** The answer to a request; `undefined` when there is nothing of that name. */
function answer(path: string, query: URLSearchParams): object | undefined {
  // Read once: everything in an answer comes from one version.
  const { lexicon, cities, edition } = store.current
  switch (path) {
    case '/word': {
      const word = lexicon.by.text.get(query.get('text') ?? '')
      return word && { edition, text: word.text, frequency: word.frequency, tag: word.tag }
    }
    case '/words': {
      const range = lexicon.by.order.range({ prefix: query.get('prefix') ?? '', limit: PREFIX_LIMIT })
      return { edition, words: Array.from(range, ({ text, frequency }) => ({ text, frequency })) }
    }
    case '/city': {
      const city = cities.by.id.get(Number(query.get('id')))
      return city && { edition, id: city.id, name: city.name, country: city.country, population: city.population }
    }
    case '/cities': {
      const range = cities.by.name.range({ prefix: query.get('prefix') ?? '', limit: PREFIX_LIMIT })
      return { edition, cities: Array.from(range, ({ id, name, population }) => ({ id, name, population })) }
    }
    case '/largest': {
      const largest = []
      for (const { id, name, population } of cities.by.place.equalRange([query.get('country') ?? ''])) {
        largest.push({ id, name, population })
        if (largest.length === LARGEST_LIMIT) break
      }
      return { edition, cities: largest }
    }
    case '/both': {
      const word = lexicon.by.text.get(query.get('text') ?? '')
      const city = cities.by.id.get(Number(query.get('id')))
      return word && city && { edition, frequency: word.frequency, population: city.population }
    }
    default:
      return undefined
  }
}

let handlingMs = 0

createServer((request, response) => {
  const start = performance.now()
  const url = request.url ?? ''
  const mark = url.indexOf('?')
  let status = 200
  let body: object | undefined
  try {
    body = answer(url.slice(0, mark), new URLSearchParams(url.slice(mark + 1)))
    if (body === undefined) status = 404
  } catch (error) {
    status = 500
    body = { error: String(error) }
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}))
  handlingMs += performance.now() - start
}).listen(0, '127.0.0.1')

const swaps = new Map<number, SwapRecord>()
let adoptFailures = 0
store.on('adopt-failed', () => adoptFailures++)

// A swap begins with the adoption of a version and ends when the memory of the one before is given back.
store.on('swap', ({ previous, longestBlockMs }) => {
  if (previous === undefined) return
  swaps.set(previous, { at: sharedNow(), pauseMs: longestBlockMs, wallMs: clock.takeLongestWallMs() })
})
store.on('release', ({ generation, longestBlockMs }) => {
  const swap = swaps.get(generation)
  if (swap === undefined) return
  const wallMs = Math.max(swap.wallMs, clock.takeLongestWallMs())
  const startNet = clock.net()
  const startWall = performance.now()
  const handledMs = handlingMs
  // The munmap follows on the next turn, after what the sockets bring; requests answered in between are not the library's.
  setImmediate(() => {
    const requestsMs = handlingMs - handledMs
    swaps.set(generation, {
      at: swap.at,
      pauseMs: Math.max(swap.pauseMs, longestBlockMs, clock.net() - startNet - requestsMs),
      wallMs: Math.max(wallMs, performance.now() - startWall - requestsMs),
    })
  })
})

/** The types of this Node leave out what kind of collection it was. */
type GcEntry = PerformanceEntry & { readonly detail: NodeGCPerformanceDetail }

const majorGcs: { at: number; ms: number }[] = []
const toShared = sharedNow() - performance.now()
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { kind } = (entry as GcEntry).detail
    if (kind !== constants.NODE_PERFORMANCE_GC_MAJOR) continue
    majorGcs.push({ at: toShared + entry.startTime, ms: entry.duration })
  }
}).observe({ entryTypes: ['gc'] })

process.on('message', () => {
  const report: WorkerReport = {
    type: 'report',
    swaps: [...swaps.values()],
    majorGcs,
    adoptFailures,
    privateMb: privateMbOf('self'),
    isNet: clock.isNet,
  }
  process.send?.(report)
})

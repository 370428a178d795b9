/** A process that reads large versions while it has work of its own and many live objects, and measures what swaps cost it. */
import { constants, PerformanceObserver, type NodeGCPerformanceDetail, type PerformanceEntry } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { Store } from 'hotseg'
import { schema, type Answer, type Order, type RoundTimes } from './messages.js'
import { WorkClock } from './work-clock.js'

const LIVE_OBJECTS = 1_500_000
const ROUND_NUMBERS = 1 << 17
const ROUND_EVERY_MS = 20
/** A version of 200 MB is checked in 800 steps of this size. */
const STEPS = 800
const STEP_BYTES = 256 << 10
const PAUSES_MS = 150

const [directory] = process.argv.slice(2)
const live = Array.from({ length: LIVE_OBJECTS }, (_, id) => ({ id, name: `object ${id}`, next: undefined }))

const clock = new WorkClock()
const store = await Store.open(directory!, { schema, clock: clock.read })

let sink = 0
let majorGcs = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { kind } = (entry as PerformanceEntry & { detail: NodeGCPerformanceDetail }).detail
    if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) majorGcs++
  }
}).observe({ entryTypes: ['gc'] })

// A swap ends when the memory of the version before is given back; with mmap-io the munmap comes a turn later.
const blocks = new Map<number, number>()
const ended: number[] = []
store.on('swap', ({ previous, longestBlockMs }) => {
  if (previous !== undefined) blocks.set(previous, longestBlockMs)
})
store.on('release', ({ generation, longestBlockMs }) => {
  const start = clock.read()
  setImmediate(() => {
    ended.push(Math.max(blocks.get(generation) ?? 0, longestBlockMs, clock.read() - start))
    blocks.delete(generation)
  })
})

const compared: number[] = []
const own = new Uint8Array(64 * STEP_BYTES)
async function compare(): Promise<void> {
  let longest = 0
  const begin = performance.now()
  for (let step = 0; step < STEPS; step++) {
    // As a reader that adopts a version.
    if (performance.now() - begin < PAUSES_MS) await sleep(1)
    else await nextTurn()
    const start = clock.read()
    const first = (step * STEP_BYTES) % own.length
    sink += crc32(own.subarray(first, first + STEP_BYTES))
    longest = Math.max(longest, clock.read() - start)
  }
  compared.push(longest)
}

/** Code over typed arrays that has nothing to do with hotseg, as a service's own. */
const numbers = Float64Array.from({ length: ROUND_NUMBERS }, (_, i) => i)
function sumOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0.5
  return sum
}

/** Reads that stay within few pages, so that what is measured is the code and not first touches. */
function lookUp(): number {
  const { words } = store.current
  let sum = 0
  for (let pass = 0; pass < 200; pass++) for (let i = 0; i < 50; i++) sum += words.get(i)!
  return sum
}

const rounds: Record<keyof RoundTimes, number[]> = { own: [], reads: [] }
setInterval(() => {
  for (const [name, work] of [
    ['own', () => sumOf(numbers)],
    ['reads', lookUp],
  ] as const) {
    const start = clock.read()
    sink += work()
    rounds[name].push(clock.read() - start)
  }
}, ROUND_EVERY_MS)

function answer(order: Order): Answer {
  const isTaken = order === 'take'
  const result = {
    generation: store.generation,
    ended: ended.length,
    compared: compared.length,
    blocksMs: isTaken ? ended.splice(0) : [],
    comparedMs: isTaken ? compared.splice(0) : [],
    majorGcs,
    rounds: { own: rounds.own.splice(0), reads: rounds.reads.splice(0) },
    heapMb: process.memoryUsage().heapUsed / 1e6,
    isNet: clock.isNet,
    checksum: (live[0]!.id + sink) * 0,
  }
  if (isTaken) majorGcs = 0
  return result
}

process.on('message', (order: Order) => {
  if (order === 'compare') void compare()
  process.send!(answer(order))
})
process.send!('ready')

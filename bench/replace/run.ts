import { fork, type ChildProcess } from 'node:child_process'
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedNow } from '../../examples/demo/kernel.js'
import type { LoadResult } from '../../examples/demo/messages.js'
import { messageFrom } from '../../examples/demo/processes.js'
import { MemorySampler } from './memory.js'
import { WAYS, type Way } from './systems.js'

const WORKERS = 4
const CONNECTIONS = 32
const WARM_UP_MS = 3000
const STEADY_MS = 2000
/** After the last worker answers from the new edition. */
const SETTLE_MS = 1000
const LIMIT_MS = 60_000

/** One replacement: from the moment it was asked for to a second after the service was done with it. */
export interface Change {
  readonly edition: number
  readonly begin: number
  readonly end: number
}

/** What one way gave. */
export interface Run {
  readonly title: string
  readonly load: LoadResult
  readonly changes: readonly Change[]
  /** Time without any replacement, to compare with. */
  readonly steady: { readonly begin: number; readonly end: number }
  readonly steadyMb: number
  readonly peakMb: number
}

/** Where and how hard to try. */
export interface Plan {
  readonly directory: string
  readonly rate: number
  readonly changes: number
}

/** The processes of one service. */
class Service {
  readonly publisher: ChildProcess
  readonly #way: Way
  #workers: Worker[] = []
  port = 0

  constructor(name: string, place: string) {
    this.#way = WAYS[name]!
    this.publisher = fork(join(import.meta.dirname, 'publisher.js'), [name, place])
    cluster.setupPrimary({
      exec: join(import.meta.dirname, 'worker.js'),
      args: [name, place],
      // As the demo's: V8 counts mapped versions towards a limit that depends on the heap.
      execArgv: ['--initial-old-space-size=256'],
    })
  }

  get pids(): number[] {
    const processes = [this.publisher, ...Object.values(cluster.workers ?? {}).map((worker) => worker!.process)]
    return processes.flatMap(({ pid }) => pid ?? [])
  }

  async start(): Promise<void> {
    await messageFrom(this.publisher, 'ready')
    await this.#publish(2)
    this.#workers = await Promise.all(Array.from({ length: WORKERS }, () => this.#startWorker()))
  }

  async #startWorker(): Promise<Worker> {
    const worker = cluster.fork()
    const [{ port }] = (await once(worker, 'listening', { signal: AbortSignal.timeout(LIMIT_MS) })) as [
      { port: number },
    ]
    this.port = port
    return worker
  }

  async #publish(edition: number): Promise<void> {
    const published = messageFrom(this.publisher, 'published')
    this.publisher.send({ edition })
    await published
  }

  /** Puts an edition in the place of the one before. */
  async replace(edition: number): Promise<void> {
    await this.#publish(edition)
    if (this.#way.afterwards === 'reload') {
      await Promise.all(
        this.#workers.map(async (worker) => {
          const reloaded = messageFrom(worker, 'reloaded')
          worker.send('reload')
          await reloaded
        }),
      )
    }
    if (this.#way.afterwards === 'restart') {
      for (const [index, old] of this.#workers.entries()) {
        this.#workers[index] = await this.#startWorker()
        old.send('drain')
        await once(old, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) })
      }
    }
  }

  async end(): Promise<void> {
    const exits = this.#workers.map((worker) => once(worker, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) }))
    for (const worker of this.#workers) worker.process.kill('SIGKILL')
    this.publisher.kill('SIGKILL')
    await Promise.all(exits)
  }
}

/** Runs a service over one of the ways under load, and replaces its data so many times. */
export async function run(name: string, { directory, rate, changes: count }: Plan): Promise<Run> {
  const way = WAYS[name]!
  const load = fork(join(import.meta.dirname, '../../examples/demo/load.js'), [], { serialization: 'advanced' })
  const service = new Service(name, join(directory, name))
  const sampler = new MemorySampler(directory, () => service.pids)
  const killAll = (): void => {
    load.kill('SIGKILL')
    for (const pid of service.pids) process.kill(pid, 'SIGKILL')
  }
  process.on('exit', killAll)
  try {
    await Promise.all([messageFrom(load, 'ready'), service.start()])
    load.send({ type: 'start', port: service.port, rate, connections: CONNECTIONS })
    await sleep(WARM_UP_MS)
    const steadyMb = sampler.now()
    const begin = sharedNow()
    await sleep(STEADY_MS)
    const steady = { begin, end: sharedNow() }
    const changes: Change[] = []
    for (let index = 0; index < count; index++) {
      const edition = 4 + 2 * index
      const changeBegin = sharedNow()
      await service.replace(edition)
      await sleep(SETTLE_MS)
      changes.push({ edition, begin: changeBegin, end: sharedNow() })
    }
    const result = messageFrom<LoadResult>(load, 'result')
    load.send({ type: 'stop' })
    return { title: way.title, load: await result, changes, steady, steadyMb, peakMb: sampler.peakMb }
  } finally {
    sampler.stop()
    load.kill('SIGKILL')
    await service.end()
    process.off('exit', killAll)
  }
}

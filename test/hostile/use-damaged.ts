/** Runs damaged segments through every use in a thread that can be ended when it hangs and has little memory to use up. */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Segment } from '../../src/index.js'
import { tuning } from '../../src/memory/tuning.js'
import { makeTemporaryDirectory } from '../process/harness.js'

// Far above what one damaged segment takes (milliseconds), so that only a hang gets there.
const HANG_MS = 30_000

/** What to run: the seeds from `from` to `to` of random damage to `source`, or the `crafted` segments of those numbers. */
export interface DamagedRun {
  readonly source: Uint8Array
  readonly from: number
  readonly to: number
  /** Whether copies are written to, too. */
  readonly isWritten: boolean
  readonly crafted?: readonly Uint8Array[]
}

/** What came of it. */
export interface Report {
  /** How many could be opened. */
  readonly opened: number
  /** How many calls gave an answer. */
  readonly answers: number
  /** How many calls gave an error of hotseg, by its code. */
  readonly codes: Readonly<Record<string, number>>
  /** Errors that are not of hotseg. */
  readonly findings: readonly unknown[]
  /** Those in which `verify` found nothing. */
  readonly unnoticed: readonly number[]
}

/** A sealed segment whose trees have nodes of four entries, so that there are many. */
export function sourceOf(fill: (segment: ReturnType<typeof Segment.inMemory>) => void): Uint8Array {
  const { nodeCapacity } = tuning
  tuning.nodeCapacity = 4
  try {
    const segment = Segment.inMemory({ capacity: '1 MiB' })
    fill(segment)
    segment.seal()
    return new Uint8Array(segment.toArrayBuffer())
  } finally {
    tuning.nodeCapacity = nodeCapacity
  }
}

/** @param again - how to run one of them again, for the message when it hangs or ends the thread */
export async function useDamaged(run: DamagedRun, again: (number: number) => string): Promise<Report> {
  const directory = makeTemporaryDirectory({ inMemory: true })
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(join(import.meta.dirname, 'worker.mjs'), {
    workerData: { ...run, progress, directory },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  let report: Report | undefined
  let failure: unknown
  worker.on('message', (message: Report) => (report = message))
  worker.on('error', (error) => (failure = error))
  const ended = new Promise<true>((resolve) => worker.once('exit', () => resolve(true)))
  try {
    let number = -1
    for (let since = Date.now(); !(await Promise.race([ended, sleep(20, false)]));) {
      const now = Atomics.load(progress, 0)
      if (now !== number) since = Date.now()
      number = now
      if (Date.now() - since > HANG_MS) throw new Error(`number ${number} hangs: ${again(number)}`)
    }
    number = Atomics.load(progress, 0)
    if (report === undefined) throw new Error(`number ${number} ended the thread: ${again(number)}`, { cause: failure })
    return report
  } finally {
    await worker.terminate()
    fs.rmSync(directory, { recursive: true, force: true })
  }
}

import { once } from 'node:events'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, test } from 'vitest'
import * as hotseg from '../../src/index.js'
import { tuning } from '../../src/memory/tuning.js'
import { contentsOf, fill, typesOf } from '../everything/everything.mjs'
import { makeTemporaryDirectory } from '../process/harness.js'
import { fixChecksums, Target } from './mutations.mjs'

// Far above what one damaged segment takes (milliseconds), so that only a hang gets there.
const HANG_MS = 30_000

const FIRST_SEED = Number(process.env['HOTSEG_HOSTILE_SEED'] ?? 1)
const COUNT = Number(process.env['HOTSEG_HOSTILE_COUNT'] ?? 5000)

interface Report {
  readonly opened: number
  readonly answers: number
  readonly codes: Readonly<Record<string, number>>
  readonly findings: readonly unknown[]
}

const directory = makeTemporaryDirectory({ inMemory: true })
const types = typesOf(hotseg)
const source = build()

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

function build(): Uint8Array {
  const { nodeCapacity } = tuning
  tuning.nodeCapacity = 4
  try {
    const segment = fill(hotseg.Segment.inMemory({ capacity: '1 MiB' }), types)
    segment.seal()
    return new Uint8Array(segment.toArrayBuffer())
  } finally {
    tuning.nodeCapacity = nodeCapacity
  }
}

/** Runs the seeds in a thread that can be ended when it hangs and that has little memory to use up. */
async function run(from: number, to: number, isWritten: boolean): Promise<Report> {
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(join(import.meta.dirname, 'worker.mjs'), {
    workerData: { source, from, to, progress, directory, isWritten },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  let report: Report | undefined
  let failure: unknown
  worker.on('message', (message: Report) => (report = message))
  worker.on('error', (error) => (failure = error))
  const ended = once(worker, 'exit').then(() => true)
  let seed = -1
  for (let since = Date.now(); !(await Promise.race([ended, sleep(20, false)]));) {
    const now = Atomics.load(progress, 0)
    if (now !== seed) since = Date.now()
    seed = now
    if (Date.now() - since > HANG_MS) {
      await worker.terminate()
      throw new Error(`seed ${seed} hangs: HOTSEG_HOSTILE_SEED=${seed} HOTSEG_HOSTILE_COUNT=1`)
    }
  }
  seed = Atomics.load(progress, 0)
  if (report === undefined) {
    throw new Error(`seed ${seed} ended the thread: HOTSEG_HOSTILE_SEED=${seed} HOTSEG_HOSTILE_COUNT=1`, {
      cause: failure,
    })
  }
  return report
}

test('the undamaged segment reads, and its checksums are what they are made to be', () => {
  expect(fixChecksums(source.slice())).toEqual(source)
  const segment = hotseg.Segment.fromBuffer(source)
  segment.verify()
  expect(contentsOf(segment, types).split('\n').length).toBeGreaterThan(500)
  const { levels, descriptions } = new Target(source)
  expect(levels.length).toBeGreaterThan(5)
  expect(descriptions.length).toBeGreaterThan(20)
})

test.each([
  ['reading', false, COUNT],
  ['writing to copies of', true, Math.ceil(COUNT / 3)],
])('%s damaged segments whose checksums are right gives errors of hotseg or answers', async (_, isWritten, count) => {
  const { opened, answers, codes, findings } = await run(FIRST_SEED, FIRST_SEED + count, isWritten)
  console.log(`${count} seeds from ${FIRST_SEED}: opened=${opened}, answers=${answers}, ${JSON.stringify(codes)}`)
  expect(findings).toEqual([])
  // Most are opened, since opening looks at headers only, and some of them are found out later.
  if (count < 1000) return
  expect(opened).toBeGreaterThan(count / 2)
  expect(codes['ERR_HOTSEG_CORRUPTION_ERROR']).toBeGreaterThan(count / 10)
})

/** Threads that end while they let go of an old version. */
import * as fs from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isMapperAvailable, MAPPER_NAMES } from '../mapping/mappers.js'
import { bytes, Store, u32, vector } from '../../src/index.js'
import { makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'

const schema = { edition: u32, ballast: vector(bytes) }
const MEGABYTES = 24
const WORKERS = 8

let directory: string

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
})

afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

describe.each(MAPPER_NAMES)('with %s', (mapping) => {
  test.skipIf(!isMapperAvailable(mapping))('they take nothing with them, and leave nothing behind', async () => {
    const store = await Store.open(directory, { schema, create: true, retain: 0, mapping })
    const publish = async (): Promise<void> => {
      await store.publish(
        (draft) => {
          draft.edition = store.generation + 1
          for (let i = 0; i < MEGABYTES; i++) draft.ballast.push(new Uint8Array(1 << 20).fill(draft.edition))
        },
        { capacity: (MEGABYTES + 8) << 20 },
      )
    }
    await publish()
    const workers = Array.from({ length: WORKERS }, () => {
      const script = join(import.meta.dirname, 'children/following-worker.mjs')
      return new Worker(script, { workerData: directory, env: { ...process.env, HOTSEG_MAPPING: mapping } })
    })
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    const swaps = workers.map((worker) => once(worker, 'message'))
    await publish()
    // The pages of the old version go some 200 ms after the swap, for some 30 ms.
    await Promise.all(
      workers.map(async (worker, i) => {
        await swaps[i]
        await sleep(190 + 8 * i)
        await worker.terminate()
      }),
    )
    await publish()
    const { edition, ballast } = store.current
    expect([edition, ballast.length]).toEqual([3, MEGABYTES])
    for (const block of ballast) expect(block.every((byte) => byte === 3)).toBe(true)
    await waitUntil(() => !/versions\/[12]\.hotseg/.test(mapsOf(process.pid)))
    await store.close()
    await waitUntil(() => !mapsOf(process.pid).includes(directory))
  })
})

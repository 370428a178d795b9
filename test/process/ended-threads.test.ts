/** Threads that end while they let go of an old version. */
import * as fs from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isMapperAvailable, MAPPER_NAMES } from '../mapping/mappers.js'
import { bytes, Segment, Store, u32, vector } from '../../src/index.js'
import { makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'

const schema = { edition: u32, ballast: vector(bytes) }
const MEGABYTES = 48
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
    // The pages of the old version go 200 ms after the swap, for some 60 ms.
    const opened: Segment[] = []
    await Promise.all(
      workers.map(async (worker, i) => {
        await swaps[i]
        await sleep(196 + 8 * i)
        await worker.terminate()
        // At the addresses that have become free.
        for (let n = 0; n < 2; n++) opened.push(Segment.open(join(directory, 'versions/2.hotseg'), { mapping }))
      }),
    )
    await publish()
    for (const segment of opened) {
      segment.verify()
      segment.close()
    }
    const { edition, ballast } = store.current
    expect([edition, ballast.length]).toEqual([3, MEGABYTES])
    for (const block of ballast) expect(block.every((byte) => byte === 3)).toBe(true)
    await waitUntil(() => !/versions\/[12]\.hotseg/.test(mapsOf(process.pid)))
    await store.close()
    await waitUntil(() => !mapsOf(process.pid).includes(directory))
  })
})

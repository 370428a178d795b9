/** Readers that do nothing are woken by the doorbell. */
import * as fs from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findAddon } from '../../src/platform/load-addon.js'
import { Store, u32 } from '../../src/index.js'
import { Child, makeTemporaryDirectory } from './harness.js'

let directory: string
let store: Store<{ edition: typeof u32 }>
let children: Child[] = []

beforeEach(async () => {
  directory = makeTemporaryDirectory({ inMemory: true })
  store = await Store.open(directory, { schema: { edition: u32 }, create: true, retain: 2 })
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  await store.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

async function publish(): Promise<number> {
  const { generation } = await store.publish((draft) => {
    draft.edition = store.generation
  })
  return generation
}

// Without a compiler there is no addon, and the report shows what was skipped.
describe.skipIf(findAddon() === undefined)('idle readers', () => {
  test('in several processes follow each version, and each rollback', async () => {
    await publish()
    children = [1, 2, 3].map(() => new Child('deaf-reader.mjs', [directory]))
    for (const child of children) expect(await child.next()).toBe('open')
    for (let version = 0; version < 10; version++) {
      const heard = Promise.all(children.map((child) => child.next(20_000)))
      const generation = await publish()
      expect(await heard).toEqual(children.map(() => generation))
    }
    const heard = Promise.all(children.map((child) => child.next(20_000)))
    await store.rollback()
    expect(await heard).toEqual(children.map(() => store.generation))
  })

  test('in threads that are ended while they listen take nothing with them', async () => {
    await publish()
    for (let round = 0; round < 20; round++) {
      const worker = new Worker(join(import.meta.dirname, 'children', 'deaf-reader.mjs'), {
        env: { ...process.env, HOTSEG_TEST_DIRECTORY: directory },
      })
      await once(worker, 'message')
      // At the same moment as a ring, now and then.
      const published = round % 2 === 0 ? publish() : undefined
      await worker.terminate()
      await published
      await publish()
    }
    expect(store.current.edition).toBe(store.generation - 1)
  })
})

import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { bytes, hashMap, Store, u32 } from '../../src/index.js'
import { findAddon } from '../../src/platform/load-addon.js'
import { makeTemporaryDirectory, mountSmall, unmountSmall, waitUntil } from './harness.js'
import { StoreChild } from './store-child.js'

const directory = makeTemporaryDirectory()

const isMounted = mountSmall(directory)

afterAll(() => {
  if (isMounted) unmountSmall(directory)
  fs.rmSync(directory, { recursive: true, force: true })
})

let path: string
let child: StoreChild | undefined

beforeEach(() => {
  path = fs.mkdtempSync(join(directory, 'store-'))
})

afterEach(async () => {
  await child?.kill()
  child = undefined
  fs.rmSync(path, { recursive: true, force: true })
})

const schema = { blobs: hashMap(u32, bytes), edition: u32 }

test.skipIf(!isMounted)(
  'a file system that gets full is an error for the publisher only, and nothing is left behind',
  async () => {
    const store = await Store.open(path, { schema, create: true, retain: 0 })
    const publish = (edition: number, byteLength: number): Promise<unknown> =>
      store.publish((draft) => {
        draft.edition = edition
        for (let index = 0; index * 65536 < byteLength; index++) {
          draft.blobs.set(index, new Uint8Array(Math.min(65536, byteLength - index * 65536)).fill(edition))
        }
      })
    child = await StoreChild.open(path, { schema: 'edition' })
    try {
      await publish(1, 1000)
      let refused: any
      let edition = 1
      for (let byteLength = 100_000; refused === undefined; byteLength = Math.ceil(byteLength * 1.3)) {
        try {
          await publish(edition + 1, byteLength)
          edition++
        } catch (error) {
          refused = error
        }
        expect(store.current.edition).toBe(edition)
        expect(store.current.blobs.get(0)?.[0]).toBe(edition)
      }
      // The addon asks for all blocks before anything is written.
      const syscall = findAddon() === undefined ? 'write' : 'fallocate'
      expect(refused).toMatchObject({ code: 'ERR_HOTSEG_OUT_OF_SPACE_ERROR', errno: -28, syscall })
      // A reader in another process follows up to the last version that fitted, and stays there.
      while ((await child.do('read')).edition !== edition) await sleep(1)
      expect(await child.do('failures')).toEqual([])
      expect(edition).toBeGreaterThan(3)
      expect(fs.readdirSync(path).sort()).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
      expect(fs.readdirSync(join(path, 'versions'))).toEqual([`${store.generation}.hotseg`])
      // Readers go on and the store takes smaller versions again.
      await publish(edition + 1, 1000)
      expect(store.current.edition).toBe(edition + 1)
      while ((await child.do('read')).edition !== edition + 1) await sleep(1)
    } finally {
      await store.close()
    }
  },
)

test.skipIf(!isMounted)(
  'full to the last page: the lock, CURRENT and the doorbell need no more than an error',
  async () => {
    child = await StoreChild.open(path)
    await child.do('publish', { edition: 1 })
    await child.do('publish', { edition: 2 })
    // What it says of itself in there, some time after, would free a page.
    const readers = join(path, 'readers')
    await waitUntil(() => {
      const name = fs.readdirSync(readers).find((each) => !each.endsWith('.tmp'))
      return name !== undefined && /"generation":2,/.test(fs.readFileSync(join(readers, name), 'utf8'))
    })
    const filler = join(directory, 'filler')
    const fd = fs.openSync(filler, 'w')
    try {
      for (const [command, request] of [
        ['publish', { edition: 3 }],
        ['derive', { edition: 3 }],
        ['refuse', { edition: 3 }],
        ['rollback', {}],
        ['pin', { generation: 1 }],
      ] as const) {
        // Before each: readers renew small files of theirs, and their pages come free.
        fillUp(fd)
        const refused = await child.do(command, request).catch((error: unknown) => error)
        expect(refused, command).toMatchObject({ code: 'ERR_HOTSEG_OUT_OF_SPACE_ERROR' })
        expect(await child.do('check'), command).toBe(2)
        expect(fs.readdirSync(path).sort(), command).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
        expect(fs.readdirSync(join(path, 'versions')).sort(), command).toEqual(['1.hotseg', '2.hotseg'])
      }
    } finally {
      fs.closeSync(fd)
      fs.rmSync(filler)
    }
    expect(await child.do('derive', { edition: 3 })).toBe(3)
  },
)

function fillUp(fd: number): void {
  for (const count of [65536, 4096, 1]) {
    try {
      for (;;) fs.writeSync(fd, new Uint8Array(count))
    } catch {
      // Full, in pieces of `count`.
    }
  }
}

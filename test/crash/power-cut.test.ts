/**
 * What a disk may hold after a power cut. The file operations of a publisher are recorded; then, after each of them, the directory is
 * built as a disk might have it: of what was not synced, names may or may not be there, and files may be lost, half, zeroed or
 * have a flipped bit. Whoever opens it then finds the old version or the new one, whole, and can publish.
 */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { hashMap, Store, string, u32 } from '../../src/index.js'
import { makeTemporaryDirectory } from '../process/harness.js'
import { Disk } from './disk.js'

const recorder = vi.hoisted(() => ({ disk: undefined as Disk | undefined }))

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>()
  const disk = (): Disk | undefined => recorder.disk
  return {
    ...real,
    openSync: (path: string, flags: number, mode?: number) => {
      const fd = real.openSync(path, flags, mode)
      disk()?.opened(path, fd, (flags & real.constants.O_CREAT) !== 0)
      return fd
    },
    writeSync: (fd: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
      const done = real.writeSync(fd, bytes, offset, length, position)
      disk()?.written(fd, bytes.slice(offset, offset + done), position)
      return done
    },
    write: (fd: number, bytes: Uint8Array, offset: number, length: number, position: number, then: any) => {
      real.write(fd, bytes, offset, length, position, (error, done) => {
        if (error === null) disk()?.written(fd, bytes.slice(offset, offset + done), position)
        then(error, done)
      })
    },
    fsync: (fd: number, then: any) => {
      real.fsync(fd, (error) => {
        if (error === null) disk()?.synced(fd)
        then(error)
      })
    },
    fsyncSync: (fd: number) => {
      real.fsyncSync(fd)
      disk()?.synced(fd)
    },
    renameSync: (from: string, to: string) => {
      real.renameSync(from, to)
      disk()?.renamed(from, to)
    },
    unlinkSync: (path: string) => {
      real.unlinkSync(path)
      disk()?.unlinked(path)
    },
  }
})

const schema = { words: hashMap(string, u32), edition: u32 }
type Opened = Store<typeof schema>

const directories: string[] = []

afterEach(() => {
  recorder.disk = undefined
  for (const path of directories.splice(0)) fs.rmSync(path, { recursive: true, force: true })
})

function makeDirectory(): string {
  const path = makeTemporaryDirectory({ inMemory: true })
  directories.push(path)
  return path
}

const fill =
  (edition: number) =>
  (draft: any): void => {
    draft.edition = edition
    for (let index = 0; index < 10; index++) draft.words.set(`word ${index}`, edition)
  }

/** The edition that a store shows, 0 without one; all of it must be of one. */
function editionOf(store: Opened): number {
  if (store.generation === 0) return 0
  const { current } = store
  expect([...current.words.values()]).toEqual(Array.from({ length: 10 }, () => current.edition))
  return current.edition
}

/** Records `act`, cuts the power after each of its operations in many ways, and looks. @returns how many different states there were */
async function cut(
  { editions, retain = 1 }: { editions: number; retain?: number },
  act: (store: Opened) => Promise<unknown>,
): Promise<number> {
  const directory = makeDirectory()
  const store = await Store.open(directory, { schema, create: true, retain })
  for (let edition = 1; edition <= editions; edition++) await store.publish(fill(edition), { durability: 'disk' })
  const before = editionOf(store)
  const disk = new Disk(directory)
  recorder.disk = disk
  await act(store)
  recorder.disk = undefined
  const after = editionOf(store)
  expect(after).not.toBe(before)
  await store.close()
  const seen = new Set<string>()
  for (let count = 0; count <= disk.length; count++) {
    for (const state of disk.statesAfter(count)) {
      const files = [...state].sort(([a], [b]) => (a < b ? -1 : 1))
      const hash = createHash('sha1')
      for (const [name, bytes] of files) hash.update(`${name} ${bytes.length} `).update(bytes)
      // What was promised at the end must hold at the end, also where the files are as they were once before.
      const key = `${hash.digest('hex')} ${count === disk.length}`
      if (seen.has(key)) continue
      seen.add(key)
      const where = `after ${count} of ${disk.length} (${disk.describe(count)}), ${files.map(([name, bytes]) => `${name}: ${bytes.length}`).join(', ')}`
      await look(state, before, after, count === disk.length, where)
    }
  }
  return seen.size
}

async function look(
  state: ReadonlyMap<string, Uint8Array>,
  before: number,
  after: number,
  isOver: boolean,
  where: string,
): Promise<void> {
  const directory = makeDirectory()
  fs.mkdirSync(join(directory, 'versions'))
  // Of another boot: that is what the publisher that was cut left.
  const holder = '1.1.00000000-0000-0000-0000-000000000000.1.aa.0.0'
  fs.mkdirSync(join(directory, 'LOCK', holder), { recursive: true })
  for (const [name, bytes] of state) fs.writeFileSync(join(directory, name), bytes, { mode: 0o600 })
  const opened: Opened[] = []
  try {
    for (const create of [false, true]) {
      const store = await Store.open(directory, { schema, create })
      opened.push(store)
      const found = editionOf(store)
      expect(isOver ? [after] : [before, after], where).toContain(found)
    }
    await opened[1]!.publish(fill(77), { durability: 'none', timeoutMs: 0 })
    await opened[1]!.unpin({ durability: 'none', timeoutMs: 0 })
    expect(editionOf(opened[1]!), where).toBe(77)
    const listed = opened[1]!.versions().map(({ generation }) => `${generation}.hotseg`)
    expect(fs.readdirSync(join(directory, 'versions')).sort(), where).toEqual(listed.sort())
    expect(
      fs.readdirSync(directory).filter((name) => /^(tmp-|LOCK)/.test(name)),
      where,
    ).toEqual([])
  } catch (error) {
    throw new Error(`${where}: ${String(error)}`, { cause: error })
  } finally {
    await Promise.all(opened.map((store) => store.close()))
    fs.rmSync(directory, { recursive: true, force: true })
  }
}

const DISK = { durability: 'disk' } as const

test.each<[string, Parameters<typeof cut>[0], Parameters<typeof cut>[1], number]>([
  ['the first publish', { editions: 0 }, (store) => store.publish(fill(1), DISK), 20],
  ['a publish that retires a version', { editions: 1, retain: 0 }, (store) => store.publish(fill(2), DISK), 20],
  ['a derived version', { editions: 2 }, (store) => store.derive(fill(3), DISK), 20],
  ['a rollback', { editions: 2 }, (store) => store.rollback(undefined, DISK), 10],
  ['a pin', { editions: 2 }, (store) => store.pin(1, DISK), 10],
])('%s: whatever the disk kept, the old version or the new one is there, whole', async (name, before, act, least) => {
  const states = await cut(before, act)
  console.log(`${name}: ${states} states of the disk`)
  expect(states).toBeGreaterThan(least)
})

test('the simulation knows what is not synced', async () => {
  // Without syncing there are states in which a store cannot be read: that is what durability none gives up.
  await expect(cut({ editions: 1 }, (store) => store.publish(fill(2), { durability: 'none' }))).rejects.toThrow(
    /after \d/,
  )
})

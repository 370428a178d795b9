import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'
import { StoreChild } from './store-child.js'

const READER = 65534
const STRANGER = 54321

let room: string
let directory: string
const children: StoreChild[] = []

beforeEach(() => {
  room = makeTemporaryDirectory({ inMemory: true })
  fs.chmodSync(room, 0o755)
  directory = join(room, 'store')
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  fs.rmSync(room, { recursive: true, force: true })
})

const isRoot = process.geteuid?.() === 0
if (!isRoot) console.log('skipped: tests with other users need root')

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    console.log('skipped: tests with mounts need the right to unshare')
    return false
  }
})()

async function open(options: Record<string, unknown>, uid?: number, wrapper?: readonly string[]): Promise<StoreChild> {
  const child = await StoreChild.open(directory, options, uid, wrapper)
  children.push(child)
  return child
}

const read = (uid?: number, wrapper?: readonly string[]): Promise<StoreChild> => open({ create: false }, uid, wrapper)

const messageOf = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'resolved',
    (error: unknown) => `${(error as { code: string }).code} ${(error as Error).message}`,
  )

/** Publishes a few times and expects the reader to follow, to read rightly, and to leave nothing. */
async function follow(publisher: StoreChild, reader: StoreChild): Promise<void> {
  expect(await reader.do('follows')).toBe('doorbell')
  for (let edition = 2; edition <= 4; edition++) {
    await publisher.do('publish', { edition, words: 500 })
    await waitUntil(async () => (await reader.do('check')) === edition)
  }
  await publisher.do('pin', { generation: 3 })
  await waitUntil(async () => (await reader.do('check')) === 3)
  expect(await reader.do('failures')).toEqual([])
  await waitUntil(() => new Set(mapsOf(reader.pid).match(/\S*\.hotseg/g)).size === 1)
}

describe.skipIf(!isRoot)('a reader of another user', () => {
  test('in the group of the store works and follows', async () => {
    const publisher = await open({ mode: 0o640, group: READER })
    await publisher.do('publish', { edition: 1 })
    const names = ['', 'versions', 'CURRENT', 'DOORBELL', 'versions/1.hotseg'].map((name) => join(directory, name))
    expect(names.map((name) => fs.statSync(name).gid)).toEqual(names.map(() => READER))
    await follow(publisher, await read(READER))
  })

  test('of a group given by name, which makes files readable for it by itself', async () => {
    const name = /^([^:\n]+):[^:]*:65534:/m.exec(fs.readFileSync('/etc/group', 'utf8'))?.[1]
    const publisher = await open({ group: name ?? READER })
    await publisher.do('publish', { edition: 1 })
    expect(fs.statSync(join(directory, 'versions/1.hotseg')).mode & 0o777).toBe(0o440)
    expect(await (await read(READER)).do('check')).toBe(1)
  })

  test('works where all may read, and may neither publish, pin nor clear', async () => {
    const publisher = await open({ mode: 0o644 })
    await publisher.do('publish', { edition: 1 })
    const reader = await read(READER)
    await follow(publisher, reader)
    const before = fs.readFileSync(join(directory, 'CURRENT'))
    for (const [command, request] of [
      ['publish', { edition: 9 }],
      ['pin', { generation: 4 }],
      ['gc', {}],
    ] as const) {
      // prettier-ignore
      expect(await messageOf(reader.do(command, request)), command).toMatch(
        /^ERR_HOTSEG_FILE_ERROR .*belongs to another user, owner=0, user=65534.*Run as its owner/,
      )
    }
    expect(fs.readFileSync(join(directory, 'CURRENT'))).toEqual(before)
    expect(fs.readdirSync(directory).filter((name) => /^(LOCK|tmp)/.test(name))).toEqual([])
  })

  test('is kept out of a private store', async () => {
    await (await open({})).do('publish', { edition: 1 })
    expect(await messageOf(read(READER))).toMatch(/^ERR_HOTSEG_FILE_ERROR .*EACCES/)
  })

  test.skipIf(!canMount)('reads through a read-only mount, writing nothing', async () => {
    const publisher = await open({ mode: 0o644 })
    await publisher.do('publish', { edition: 1 })
    const mount =
      'mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    const reader = await read(undefined, ['unshare', '-m', 'sh', '-c', mount, 'sh', directory])
    expect(await messageOf(reader.do('publish', { edition: 9 }))).toMatch(/^ERR_HOTSEG_FILE_ERROR .*EROFS/)
    await follow(publisher, reader)
  })
})

describe.skipIf(!isRoot)('a store of a stranger', () => {
  test('is refused for publishing, though its directory could be written', async () => {
    fs.mkdirSync(directory)
    fs.chownSync(directory, STRANGER, READER)
    fs.chmodSync(directory, 0o775)
    for (const uid of [READER, undefined]) {
      const publisher = await open({ create: false }, uid)
      expect(await messageOf(publisher.do('publish', { edition: 1 }))).toMatch(
        /^ERR_HOTSEG_FILE_ERROR .*directory belongs to another user, owner=54321/,
      )
    }
    // What a reader says of itself is all there is.
    expect(fs.readdirSync(directory).filter((name) => name !== 'readers')).toEqual([])
  })

  test('is not read file by file either: CURRENT, a version; its doorbell is not mapped', async () => {
    const publisher = await open({})
    await publisher.do('publish', { edition: 1 })
    const give = (name: string, uid: number): void => fs.chownSync(join(directory, name), uid, uid)
    for (const name of ['CURRENT', 'versions/1.hotseg']) {
      give(name, STRANGER)
      expect(await messageOf(read()), name).toMatch(/^ERR_HOTSEG_FILE_ERROR .*belongs to another user, owner=54321/)
      give(name, 0)
    }
    give('DOORBELL', STRANGER)
    expect(await (await read()).do('follows')).toBe('timer')
    await publisher.do('publish', { edition: 2 })
    expect(fs.statSync(join(directory, 'DOORBELL')).uid).toBe(0)
    expect(await (await read()).do('follows')).toBe('doorbell')
  })
})

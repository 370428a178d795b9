import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Store, u32, type StoreOptions } from '../../src/index.js'
import { codeOf, makeTemporaryDirectory, waitUntil } from '../process/harness.js'

const schema = { edition: u32 }
type S = typeof schema

let room: string
let directory: string
const opened: Store<S>[] = []

beforeEach(() => {
  room = makeTemporaryDirectory({ inMemory: true })
  directory = join(room, 'above/store')
})

afterEach(async () => {
  process.umask(0o022)
  await Promise.all(opened.splice(0).map((store) => store.close()))
  fs.rmSync(room, { recursive: true, force: true })
})

async function open(options: Partial<StoreOptions<S>> = {}): Promise<Store<S>> {
  const store = await Store.open(directory, { schema, create: true, ...options })
  opened.push(store)
  return store
}

const publish = (store: Store<S>, edition: number, options = {}): ReturnType<Store<S>['publish']> =>
  store.publish((draft) => {
    draft.edition = edition
  }, options)

const FILE_ERROR = 'ERR_HOTSEG_FILE_ERROR'

const modes = (...names: string[]): string[] =>
  names.map((name) => (fs.lstatSync(join(directory, name)).mode & 0o7777).toString(8))

const ALL = ['', 'versions', 'CURRENT', 'DOORBELL', 'versions/1.hotseg']

describe('permissions', () => {
  test.each([0o000, 0o022, 0o077])(
    'are private by default, and nobody may write a version, whatever the umask (%o)',
    async (mask) => {
      process.umask(mask)
      await publish(await open(), 1)
      expect(modes(...ALL, 'readers')).toEqual(['700', '700', '600', '600', '400', '700'])
    },
  )

  test.each([0o000, 0o077])(
    'are exactly those of the store, with x on directories, whatever the umask (%o)',
    async (mask) => {
      process.umask(mask)
      await publish(await open({ mode: 0o644 }), 1)
      expect(modes(...ALL, 'readers')).toEqual(['755', '755', '644', '644', '644', '755'])
    },
  )

  test('of a publish come before those of the store; the doorbell stays writable for its owner', async () => {
    const store = await open({ mode: 0o640 })
    await publish(store, 1, { mode: 0o444 })
    expect(modes(...ALL)).toEqual(['750', '750', '444', '644', '444'])
    await publish(store, 2)
    expect(modes('CURRENT', 'DOORBELL', 'versions/2.hotseg')).toEqual(['640', '640', '640'])
  })

  test('of CURRENT are kept by those who do not say: pinning by hand does not lock readers out', async () => {
    await publish(await open({ mode: 0o644 }), 1)
    const byHand = await open()
    await publish(byHand, 2)
    await byHand.pin(1)
    expect(modes('CURRENT', 'DOORBELL', 'versions/2.hotseg')).toEqual(['644', '644', '444'])
  })

  test('of a directory that exists are not changed', async () => {
    fs.mkdirSync(directory, { recursive: true })
    fs.chmodSync(directory, 0o711)
    await publish(await open({ mode: 0o640 }), 1)
    expect(modes('', 'versions', 'CURRENT')).toEqual(['711', '750', '640'])
  })

  test('that would not do are refused, and nothing is made', async () => {
    for (const wrong of [{ mode: 0o666 }, { mode: 0o200 }, { mode: 0o1644 }, { mode: 1.5 }, { mode: '644' }]) {
      expect(await codeOf(open(wrong as never)), String(wrong.mode)).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    }
    for (const wrong of [-1, 2 ** 32, 'no such group', '0:', '']) {
      expect(await codeOf(open({ group: wrong })), String(wrong)).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    }
    expect(fs.readdirSync(room)).toEqual([])
    const store = await open()
    expect(await codeOf(publish(store, 1, { mode: 0o602 }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    expect(fs.readdirSync(directory)).toEqual(['readers', 'versions'])
  })

  test('a directory everybody may write is refused for publishing, unless it is sticky, and nothing is changed', async () => {
    const store = await open()
    await publish(store, 1)
    for (const [path, mode] of [
      [directory, 0o777],
      [join(directory, 'versions'), 0o707],
    ] as const) {
      // prettier-ignore
      fs.chmodSync(path, mode)
      const refused = [() => publish(store, 2), () => store.pin(1), () => store.rollback(1), () => Store.gc(directory)]
      for (const change of refused) {
        await expect(change()).rejects.toThrow(/everybody may write the directory.*chmod o-w/)
      }
      fs.chmodSync(path, 0o700)
    }
    expect(store.generation).toBe(1)
    expect(fs.readdirSync(directory).sort()).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
    fs.chmodSync(directory, 0o1777)
    await publish(store, 2)
    expect(store.current.edition).toBe(2)
  })
})

describe('a symbolic link', () => {
  // What a planted link leads to: whatever happens, it stays as it is.
  const target = (): string => join(room, 'target')
  const plant = (name: string): void => {
    fs.rmSync(join(directory, name), { recursive: true, force: true })
    fs.symlinkSync(target(), join(directory, name))
  }
  const content = 'x'.repeat(4096)

  beforeEach(async () => {
    const store = await open({ retain: 2 })
    await publish(store, 1)
    fs.writeFileSync(target(), content, { mode: 0o600 })
  })

  afterEach(() => {
    if (fs.statSync(target()).isFile()) expect(fs.readFileSync(target(), 'utf8')).toBe(content)
  })

  test('at CURRENT is refused for readers and publishers', async () => {
    fs.copyFileSync(join(directory, 'CURRENT'), join(room, 'other'))
    fs.rmSync(join(directory, 'CURRENT'))
    fs.symlinkSync(join(room, 'other'), join(directory, 'CURRENT'))
    const before = fs.readFileSync(join(room, 'other'))
    expect(await codeOf(open({ create: false }))).toBe(FILE_ERROR)
    expect(await codeOf(publish(opened[0]!, 2))).toBe(FILE_ERROR)
    expect(await codeOf(Store.gc(directory))).toBe(FILE_ERROR)
    expect(fs.readFileSync(join(room, 'other'))).toEqual(before)
    expect(opened[0]!.current.edition).toBe(1)
  })

  test('at DOORBELL is not mapped, and a publisher puts a page in its place', async () => {
    plant('DOORBELL')
    expect((await open({ create: false })).follows).toBe('timer')
    await publish(opened[0]!, 2)
    expect(fs.lstatSync(join(directory, 'DOORBELL')).isFile()).toBe(true)
    expect((await open({ create: false })).follows).toBe('doorbell')
  })

  test('at a version is not read, and is cleared where a version is to go', async () => {
    plant('versions/2.hotseg')
    await publish(opened[0]!, 2)
    expect(fs.lstatSync(join(directory, 'versions/2.hotseg')).isFile()).toBe(true)
    plant('versions/2.hotseg')
    expect(await codeOf(open({ create: false }))).toBe(FILE_ERROR)
    expect(await codeOf(opened[0]!.pin(2))).toBe(FILE_ERROR)
  })

  test('in place of a directory is refused, and what it leads to is not cleared', async () => {
    fs.rmSync(target())
    fs.mkdirSync(target())
    for (const name of ['1.hotseg', '9.hotseg']) fs.writeFileSync(join(target(), name), 'not the store’s')
    for (const name of ['refused', 'readers']) plant(name)
    expect(await opened[0]!.gc()).toEqual({ removed: [], kept: [] })
    plant('versions')
    expect(await codeOf(open({ create: false }))).toBe(FILE_ERROR)
    expect(await codeOf(publish(opened[0]!, 2))).toBe(FILE_ERROR)
    expect(await codeOf(Store.gc(directory))).toBe(FILE_ERROR)
    expect(fs.readdirSync(target())).toEqual(['1.hotseg', '9.hotseg'])
  })

  test('at LOCK or at an unfinished file is never followed', async () => {
    const unfinished = `tmp-${'0a'.repeat(16)}`
    plant(unfinished)
    plant('LOCK')
    expect(await codeOf(publish(opened[0]!, 2, { timeoutMs: 0 }))).toBe(FILE_ERROR)
    fs.unlinkSync(join(directory, 'LOCK'))
    await publish(opened[0]!, 2)
    expect(fs.readdirSync(directory).sort()).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
  })

  test('to the directory of a store is followed: naming a path is trusting it', async () => {
    const link = join(room, 'link')
    fs.symlinkSync(directory, link)
    const store = await Store.open(link, { schema })
    opened.push(store)
    expect(store.current.edition).toBe(1)
    await publish(store, 2)
    await waitUntil(() => opened[0]!.generation === 2)
  })
})

test('a doorbell with another name is not written: it may be any file of ours', async () => {
  const store = await open()
  await publish(store, 1)
  const other = join(room, 'other')
  fs.linkSync(join(directory, 'DOORBELL'), other)
  const before = fs.readFileSync(other)
  await publish(store, 2)
  expect(fs.readFileSync(other)).toEqual(before)
  expect(fs.statSync(join(directory, 'DOORBELL')).nlink).toBe(1)
})

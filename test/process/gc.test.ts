import * as fs from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store, u32, type GcReport } from '../../src/index.js'
import { currentOwner, formatOwner } from '../../src/platform/identity.js'
import { codeOf, makeTemporaryDirectory } from './harness.js'
import { StoreChild } from './store-child.js'

let directory: string
const children: StoreChild[] = []

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  fs.rmSync(directory, { recursive: true, force: true })
})

async function open(options: Record<string, unknown> = {}): Promise<StoreChild> {
  const child = await StoreChild.open(directory, options)
  children.push(child)
  return child
}

const RANDOM = '0a'.repeat(16)

/** Makes a file such as a reader's process has. */
function announce(token: string): string {
  const path = join(directory, 'readers', `${token}.${RANDOM}`)
  fs.writeFileSync(path, '{}', { mode: 0o600 })
  return path
}

/** The file of an open store in that process. */
function fileOf(pid: number): string {
  const readers = join(directory, 'readers')
  return join(
    readers,
    fs.readdirSync(readers).find((name) => name.startsWith(`${tokenOf(pid)}.`))!,
  )
}

function tokenOf(pid: number): string {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
  return formatOwner({
    ...currentOwner(),
    threadId: pid,
    startTime: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!,
  })
}

const reasons = (files: GcReport['removed'] | GcReport['kept']): string[] =>
  files.map(({ path, why }) => `${basename(path).replace(/\.[0-9a-f-]{20,}|-[0-9a-f]{32}/g, '')} ${why}`).sort()

test('what a killed publisher and a killed reader left is removed, and the report says what and why', async () => {
  const keeper = await open({ retain: 2 })
  for (let edition = 1; edition <= 3; edition++) await keeper.do('publish', { edition })
  const [victim, reader] = [await open(), await open()]
  expect(await victim.do('publishAndWait', { edition: 99 })).toBe('building')
  const dead = [fileOf(reader.pid), fileOf(victim.pid)]
  const deadToken = tokenOf(reader.pid)
  await Promise.all([victim.kill(), reader.kill()])
  const alive = fileOf(keeper.pid)
  const foreign = announce(formatOwner({ ...currentOwner(), pidNamespace: '1' }))
  const strange = join(directory, 'readers', 'README')
  fs.writeFileSync(strange, 'not ours')
  const unfinished = join(directory, `tmp-${RANDOM}`)
  fs.writeFileSync(unfinished, 'half of a version')
  fs.writeFileSync(join(directory, 'versions/77.hotseg'), 'unlisted')
  fs.mkdirSync(join(directory, 'refused'), { mode: 0o700 })
  fs.writeFileSync(join(directory, 'refused/4.hotseg'), 'refused')
  fs.mkdirSync(join(directory, 'refused/directory'))
  const attempt = join(directory, `LOCK.new.${deadToken}.dd.0.0`)
  fs.mkdirSync(attempt)
  const [holder] = fs.readdirSync(join(directory, 'LOCK'))
  const { removed, kept } = await Store.gc(directory)
  expect(removed.filter(({ why }) => why === 'dead-publisher').map(({ path }) => path)).toEqual([
    join(directory, 'LOCK', holder!),
    attempt,
  ])
  expect(reasons(removed.filter(({ why }) => why !== 'dead-publisher'))).toEqual(
    [
      `${basename(unfinished).slice(0, 3)} unfinished`,
      '77.hotseg unlisted',
      '4.hotseg refused',
      ...dead.map((path) => `${basename(path).replace(/\.[0-9a-f-]{20,}/g, '')} dead-reader`),
    ].sort(),
  )
  expect(removed.find(({ path }) => path === unfinished)).toMatchObject({ byteLength: 17, why: 'unfinished' })
  expect(kept.map(({ path, why }) => [path, why])).toEqual(
    expect.arrayContaining([
      [alive, 'reader-alive'],
      [foreign, 'reader-unknown'],
      [strange, 'reader-unknown'],
      [join(directory, 'refused/directory'), 'not-removable'],
    ]),
  )
  expect(kept).toHaveLength(4)
  expect(kept.find(({ path }) => path === alive)?.owner).toBe(tokenOf(keeper.pid))
  for (const { path } of removed) expect(fs.existsSync(path), path).toBe(false)
  for (const { path } of kept) expect(fs.existsSync(path), path).toBe(true)
  expect(fs.readdirSync(join(directory, 'versions')).sort()).toEqual(['1.hotseg', '2.hotseg', '3.hotseg'])
  expect((await Store.gc(directory)).removed).toEqual([])
  expect(await keeper.do('publish', { edition: 4 })).toBe(4)
})

test('while a publisher is at work nothing of its own is touched, but dead readers are cleared', async () => {
  const [publisher, reader] = [await open(), await open()]
  await publisher.do('publish', { edition: 1 })
  expect(await publisher.do('publishAndWait', { edition: 2 })).toBe('building')
  const dead = fileOf(reader.pid)
  const alive = fileOf(publisher.pid)
  await reader.kill()
  // As its next files look.
  const unfinished = join(directory, `tmp-${RANDOM}`)
  const unlisted = join(directory, 'versions/2.hotseg')
  for (const path of [unfinished, unlisted]) fs.writeFileSync(path, 'x')
  const [owner] = fs.readdirSync(join(directory, 'LOCK'))
  const { removed, kept } = await Store.gc(directory)
  const byteLength: unknown = expect.any(Number)
  expect(removed).toEqual([{ path: dead, byteLength, why: 'dead-reader' }])
  expect(kept).toEqual([
    { path: unfinished, byteLength: 1, why: 'publisher-at-work', owner },
    { path: unlisted, byteLength: 1, why: 'publisher-at-work', owner },
    { path: alive, byteLength, why: 'reader-alive', owner: tokenOf(publisher.pid) },
  ])
  fs.rmSync(unlisted)
  await publisher.do('proceed')
  expect(await publisher.do('publish', { edition: 3 })).toBe(3)
})

test('leftovers of the killed go at the next publish, and when somebody opens who may write', async () => {
  const litter = async (): Promise<string[]> => {
    const [victim, reader] = [await open(), await open()]
    await victim.do('publishAndWait', { edition: 99 })
    const dead = fileOf(reader.pid)
    await Promise.all([victim.kill(), reader.kill()])
    const unfinished = join(directory, `tmp-${RANDOM}`)
    fs.writeFileSync(unfinished, 'x')
    return [join(directory, 'LOCK'), dead, unfinished]
  }
  const keeper = await open()
  await keeper.do('publish', { edition: 1 })
  const isThere = (path: string): boolean => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined
  const first = await litter()
  expect(first.filter(isThere)).toEqual(first)
  await open({ create: false })
  expect(first.filter(isThere)).toEqual([])
  const second = await litter()
  expect(second.filter(isThere)).toEqual(second)
  await keeper.do('publish', { edition: 2 })
  expect(second.filter(isThere)).toEqual([])
})

test('a doorbell that was lost is made anew, and followed', async () => {
  const store = await Store.open(directory, { schema: { edition: u32 }, create: true })
  try {
    await store.publish((draft) => {
      draft.edition = 1
    })
    fs.unlinkSync(join(directory, 'DOORBELL'))
    expect(await store.gc()).toMatchObject({ removed: [], kept: [{ why: 'reader-alive' }] })
    expect(fs.statSync(join(directory, 'DOORBELL')).size).toBe(4096)
    expect(store.current.edition).toBe(1)
  } finally {
    await store.close()
  }
})

test('what is no store, or cannot be understood, loses nothing', async () => {
  const file = join(directory, `tmp-${RANDOM}`)
  fs.writeFileSync(file, 'somebody else’s')
  expect(await codeOf(Store.gc(directory))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
  expect(await codeOf(Store.gc(join(directory, 'missing')))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
  const keeper = await open()
  await keeper.do('publish', { edition: 1 })
  fs.writeFileSync(file, 'x')
  fs.writeFileSync(join(directory, 'CURRENT'), 'nonsense')
  expect(await codeOf(Store.gc(directory))).toBe('ERR_HOTSEG_FORMAT_ERROR')
  expect(fs.readdirSync(directory).sort()).toEqual(
    ['CURRENT', 'DOORBELL', 'readers', basename(file), 'versions'].sort(),
  )
  expect(fs.readdirSync(join(directory, 'versions'))).toEqual(['1.hotseg'])
})

import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'
import { StoreChild } from './store-child.js'

let room: string
let directory: string
const children: StoreChild[] = []

beforeEach(() => {
  room = makeTemporaryDirectory({ inMemory: true })
  directory = join(room, 'store')
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  fs.rmSync(room, { recursive: true, force: true })
})

async function open(options: Record<string, unknown> = {}): Promise<StoreChild> {
  const child = await StoreChild.open(directory, options)
  children.push(child)
  return child
}

test('removed and made anew under readers, idle and busy: they serve the old version, then follow the new store', async () => {
  const publisher = await open()
  for (let edition = 1; edition <= 3; edition++) await publisher.do('publish', { edition })
  const [idle, busy] = [await open({ create: false }), await open({ create: false })]
  await busy.do('spin')
  for (let round = 1; round <= 2; round++) {
    const before = await idle.do('check')
    fs.rmSync(directory, { recursive: true })
    // Longer than their timers take: each has looked and found nothing.
    await idle.do('pause', { ms: 600 })
    for (const reader of [idle, busy]) expect(await reader.do('check')).toBe(before)
    const next = await open()
    // The same numbers as before: only the files tell the stores apart.
    await next.do('publish', { edition: 10 * round })
    // The idle one is not asked until it has mapped the file that is at the path now.
    const inode = fs.statSync(join(directory, 'versions/1.hotseg')).ino
    await waitUntil(() => mapsOf(idle.pid).includes(` ${inode} `))
    for (const reader of [idle, busy]) {
      await waitUntil(async () => (await reader.do('check')) === 10 * round)
      expect(await reader.do('follows')).toBe('doorbell')
    }
    await next.do('publish', { edition: 10 * round + 1 })
    for (const reader of [idle, busy]) await waitUntil(async () => (await reader.do('check')) === 10 * round + 1)
  }
  const { turns, errors } = await busy.do('spun')
  expect(errors).toEqual([])
  expect(turns).toBeGreaterThan(100)
  for (const reader of [idle, busy]) {
    expect(await reader.do('failures')).toEqual([])
    await waitUntil(() => !mapsOf(reader.pid).includes('(deleted)'))
  }
})

test('a publisher whose directory was removed does not make it again, and says so', async () => {
  const publisher = await open()
  await publisher.do('publish', { edition: 1 })
  fs.rmSync(directory, { recursive: true })
  await expect(publisher.do('publish', { edition: 2 })).rejects.toThrow(/ENOENT/)
  expect(fs.existsSync(directory)).toBe(false)
  expect(await publisher.do('check')).toBe(1)
})

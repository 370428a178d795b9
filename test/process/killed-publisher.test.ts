import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashMap, Store, string, u32 } from '../../src/index.js'
import { Child, makeTemporaryDirectory } from './harness.js'

const schema = { words: hashMap(string, u32), edition: u32 }
type Opened = Store<typeof schema>

let directory: string
const stores: Opened[] = []

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
})

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()))
  fs.rmSync(directory, { recursive: true, force: true })
})

async function open(options = {}): Promise<Opened> {
  const store = await Store.open(directory, { schema, create: true, ...options })
  stores.push(store)
  return store
}

const names = (...path: string[]): string[] => fs.readdirSync(join(directory, ...path)).sort()

async function publish(store: Opened, edition: number): Promise<void> {
  await store.publish((draft) => {
    draft.edition = edition
    for (let index = 0; index < 10; index++) draft.words.set(`word ${index}`, edition)
  })
}

/** The edition that a store shows; all of it must be of one. */
function editionOf({ current }: Opened): number {
  expect([...current.words.values()]).toEqual(Array.from({ length: 10 }, () => current.edition))
  return current.edition
}

/** Runs a process that publishes and dies before its n-th change of the disk. @returns whether it came to its end instead */
async function publishUpTo(n: number, edition: number): Promise<boolean> {
  const victim = new Child('killed-publisher.mjs', [directory, String(n), String(edition)])
  try {
    await victim.next()
    return true
  } catch (error) {
    if (victim.process.signalCode !== 'SIGKILL') throw error
    return false
  } finally {
    await victim.kill()
  }
}

test('killed at any step, a publisher leaves the old version or the new one, and the next clears what it left', async () => {
  const keeper = await open()
  const failures: unknown[] = []
  keeper.on('adopt-failed', (event) => failures.push(event))
  await publish(keeper, 1)
  const switched: boolean[] = []
  let isOver = false
  for (let n = 1; !isOver; n++) {
    const before = editionOf(keeper)
    isOver = await publishUpTo(n, before + 1)
    keeper.refresh()
    const found = editionOf(keeper)
    expect([before, before + 1], `killed before step ${n}`).toContain(found)
    switched.push(found !== before)
    // One that opens the store now sees the same.
    const visitor = await open({ create: false })
    expect(editionOf(visitor)).toBe(found)
    await visitor.close()
    await publish(keeper, found + 1)
    expect(names(), `killed before step ${n}`).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
    expect(names('versions')).toHaveLength(2)
  }
  // Up to the switch the old one, after it the new one, and there are several steps of both kinds.
  expect(switched).toEqual([...switched].sort())
  expect(switched.filter((isNew) => isNew).length).toBeGreaterThan(3)
  expect(switched.filter((isNew) => !isNew).length).toBeGreaterThan(8)
  expect(failures).toEqual([])
})

test('killed at any step of the very first publish, it leaves a store that can be opened and published to', async () => {
  let isOver = false
  for (let n = 1; !isOver; n++) {
    fs.rmSync(directory, { recursive: true, force: true })
    isOver = await publishUpTo(n, 1)
    const store = await open()
    expect(store.generation === 0 ? 1 : editionOf(store), `killed before step ${n}`).toBe(1)
    await publish(store, 2)
    expect(editionOf(store)).toBe(2)
    expect(names(), `killed before step ${n}`).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
    await store.close()
  }
})

test('each killed some steps further than the last and nobody clearing up in between, the one that ends leaves nothing', async () => {
  const keeper = await open()
  await publish(keeper, 1)
  let n = 1
  while (!(await publishUpTo(n, 2))) n += 4
  expect(n).toBeGreaterThan(20)
  keeper.refresh()
  expect(editionOf(keeper)).toBe(2)
  expect(names()).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
})

/** What a thousand swaps leave behind in processes that go on: no more than ten. */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'
import { StoreChild } from './store-child.js'

const SWAPS = 1000
const WORDS = 2000
/** Compiled code, and garbage that is about to be collected; a version that is kept would be 100 KB each time. */
const GROWN_BYTES_MAX = 8 << 20

let directory: string
let isMounted = false
const children: StoreChild[] = []

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
  try {
    // A memory of its own can be asked how much of it is used, by files without a name too.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'hotseg-test', directory], { stdio: 'ignore' })
    isMounted = true
  } catch {
    console.log('mounting is not permitted: how much memory files take is not looked at')
  }
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  if (isMounted) execFileSync('umount', ['-l', directory], { stdio: 'ignore' })
  isMounted = false
  fs.rmSync(directory, { recursive: true, force: true })
})

interface Belongings {
  /** Of files of the store. */
  readonly mappings: number
  readonly descriptors: number
  /** On the JavaScript heap and in buffers, mapped ones included, after a collection. */
  readonly bytes: number
}

async function belongingsOf(child: StoreChild): Promise<Belongings> {
  const mappings = mapsOf(child.pid)
    .split('\n')
    .filter((line) => line.includes(directory)).length
  const descriptors = fs.readdirSync(`/proc/${child.pid}/fd`).length
  return { mappings, descriptors, bytes: await child.do('memory') }
}

/** The versions a process has open: a descriptor goes some milliseconds after its mapping. */
function openVersions(child: StoreChild): string[] {
  const fds = `/proc/${child.pid}/fd`
  return fs.readdirSync(fds).flatMap((fd) => {
    try {
      return fs.readlinkSync(join(fds, fd)).includes('.hotseg') ? [fd] : []
    } catch {
      return []
    }
  })
}

/** Waits until each process has one version only, and then looks what it has. */
async function settle(generation: number): Promise<Belongings[]> {
  const path = join(directory, `versions/${generation}.hotseg`)
  for (const child of children) {
    await waitUntil(() => {
      const mapped = mapsOf(child.pid).match(/\S*\.hotseg/g) ?? []
      return mapped.length === 1 && mapped[0] === path && openVersions(child).length === 1
    })
  }
  return await Promise.all(children.map(belongingsOf))
}

const usedBytes = (): number => {
  const { blocks, bfree, bsize } = fs.statfsSync(directory)
  return (blocks - bfree) * bsize
}

// What readers tell of themselves is replaced by a rename now and then, also while this looks.
const listedBytes = (): number =>
  (fs.readdirSync(directory, { recursive: true }) as string[])
    .map((name) => fs.statSync(join(directory, name), { throwIfNoEntry: false }))
    .reduce((sum, stats) => sum + (stats?.isFile() === true ? stats.blocks * 512 : 0), 0)

test('a thousand swaps leave as many mappings, descriptors and megabytes as ten', async () => {
  for (let count = 0; count < 3; count++) children.push(await StoreChild.open(directory, { retain: 1 }))
  const [publisher, busy, idle] = children as [StoreChild, StoreChild, StoreChild]
  const swap = async (edition: number): Promise<void> => {
    await publisher.do('publish', { edition, words: WORDS })
    await busy.do('refresh')
    expect((await busy.do('read')).edition).toBe(edition)
  }
  for (let edition = 1; edition <= 10; edition++) await swap(edition)
  const early = await settle(10)
  for (let edition = 11; edition <= SWAPS; edition++) await swap(edition)
  const end = performance.now()
  // The kernel counts pages of directories, too, and of files that others are about to remove.
  if (isMounted) await waitUntil(() => usedBytes() <= listedBytes() + (64 << 10))
  const cleanMs = performance.now() - end
  const late = await settle(SWAPS)

  expect(await idle.do('failures')).toEqual([])
  expect(fs.readdirSync(join(directory, 'versions')).sort()).toEqual([`${SWAPS}.hotseg`, `${SWAPS - 1}.hotseg`].sort())
  const grown = late.map(({ bytes }, index) => bytes - early[index]!.bytes)
  console.log(
    `${SWAPS} swaps: memory of files as listed after ${Math.round(cleanMs)} ms; processes grew by ${grown.map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`).join(', ')}`,
  )
  for (const [index, { mappings, descriptors }] of late.entries()) {
    expect(mappings).toBe(early[index]!.mappings)
    expect(descriptors).toBe(early[index]!.descriptors)
    expect(grown[index]).toBeLessThan(GROWN_BYTES_MAX)
  }
})

import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Store, u32, vector, type Resident, type VersionMemory } from '../../src/index.js'
import { FileMapping } from '../../src/mapping/file-mapping.js'
import { openRegularFile } from '../../src/platform/files.js'
import { mapVersion } from '../../src/store/reading/residency.js'
import { makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'

const directory = makeTemporaryDirectory({ inMemory: true })
const schema = { edition: u32, numbers: vector(u32) }
const PAGES = 1000
const isRoot = process.geteuid?.() === 0

let publisher: Store<typeof schema>

beforeAll(async () => {
  fs.chmodSync(directory, 0o755)
  publisher = await Store.open(directory, { schema, create: true, mode: 0o644 })
  await publish(1)
})

afterAll(async () => {
  await publisher.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

async function publish(edition: number): Promise<void> {
  await publisher.publish((draft) => {
    draft.edition = edition
    draft.numbers.assign(Array.from({ length: PAGES * 1024 }, (_, index) => index))
  })
}

/** Opens the store in another process without the rights of root, which may lock no more than `limitKb`. */
function inProcess(resident: Resident, limitKb?: number): any {
  const child = join(import.meta.dirname, 'children/resident-child.mjs')
  const limit = limitKb === undefined ? '' : `ulimit -l ${limitKb} && `
  const run = isRoot ? 'setpriv --reuid 65534 --regid 65534 --clear-groups ' : ''
  const command = ['-c', `${limit}exec ${run}"$@"`, '-', process.execPath, child, directory, resident]
  return JSON.parse(execFileSync('bash', command).toString())
}

/** How much this process and its children may lock. */
function lockLimitKb(): number {
  const limit = /^Max locked memory +(\S+)/m.exec(fs.readFileSync('/proc/self/limits', 'latin1'))?.[1]
  return limit === 'unlimited' ? Infinity : Number(limit) / 1024
}

describe('resident', () => {
  test('populate has all pages in memory before the version is read, lazy those that were touched', () => {
    const [lazy, populated] = (['lazy', 'populate'] as const).map((resident) => {
      const { memory, residency } = inProcess(resident)
      expect(residency).toEqual({ asked: resident, got: resident })
      return memory[0] as VersionMemory
    })
    const { size } = fs.statSync(join(directory, 'versions/1.hotseg'))
    expect(populated!.mappedBytes).toBe(Math.ceil(size / 4096) * 4096)
    expect(populated!.residentBytes).toBe(populated!.mappedBytes)
    expect(lazy!.residentBytes).toBeLessThan(lazy!.mappedBytes / 2)
  })

  test('lock keeps the pages where it may, and says so where it may not', () => {
    const refused = inProcess('lock', 64)
    expect(refused.residency).toEqual({ asked: 'lock', got: 'populate', reason: 'lock: EAGAIN' })
    expect(refused.memory[0].residentBytes).toBe(refused.memory[0].mappedBytes)
    expect(refused).toMatchObject({ edition: 1, lockedKb: 0 })
    if (lockLimitKb() < 2 * PAGES * 4) return
    const locked = inProcess('lock')
    expect(locked.residency).toEqual({ asked: 'lock', got: 'lock' })
    expect(locked.lockedKb).toBeGreaterThanOrEqual(PAGES * 4)
  })

  test('what is locked is released all the same, as are populated versions', async () => {
    const store = await Store.open(directory, { schema, resident: isRoot ? 'lock' : 'populate' })
    const released = new Promise((resolve) => store.on('release', resolve))
    await publish(2)
    await waitUntil(() => store.generation === 2)
    expect(store.residency?.got).toBe(isRoot ? 'lock' : 'populate')
    expect(await released).toMatchObject({ generation: 1 })
    await waitUntil(() => !mapsOf(process.pid).includes(join(directory, 'versions/1.hotseg')))
    await store.close()
  })

  test('a version is mapped as the publish says, in the publishing process', async () => {
    expect(publisher.residency).toEqual({ asked: 'lazy', got: 'lazy', reason: undefined })
    await publisher.publish((draft) => void (draft.edition = 3), { resident: 'populate' })
    expect(publisher.residency).toMatchObject({ got: 'populate' })
  })

  test('a file that ends early is an error and not the death of the process', () => {
    const path = join(directory, 'short')
    fs.writeFileSync(path, new Uint8Array(8 << 20))
    const steps = mapVersion(openRegularFile(path, { action: 'open version' }), 'populate')
    steps.next()
    fs.truncateSync(path, 1 << 20)
    steps.next()
    expect(() => steps.next()).toThrow(
      expect.objectContaining({ code: 'ERR_HOTSEG_CORRUPTION_ERROR', offset: 1 << 20, cause: expect.anything() }),
    )
    expect(mapsOf(process.pid)).toContain('short')
  })
})

test('memory tells each mapped version, held ones too, also when its file is gone', async () => {
  const other = await Store.open(join(directory, 'other'), { schema, create: true, retain: 0 })
  const sizes: number[] = []
  const held = []
  for (let edition = 1; edition <= 3; edition++) {
    await other.publish((draft) => {
      draft.edition = edition
      draft.numbers.assign(Array.from({ length: 1024 * 100 * edition }, () => 0))
    })
    held.push(other.acquire())
    sizes.push(Math.ceil(fs.statSync(join(directory, `other/versions/${edition}.hotseg`)).size / 4096) * 4096)
  }
  const memory = other.memory()
  expect(memory.map(({ generation }) => generation)).toEqual([1, 2, 3])
  expect(memory.map(({ mappedBytes }) => mappedBytes)).toEqual(sizes)
  for (const { mappedBytes, residentBytes, privateBytes } of memory) {
    expect(residentBytes).toBeGreaterThan(0)
    expect(residentBytes).toBeLessThanOrEqual(mappedBytes)
    expect(privateBytes).toBeLessThanOrEqual(residentBytes)
  }
  for (const snapshot of held) snapshot.release()
  await waitUntil(() => other.memory().length === 1)
  await other.close()
  expect(() => other.memory()).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
})

test('a mapping that may not be locked is refused by the name of what failed', () => {
  const path = join(directory, 'versions/3.hotseg')
  const mapping = FileMapping.open(path, { action: 'open version' })
  mapping.populate(0, 4096)
  expect(() => mapping.populate(1, 4096)).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_FILE_ERROR' }))
  mapping.close()
})

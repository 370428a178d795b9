import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashMap, string, Store, u32 } from '../../src/index.js'
import { makeTemporaryDirectory, mapsOf, waitUntil } from '../process/harness.js'

const schema = { words: hashMap(string, u32), edition: u32 }
type S = typeof schema

let directory: string
let store: Store<S>

beforeEach(async () => {
  directory = makeTemporaryDirectory({ inMemory: true })
  store = await Store.open(directory, { schema, create: true, retain: 3 })
  for (const edition of [1, 2, 3]) {
    await store.publish((draft) => {
      draft.edition = edition
      for (let n = 0; n < 10 * edition; n++) draft.words.set(`word ${n}`, n)
    })
  }
})

afterEach(async () => {
  await store.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

/** Generations whose files this process maps. */
const mapped = (): number[] => {
  const found = mapsOf(process.pid).matchAll(/versions\/(\d+)\.hotseg/g)
  return [...new Set(Array.from(found, ([, generation]) => Number(generation)))].sort()
}

const onlyCurrent = async (): Promise<void> => waitUntil(() => mapped().join() === '3')

describe('two versions of a store', () => {
  test('are compared by their numbers, in either direction', () => {
    const forwards = [...store.diff(1, 3)]
    expect(forwards).toHaveLength(21)
    expect(forwards).toContainEqual({ table: 'edition', kind: 'changed', key: undefined, before: 1, after: 3 })
    expect(forwards).toContainEqual({ table: 'words', kind: 'added', key: 'word 25', after: 25 })
    expect(store.diff(3, 1).summary()).toMatchObject([
      { table: 'edition', changed: 1 },
      { table: 'words', removed: 20, countBefore: 30, countAfter: 10 },
    ])
    expect([...store.diff(3, 3)]).toEqual([])
  })

  test('may be snapshots, and mixed', () => {
    using snapshot = store.acquire()
    expect(store.diff(2, snapshot).summary()).toMatchObject([{ changed: 1 }, { added: 10 }])
    expect([...store.diff(snapshot, store.current)]).toEqual([])
  })

  test('are mapped while their changes are iterated, and let go at the end, by break and by an exception', async () => {
    await onlyCurrent()
    const diff = store.diff(1, 2)
    expect(mapped()).toEqual([3])
    for (const change of diff) {
      expect(change.table).toBe('edition')
      expect(mapped()).toEqual([1, 2, 3])
      break
    }
    await onlyCurrent()
    expect(() => {
      for (const change of diff) throw new Error(change.table)
    }).toThrow('edition')
    await onlyCurrent()
    expect([...diff]).toHaveLength(11)
    expect(diff.summary()).toHaveLength(2)
    await onlyCurrent()
  })

  test('a version that is retired, and removed, is held until the iteration ends', async () => {
    const changes = store.diff(2, store.current)[Symbol.iterator]()
    expect(changes.next().value).toMatchObject({ table: 'edition', before: 2, after: 3 })
    for (let n = 0; n < 4; n++) await store.publish((draft) => void draft.words.set('x', 1))
    expect(fs.existsSync(join(directory, 'versions/2.hotseg'))).toBe(false)
    expect([...changes]).toHaveLength(10)
    await waitUntil(() => mapped().join() === '7')
  })

  test('that do not exist, are damaged, or are no versions, are refused; nothing stays mapped', async () => {
    await onlyCurrent()
    const codeOf = (work: () => unknown): unknown => {
      try {
        return work()
      } catch (error) {
        return (error as { code: unknown }).code
      }
    }
    expect(codeOf(() => [...store.diff(1, 9)])).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    expect(codeOf(() => store.diff('1' as never, 2))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    const path = join(directory, 'versions/2.hotseg')
    const bytes = fs.readFileSync(path)
    bytes[bytes.length >> 1]! ^= 1
    fs.chmodSync(path, 0o600)
    fs.writeFileSync(path, bytes)
    expect(codeOf(() => [...store.diff(1, 2)])).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
    fs.rmSync(path)
    expect(codeOf(() => [...store.diff(1, 2)])).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    await onlyCurrent()
    await store.close()
    expect(codeOf(() => store.diff(1, 2))).toBe('ERR_HOTSEG_CLOSED_ERROR')
  })
})

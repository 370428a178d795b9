import * as fs from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  hashMap,
  hashedUnique,
  multiIndex,
  optional,
  orderedNonUnique,
  sharedPtr,
  Store,
  string,
  struct,
  u32,
  vector,
} from '../../src/index.js'
import { codeOf } from '../process/harness.js'
import { StoreRoom } from './store-room.js'

const City = struct({ id: u32, name: string, tags: vector(string) })
const Cities = multiIndex(City, { id: hashedUnique('id'), name: orderedNonUnique('name') })
const Note = struct({ text: string })
const schema = { cities: Cities, words: hashMap(string, u32), edition: u32, note: sharedPtr(Note) }

const room = new StoreRoom(schema)

const edits = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('put' as const),
      id: fc.nat(20),
      name: fc.string({ maxLength: 20 }),
      tags: fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 }),
    }),
    fc.record({ do: fc.constant('delete' as const), id: fc.nat(20) }),
    fc.record({ do: fc.constant('word' as const), word: fc.string({ maxLength: 4 }), count: fc.nat(9) }),
  ),
  { maxLength: 15 },
)

describe('a derived version', () => {
  test('is the one before with the changes, however many follow each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 6 }), async (versions) => {
        const store = await Store.open(room.directory, { schema, create: true })
        try {
          const cities = new Map<number, { id: number; name: string; tags: string[] }>()
          const words = new Map<string, number>()
          await store.publish(() => undefined)
          for (const changes of versions) {
            const before = store.acquire()
            const was = before.cities.size
            await store.derive((draft) => {
              draft.edition++
              for (const change of changes) {
                if (change.do === 'word') {
                  words.set(change.word, change.count)
                  draft.words.set(change.word, change.count)
                  continue
                }
                cities.delete(change.id)
                draft.cities.by.id.delete(change.id)
                if (change.do === 'delete') continue
                const { id, name, tags } = change
                cities.set(id, { id, name, tags })
                draft.cities.insert({ id, name, tags })
              }
            })
            expect(before.cities.size).toBe(was)
            before.release()
            const { current } = store
            const sorted = Array.from(current.cities, (row) => row.toObject()).sort((a, b) => a.id - b.id)
            expect(sorted).toEqual([...cities.values()].sort((a, b) => a.id - b.id))
            expect(new Map(current.words.entries())).toEqual(words)
            expect(current.edition).toBe(store.generation - 1)
            current.segment.verify()
          }
        } finally {
          await store.close()
          fs.rmSync(room.directory, { recursive: true, force: true })
        }
      }),
      { numRuns: 60 },
    )
  })

  test('keeps what shared pointers own, and what the schema does not know', async () => {
    const store = await room.open()
    await store.publish((draft) => {
      draft.words.set('kept', 1)
      draft.cities.insert({ id: 1, name: 'London', tags: ['capital'] })
    })
    const narrow = room.keep(await Store.open(room.directory, { schema: { edition: u32 } }))
    await narrow.derive((draft) => {
      draft.edition = 7
    })
    store.refresh()
    expect(store.current.edition).toBe(7)
    expect(store.current.words.get('kept')).toBe(1)
    expect(store.current.cities.by.id.get(1)?.toObject()).toEqual({ id: 1, name: 'London', tags: ['capital'] })
  })

  test('gets the tables its schema has and the version has not', async () => {
    const narrow = room.keep(await Store.open(room.directory, { schema: { edition: u32 }, create: true }))
    await narrow.publish((draft) => {
      draft.edition = 1
    })
    const wider = room.keep(
      await Store.open(room.directory, { schema: { edition: u32, words: hashMap(string, u32) }, create: true }),
    )
    // It cannot adopt what lacks its table, so it has nothing to begin with.
    expect(await codeOf(wider.derive(() => undefined))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    await wider.publish((draft) => {
      draft.words.set('a', 1)
    })
    await wider.derive((draft) => {
      draft.words.set('b', 2)
    })
    expect(wider.current.words.size).toBe(2)
    // It stays on the version it can read, and a version made from that one would undo what was published since.
    await narrow.publish((draft) => {
      draft.edition = 9
    })
    expect(await codeOf(wider.derive(() => undefined))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    expect(narrow.current.edition).toBe(9)
  })

  test('has an identity of its own, and its file is no longer than what is used', async () => {
    const store = await room.open()
    await store.publish((draft) => {
      for (let i = 0; i < 1000; i++) draft.words.set(`word ${i}`, i)
    })
    const { identity } = store.current.segment
    const sizes = new Set<number>()
    for (let round = 0; round < 5; round++) {
      const { byteLength } = await store.derive((draft) => {
        for (let i = 0; i < 1000; i++) draft.words.set(`word ${i}`, i + round)
      })
      sizes.add(byteLength)
    }
    expect(store.current.segment.identity).not.toBe(identity)
    expect(sizes.size).toBe(1)
  })

  test('is refused where there is none to begin with, or it may not grow, and nothing is changed', async () => {
    const store = await room.open()
    expect(await codeOf(store.derive(() => undefined))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    await store.publish((draft) => {
      for (let i = 0; i < 1000; i++) draft.words.set(`word ${i}`, i)
    })
    expect(await codeOf(store.derive(() => undefined, { capacity: 8192 }))).toBe('ERR_HOTSEG_OUT_OF_SPACE_ERROR')
    const grow = store.derive(
      (draft) => {
        for (let i = 0; i < 1e5; i++) draft.words.set(`more ${i}`, i)
      },
      { capacity: '256 KiB' },
    )
    expect(await codeOf(grow)).toBe('ERR_HOTSEG_OUT_OF_SPACE_ERROR')
    const fail = store.derive((draft) => {
      draft.words.clear()
      throw new RangeError('mine')
    })
    await expect(fail).rejects.toThrow('mine')
    expect(store.generation).toBe(1)
    expect(store.current.words.size).toBe(1000)
    expect(fs.readdirSync(room.directory).filter((name) => name.startsWith('tmp-'))).toEqual([])
  })

  test('of a version whose table is of a neighbouring type is refused', async () => {
    const Old = struct({ id: u32 })
    const New = struct({ id: u32, name: optional(string) })
    const old = room.keep(await Store.open(room.directory, { schema: { rows: vector(Old) }, create: true }))
    await old.publish((draft) => {
      draft.rows.push({ id: 1 })
    })
    const renewed = room.keep(await Store.open(room.directory, { schema: { rows: vector(New) } }))
    expect(renewed.current.rows.at(0)?.name).toBe(undefined)
    expect(await codeOf(renewed.derive(() => undefined))).toBe('ERR_HOTSEG_SCHEMA_MISMATCH_ERROR')
    expect(renewed.current.rows.length).toBe(1)
  })
})

import { expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Segment } from '../../src/index.js'

const Row = t.struct({ id: t.u32, name: t.string, words: t.vector(t.string), note: t.optional(t.bytes) })
const Rows = t.multiIndex(Row, { id: t.hashedUnique('id'), name: t.orderedNonUnique('name') })

const ROUNDS = 300
const ITEMS = 40

/** Texts of changing lengths, so that blocks of many sizes come and go. */
const text = (n: number): string => String.fromCharCode(0x61 + (n % 26)).repeat((n * 7919) % 97)

/**
 * Runs rounds that each leave the container as it was, and expects that the first few rounds find all the room the later ones
 * need: a leak of the least block a round would take more.
 */
function expectBounded(segment: Segment, round: (n: number) => void): void {
  let most = 0
  for (let n = 0; n < ROUNDS; n++) {
    round(n)
    const { used } = segment.stats()
    if (n < ROUNDS / 3) most = Math.max(most, used)
    else expect(used).toBeLessThanOrEqual(most)
  }
  segment.verify()
}

test('a map gives the memory of deleted and overwritten values back', () => {
  for (const type of [t.hashMap(t.string, Row), t.orderedMap(t.string, Row)]) {
    using segment = Segment.inMemory({ capacity: '1 MiB' })
    const map = segment.construct('map', type)
    expectBounded(segment, (n) => {
      for (let i = 0; i < ITEMS; i++) {
        const value = { id: i, name: text(n + i), words: [text(i), text(n)], note: new Uint8Array((n * i) % 50) }
        map.set(`key ${i}`, value)
        map.set(`key ${i}`, { ...value, name: text(i), words: [text(n * i)] })
      }
      for (let i = 0; i < ITEMS; i++) map.delete(`key ${i}`)
    })
    expect(map.size).toBe(0)
  }
})

test('a vector that is filled and emptied takes no more than it did at first', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const list = segment.construct('list', t.vector(t.string))
  expectBounded(segment, (n) => {
    for (let i = 0; i < ITEMS; i++) list.insert(i % (list.length + 1), text(n + i))
    for (let i = 0; i < ITEMS; i++) list.set(i, text(n * i))
    while (list.length > 0) list.erase((n * 7) % list.length)
  })
})

test('a multi-index gives the memory of rows back, also of those refused', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const rows = segment.construct('rows', Rows)
  expectBounded(segment, (n) => {
    const row = (i: number) => ({ id: i, name: text(n + i), words: [text(i)] })
    for (let i = 0; i < ITEMS; i++) {
      expect(rows.insert(row(i)).inserted).toBe(true)
      expect(rows.insert(row(i)).inserted).toBe(false)
      const view = rows.by.id.get(i)!
      expect(rows.modify(view, { name: text(n * i), words: [text(n), text(i)] }).modified).toBe(true)
      if (i > 0) expect(rows.replace(view, row(0)).modified).toBe(false)
    }
    for (const view of rows.by.name.range().toArray()) rows.erase(view)
  })
})

test('a struct whose texts and lists are written again and again stays as large as they are', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const thing = segment.construct('thing', Row)
  expectBounded(segment, (n) => {
    for (let i = 0; i < ITEMS; i++) {
      thing.name = text(n + i)
      thing.note = i % 2 === 0 ? undefined : new Uint8Array((n + i) % 200)
      thing.assign({ words: [text(i), text(n)] })
      thing.words.push(text(n * i))
    }
    thing.assign({ name: '', words: [], note: undefined })
  })
})

test('values that are refused leave nothing behind', () => {
  using segment = Segment.inMemory({ capacity: '64 KiB' })
  const list = segment.construct('list', t.vector(Row))
  const map = segment.construct('map', t.hashMap(t.string, t.vector(t.string)))
  const { used } = segment.stats()
  for (let n = 0; n < ROUNDS; n++) {
    const long = 'x'.repeat(1000)
    const wrong = { id: 1, name: long, words: [long, 5], note: undefined } as never
    expect(() => list.push(wrong)).toThrow(
      expect.objectContaining({ name: 'InvalidValueError', path: expect.any(String) }),
    )
    expect(() => map.set(long, [long, null as never])).toThrow(expect.objectContaining({ name: 'InvalidValueError' }))
    const tooLong = 'y'.repeat(70_000)
    expect(() => list.push({ id: 1, name: tooLong, words: [long] })).toThrow(
      expect.objectContaining({ name: 'OutOfSpaceError' }),
    )
    expect(() => map.set(long, [long, tooLong])).toThrow(expect.objectContaining({ name: 'OutOfSpaceError' }))
  }
  expect(segment.stats().used).toBe(used)
  expect([list.length, map.size]).toEqual([0, 0])
  segment.verify()
})

test('a vector that has to grow for a value that does not fit keeps its capacity and its room', () => {
  using segment = Segment.inMemory({ capacity: '64 KiB' })
  const list = segment.construct('list', t.vector(t.string), ['a', 'b', 'c', 'd'])
  // The last block of the segment, so that it grows in place.
  list.reserve(500)
  list.shrinkToFit()
  const before = { capacity: list.capacity, used: segment.stats().used }
  const tooLong = 'x'.repeat(65_000)
  for (const write of [() => list.push('e', tooLong), () => list.insert(1, tooLong), () => list.reserve(60_000)])
    expect(write).toThrow(expect.objectContaining({ name: 'OutOfSpaceError' }))
  expect({ capacity: list.capacity, used: segment.stats().used }).toEqual(before)
  expect(list.toObject()).toEqual(['a', 'b', 'c', 'd'])
})

import { expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Segment, type FlatMap } from '../../src/index.js'

const Item = t.struct({ n: t.u32, name: t.string })
type Items = FlatMap<typeof t.i32, typeof Item>

const item = (n: number) => ({ n, name: `item ${n}` })
const inMemory = (capacity: number | string = '1 MiB'): Segment => Segment.inMemory({ capacity })
const stale = { name: 'StaleViewError', code: 'ERR_HOTSEG_STALE_VIEW_ERROR' }

test('a flat map is in the order of its keys, in whatever order they came', () => {
  using segment = inMemory()
  const map = segment.construct('map', t.flatMap(t.string, t.u32), [['b', 1], ['a', 2], ['b', 3]]) // prettier-ignore
  expect(map.set('c', 4).set('', 5)).toBe(map)
  expect([...map]).toEqual([['', 5], ['a', 2], ['b', 3], ['c', 4]]) // prettier-ignore
  expect(map.range({ gt: 'a', reverse: true }).toArray()).toEqual([['c', 4], ['b', 3]]) // prettier-ignore
  expect([map.lowerBound('ab'), map.upperBound('b'), map.upperBound('c')]).toEqual([['b', 3], ['c', 4], undefined]) // prettier-ignore
  expect([map.first(), map.last(), map.size, map.delete('a'), map.delete('a')]).toEqual([['', 5], ['c', 4], 4, true, false]) // prettier-ignore
  expect(map.getMany(['c', 'a', 'b'])).toEqual([4, undefined, 3])
  expect(map.equalRange('b').toArray()).toEqual([['b', 3]])
  expect(map.toObject()).toEqual(new Map([['', 5], ['b', 3], ['c', 4]])) // prettier-ignore
  segment.verify()
})

test('views of its elements are stale when they move, and not when nothing does', () => {
  using segment = inMemory()
  const map = segment.construct('map', t.flatMap(t.u32, Item))
  map.reserve(8)
  map.set(5, item(5))
  const five = map.get(5)!
  map.set(7, item(7)).set(5, item(50))
  five.name = 'written'
  expect(map.get(5)?.toObject()).toEqual({ n: 50, name: 'written' })
  for (const change of [
    () => map.set(3, item(3)),
    () => map.delete(3),
    () => map.delete(7),
    () => map.reserve(100),
    () => map.clear(),
  ]) {
    const view = map.get(5)!
    const iterator = map.keys()
    iterator.next()
    expect(view.n).toBe(50)
    change()
    expect(() => view.n).toThrow(expect.objectContaining(stale))
    expect(() => (view.n = 6)).toThrow(expect.objectContaining(stale))
    expect(() => iterator.next()).toThrow(expect.objectContaining(stale))
    segment.verify()
  }
  const set = segment.construct('set', t.flatSet(Item), [item(1), item(2)])
  const two = set.get(item(2))!
  expect(() => ((two as { n: number }).n = 5)).toThrow(expect.objectContaining({ name: 'ReadOnlyError' }))
  set.delete(item(1))
  expect(() => two.n).toThrow(expect.objectContaining(stale))
})

test('no pointer leads to an element, the first one neither', () => {
  using segment = inMemory()
  const map = segment.construct('map', t.flatMap(t.u32, Item), [[1, item(1)], [2, item(2)]]) // prettier-ignore
  const set = segment.construct('set', t.flatSet(Item), [item(1), item(2)])
  const pointer = segment.construct('pointer', t.offsetPtr(Item))
  for (const view of [map.get(1), map.get(2), set.first(), set.last()]) {
    expect(() => (pointer.value = view as never)).toThrow(expect.objectContaining({ name: 'InvalidValueError' }))
  }
  expect(pointer.value).toBeUndefined()
})

test('room is made and given back as that of a vector is', () => {
  using segment = inMemory()
  const set = segment.construct('set', t.flatSet(t.u16))
  const { used } = segment.stats()
  expect(set.capacity).toBe(0)
  set.reserve(100)
  expect(set.capacity).toBe(100)
  const before = segment.stats().used
  for (let n = 0; n < 100; n++) set.add((n * 37) % 100)
  expect([set.capacity, set.size, segment.stats().used]).toEqual([100, 100, before])
  set.add(100)
  expect(set.capacity).toBe(200)
  set.shrinkToFit()
  expect(set.capacity).toBe(101)
  expect([...set]).toEqual(Array.from({ length: 101 }, (_, n) => n))
  expect(() => set.reserve(1.5)).toThrow(expect.objectContaining({ name: 'InvalidOptionError' }))
  for (let n = 0; n <= 100; n++) set.delete(n)
  set.shrinkToFit()
  expect(set.capacity).toBe(0)
  set.add(7).clear()
  // Only the header stays.
  expect(segment.stats().used).toBe(used + 16)
  segment.verify()
})

test('what is refused for want of room changes nothing, whether the array had to grow or not', () => {
  using segment = inMemory('64 KiB')
  const map = segment.construct('map', t.flatMap(t.string, t.string), [['b', 'B'], ['c', 'C']]) // prettier-ignore
  const entries = (): unknown => [segment.stats().used, map.capacity, [...map]]
  const before = entries()
  for (const key of ['a', 'd', 'y'.repeat(70_000)]) {
    for (let round = 0; round < 3; round++)
      expect(() => map.set(key, 'x'.repeat(70_000))).toThrow(expect.objectContaining({ name: 'OutOfSpaceError' }))
  }
  expect(() => map.reserve(100_000)).toThrow(expect.objectContaining({ name: 'OutOfSpaceError' }))
  expect(entries()).toEqual(before)
  map.set('a', 'A').set('d', 'D')
  expect([...map.values()].join('')).toBe('ABCD')
  segment.verify()
})

test('a neighbouring schema reads a flat map, and none takes it for another kind of map', () => {
  using segment = inMemory()
  segment.construct('map', t.flatMap(t.string, Item), [['b', item(2)], ['a', item(1)]]) // prettier-ignore
  segment.seal()
  const Less = t.struct({ n: t.u32, more: t.optional(t.string) })
  const map = segment.find('map', t.flatMap(t.string, Less))!
  expect(Array.from(map, ([key, { n, more }]) => [key, n, more])).toEqual([['a', 1, undefined], ['b', 2, undefined]]) // prettier-ignore
  expect(() => segment.find('map', t.orderedMap(t.string, Item))).toThrow(
    expect.objectContaining({ name: 'SchemaMismatchError' }),
  )
})

test('a value that changes the map it is written to leaves it sound', () => {
  for (const act of [
    (map: Items) => map.clear(),
    (map: Items) => map.delete(3),
    (map: Items) => {
      map.clear()
      map.shrinkToFit()
    },
    (map: Items) => [5, 6, 7, 8, 9].forEach((n) => map.set(n, item(n))),
    (map: Items) => [5, 6, 7, 8, 9].forEach((n) => map.set(-n, item(n))),
  ]) {
    for (const write of [
      (map: Items, value: { n: number; name: string }) => map.set(2, value),
      (map: Items, value: { n: number; name: string }) => map.set(4, value),
      (map: Items, value: { n: number; name: string }) => map.get(3)?.assign(value),
    ]) {
      using segment = inMemory()
      const map = segment.construct(
        'map',
        t.flatMap(t.i32, Item),
        [1, 2, 3].map((n) => [n, item(n)] as const),
      )
      const value = {
        n: 1,
        get name() {
          act(map)
          return 'item 1'
        },
      }
      try {
        write(map, value)
      } catch (error) {
        expect(error).toMatchObject(stale)
      }
      for (const { n, name } of map.values()) expect(name).toBe(`item ${n}`)
      segment.verify()
    }
  }
})

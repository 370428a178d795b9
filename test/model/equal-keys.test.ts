import { describe, expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Segment } from '../../src/index.js'

const Item = t.struct({ n: t.u32, name: t.string })
const Key = t.struct({ a: t.u16, b: t.string })
const item = (n: number) => ({ n, name: `item ${n}` })
const inMemory = (): Segment => Segment.inMemory({ capacity: '1 MiB' })
const stale = { name: 'StaleViewError', code: 'ERR_HOTSEG_STALE_VIEW_ERROR' }
const invalid = { name: 'InvalidValueError', code: 'ERR_HOTSEG_INVALID_VALUE_ERROR' }

describe.each([
  ['hashMultimap', t.hashMultimap(t.string, Item)],
  ['orderedMultimap', t.orderedMultimap(t.string, Item)],
] as const)('a %s', (_, type) => {
  const names = (items: readonly { n: number }[]): number[] => items.map(({ n }) => n)

  test('keeps equal keys in their order of insertion, also when it was made from a list', () => {
    using segment = inMemory()
    const map = segment.construct('map', type, [
      ['b', item(1)],
      ['a', item(2)],
      ['b', item(3)],
    ])
    expect(map.add('a', item(4))).toBe(map)
    expect(names(map.getAll('b'))).toEqual([1, 3])
    expect(names(map.getAll('a'))).toEqual([2, 4])
    expect([map.get('a')?.n, map.get('b')?.n, map.get('c')]).toEqual([2, 1, undefined])
    expect([map.size, map.count('a'), map.count('c'), map.has('b'), map.has('c')]).toEqual([4, 2, 0, true, false])
    expect(map.getAll('c')).toEqual([])
    expect(map.equalRange('b').toArray().map(([key, { n }]) => [key, n])).toEqual([['b', 1], ['b', 3]]) // prettier-ignore
    expect(map.getMany(['b', 'c', 'a']).map((value) => value?.n)).toEqual([1, undefined, 2])
    expect(map.toObject()).toHaveLength(4)
    expect(JSON.parse(JSON.stringify(map))).toEqual(map.toObject())
    // Values are written in place, keys not.
    map.getAll('a')[1]!.name = 'changed'
    expect(map.toObject()).toContainEqual(['a', { n: 4, name: 'changed' }])
    segment.verify()
  })

  test('deletes all entries of a key, and erases one by its view or by its position', () => {
    using segment = inMemory()
    const map = segment.construct('map', type)
    for (let n = 0; n < 12; n++) map.add(['a', 'b'][n % 2]!, item(n))
    const [first, , third, ...others] = map.getAll('a')
    expect(map.erase(third!)).toBe(true)
    expect(() => third!.n).toThrow(expect.objectContaining(stale))
    expect(() => map.erase(third!)).toThrow(expect.objectContaining(stale))
    expect(names([first!, ...others])).toEqual([0, 6, 8, 10])
    expect(names(map.getAll('a'))).toEqual([0, 2, 6, 8, 10])
    expect(map.erase('a', 0)).toBe(true)
    expect(() => first!.n).toThrow(expect.objectContaining(stale))
    expect(map.erase('a', -1)).toBe(true)
    expect(map.erase('a', 3)).toBe(false)
    expect(map.erase('a', -4)).toBe(false)
    expect(map.erase('c', 0)).toBe(false)
    expect(names(map.getAll('a'))).toEqual([2, 6, 8])
    expect(map.delete('a')).toBe(3)
    expect(map.delete('a')).toBe(0)
    expect(map.size).toBe(6)
    map.checkInvariants()
    segment.verify()
  })

  test('erases no view that is not of an entry of it, and changes nothing then', () => {
    using segment = inMemory()
    const map = segment.construct('map', type, [['a', item(1)]])
    const others = segment.construct('others', type, [['a', item(1)]])
    const byNumber = segment.construct('byNumber', t.hashMultimap(t.f64, Item), [[NaN, item(1)]])
    const list = segment.construct('list', t.vector(Item), [item(1)])
    const alone = segment.construct('alone', Item, item(1))
    const loose = map as unknown as { erase(view: unknown, index?: unknown): boolean }
    for (const view of [others.get('a'), byNumber.get(NaN), list.at(0), alone, list, 'a', undefined, item(1)])
      expect(() => loose.erase(view)).toThrow(expect.objectContaining(invalid))
    for (const index of [0.5, NaN, '0', null])
      expect(() => loose.erase('a', index)).toThrow(expect.objectContaining(invalid))
    expect([map.size, others.size]).toEqual([1, 1])
    segment.verify()
  })

  test('is read by a neighbouring schema, and not taken for one with unique keys', () => {
    using segment = inMemory()
    segment.construct('map', type, [['a', item(1)], ['a', item(2)]]) // prettier-ignore
    segment.seal()
    const Less = t.struct({ n: t.u32, more: t.optional(t.string) })
    const neighbour = {
      hashMultimap: t.hashMultimap(t.string, Less),
      orderedMultimap: t.orderedMultimap(t.string, Less),
    }
    const map = segment.find('map', neighbour[type.kind] as typeof neighbour.orderedMultimap)
    expect(map?.getAll('a').map(({ n, more }) => [n, more])).toEqual([[1, undefined], [2, undefined]]) // prettier-ignore
    const unique = type.kind === 'hashMultimap' ? t.hashMap(t.string, Item) : t.orderedMap(t.string, Item)
    expect(() => segment.find('map', unique)).toThrow(expect.objectContaining({ name: 'SchemaMismatchError' }))
  })
})

describe.each([
  ['hashMultiset', t.hashMultiset(Key)],
  ['orderedMultiset', t.orderedMultiset(Key)],
] as const)('a %s', (_, type) => {
  test('holds a key as often as it was added, and erases one of them', () => {
    using segment = inMemory()
    const [x, y] = [
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
    ]
    const set = segment.construct('set', type, [x, y, x])
    set.add(y).add(y)
    expect([set.size, set.count(x), set.count(y), set.count({ a: 2, b: '' })]).toEqual([5, 2, 3, 0])
    const [first, second, third] = set.getAll(y)
    expect(set.erase(second!)).toBe(true)
    expect(() => second!.a).toThrow(expect.objectContaining(stale))
    expect([first!.toObject(), third!.toObject()]).toEqual([y, y])
    expect(set.erase(y, 0)).toBe(true)
    expect(() => first!.a).toThrow(expect.objectContaining(stale))
    expect(set.equalRange(y).toArray().map((key) => key.toObject())).toEqual([y]) // prettier-ignore
    expect(set.delete(x)).toBe(2)
    expect(set.toObject()).toEqual([y])
    expect(Array.from(set.entries(), ([key, same]) => [key.b, same.b])).toEqual([['y', 'y']])
    segment.verify()
  })

  test('gives pointers to its keys, which are read-only', () => {
    using segment = inMemory()
    const set = segment.construct('set', type, [{ a: 1, b: 'x' }])
    const pointer = segment.construct('pointer', t.offsetPtr(Key), set.get({ a: 1, b: 'x' }))
    expect(pointer.value?.b).toBe('x')
    expect(() => (pointer.value!.a = 2)).toThrow(expect.objectContaining({ name: 'ReadOnlyError' }))
    set.erase({ a: 1, b: 'x' }, 0)
    expect(pointer.value).toBeUndefined()
  })
})

test('bounds of an ordered multimap stand before and behind all equal keys', () => {
  using segment = inMemory()
  const map = segment.construct('map', t.orderedMultimap(t.i32, t.string))
  for (const [key, value] of [[5, 'a'], [3, 'b'], [5, 'c'], [9, 'd'], [3, 'e'], [5, 'f']] as const) map.add(key, value) // prettier-ignore
  expect([...map.values()].join('')).toBe('beacfd')
  expect([map.first(), map.last()]).toEqual([[3, 'b'], [9, 'd']]) // prettier-ignore
  expect([map.lowerBound(5), map.upperBound(5), map.upperBound(9)]).toEqual([[5, 'a'], [9, 'd'], undefined]) // prettier-ignore
  expect(map.range({ gt: 3, lte: 5, reverse: true }).toArray()).toEqual([[5, 'f'], [5, 'c'], [5, 'a']]) // prettier-ignore
  expect(map.range({ gte: 3, limit: 3 }).toArray()).toEqual([[3, 'b'], [3, 'e'], [5, 'a']]) // prettier-ignore
  expect(map.equalRange(4).toArray()).toEqual([])
})

test('an iteration notices that an entry with an equal key came or went, or that room was made', () => {
  using segment = inMemory()
  let room = 8
  for (const map of [
    segment.construct('hashed', t.hashMultimap(t.u8, t.u8), [[1, 1], [1, 2], [2, 3]]), // prettier-ignore
    segment.construct('ordered', t.orderedMultimap(t.u8, t.u8), [[1, 1], [1, 2], [2, 3]]), // prettier-ignore
  ]) {
    for (const change of [
      () => map.add(1, 9),
      () => map.erase(1, 0),
      () => map.delete(2),
      ...('reserve' in map ? [() => map.reserve((room *= 4))] : []),
    ]) {
      for (const begin of [() => map[Symbol.iterator](), () => map.equalRange(1)[Symbol.iterator]()]) {
        const iterator = begin()
        expect(iterator.next().done).toBe(false)
        change()
        expect(() => iterator.next()).toThrow(expect.objectContaining(stale))
        map.add(1, 7).add(2, 8)
      }
    }
  }
})

test('room that was made holds so many keys without growing', () => {
  using segment = inMemory()
  for (const [index, type] of [t.hashMap(t.u32, t.u8), t.hashMultimap(t.u32, t.u8)].entries()) {
    const map = segment.construct(`map ${index}`, type)
    map.reserve(1000)
    const { used } = segment.stats()
    const put = (key: number): unknown => ('add' in map ? map.add(key, 1) : map.set(key, 1))
    put(0)
    const one = segment.stats().used - used
    for (let key = 1; key < 1000; key++) put(key)
    expect(segment.stats().used).toBe(used + 1000 * one)
    expect(() => map.reserve(-1)).toThrow(expect.objectContaining({ name: 'InvalidOptionError' }))
    const before = segment.stats().used
    expect(() => map.reserve(1e9)).toThrow(expect.objectContaining({ name: 'OutOfSpaceError' }))
    map.reserve(5)
    expect(segment.stats().used).toBe(before)
    map.checkInvariants()
  }
})

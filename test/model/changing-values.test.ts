/** Values whose getters and iterators change the container that is reading them. */
import { describe, expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Segment, type HashMap, type MultiIndex, type OrderedMap, type Vector } from '../../src/index.js'
import { errorOf } from '../../src/testing/check.js'

const Item = t.struct({ n: t.u32, name: t.string })
const Rows = t.multiIndex(Item, { n: t.hashedUnique('n'), name: t.orderedUnique('name') })

interface Value {
  readonly n: number
  readonly name: string
}
type Items = Vector<typeof Item>
type ItemMap = HashMap<typeof t.u32, typeof Item> | OrderedMap<typeof t.u32, typeof Item>
type ItemTable = MultiIndex<typeof Item, (typeof Rows)['indexes']>

const item = (n: number): Value => ({ n, name: `item ${n}` })
const full = [10, 11, 12, 13].map(item)

/** A value that does something when its name is read, which happens once. */
function acting(n: number, act: () => unknown): Value {
  let reads = 0
  return {
    n,
    get name() {
      if (++reads > 1) throw new Error('a property was read twice')
      act()
      return `item ${n}`
    },
  }
}

/** What a write may do when the ground was pulled from under it: succeed, or refuse as a whole. */
function attempt(write: () => unknown): void {
  const error = errorOf(write)
  if (error !== undefined) expect(['InvalidValueError', 'StaleViewError']).toContain(error.name)
}

describe('a value that changes the container it is written to leaves it sound', () => {
  test('a vector', () => {
    for (const act of [
      (list: Items) => list.clear(),
      (list: Items) => list.assign([]),
      (list: Items) => list.erase(0, 3),
      (list: Items) => list.push(...full, ...full, ...full),
      (list: Items) => {
        list.clear()
        list.shrinkToFit()
      },
    ]) {
      for (const write of [
        (list: Items, value: Value) => list.set(3, value),
        (list: Items, value: Value) => list.insert(3, value),
        (list: Items, value: Value) => list.push(item(1), value),
        (list: Items, value: Value) => list.assign([item(1), value]),
        (list: Items, value: Value) => list.at(3)?.assign(value),
      ]) {
        using segment = Segment.inMemory({ capacity: '64 KiB' })
        const list = segment.construct('list', t.vector(Item), full)
        attempt(() =>
          write(
            list,
            acting(1, () => act(list)),
          ),
        )
        for (const { n, name } of list) expect(name).toBe(`item ${n}`)
        segment.verify()
      }
    }
  })

  test('a map', () => {
    for (const act of [
      (map: ItemMap) => map.clear(),
      (map: ItemMap) => map.delete(12),
      (map: ItemMap) => map.set(12, item(7)),
      (map: ItemMap) => full.forEach(({ n }) => map.set(n + 100, item(n))),
    ]) {
      for (const write of [
        (map: ItemMap, value: Value) => map.set(12, value),
        (map: ItemMap, value: Value) => map.set(50, value),
        (map: ItemMap, value: Value) => map.get(12)?.assign(value),
      ]) {
        for (const type of [t.hashMap(t.u32, Item), t.orderedMap(t.u32, Item)]) {
          using segment = Segment.inMemory({ capacity: '64 KiB' })
          const map = segment.construct(
            'map',
            type,
            full.map((value) => [value.n, value] as const),
          )
          attempt(() =>
            write(
              map,
              acting(1, () => act(map)),
            ),
          )
          for (const { n, name } of map.values()) expect(name).toBe(`item ${n}`)
          segment.verify()
        }
      }
    }
  })

  test('a multi-index', () => {
    for (const act of [
      (rows: ItemTable) => rows.clear(),
      (rows: ItemTable) => rows.by.n.delete(12),
      (rows: ItemTable) => rows.insert(item(1)),
      (rows: ItemTable) => rows.modify(rows.by.n.get(12)!, item(1)),
      (rows: ItemTable) => full.forEach(({ n }) => rows.insert(item(n + 100))),
    ]) {
      for (const write of [
        (rows: ItemTable, value: Value) => rows.insert(value),
        (rows: ItemTable, value: Value) => rows.modify(rows.by.n.get(12)!, value),
        (rows: ItemTable, value: Value) => rows.replace(rows.by.n.get(12)!, value),
      ]) {
        using segment = Segment.inMemory({ capacity: '64 KiB' })
        const rows = segment.construct('rows', Rows, full)
        attempt(() =>
          write(
            rows,
            acting(1, () => act(rows)),
          ),
        )
        for (const { n, name } of rows) expect(name).toBe(`item ${n}`)
        expect(new Set(Array.from(rows, ({ n }) => n)).size).toBe(rows.size)
        segment.verify()
      }
    }
  })

  test('an iterable that changes what it fills', () => {
    using segment = Segment.inMemory({ capacity: '64 KiB' })
    const list = segment.construct('list', t.vector(Item), full)
    function* around(act: () => unknown): Generator<Value> {
      yield item(1)
      act()
      yield item(2)
    }
    list.assign(around(() => list.clear()))
    list.assign(around(() => list.push(...full)))
    expect(list.toObject()).toEqual([item(1), item(2)])
    segment.verify()
  })

  test('a segment that is closed or sealed while it reads a value refuses it', () => {
    for (const [end, name] of [
      [(segment: Segment) => segment.close(), 'ClosedError'],
      [(segment: Segment) => segment.seal(), 'ReadOnlyError'],
    ] as const) {
      for (const write of [
        (segment: Segment, value: Value) => segment.find('list', t.vector(Item))!.push(value),
        (segment: Segment, value: Value) => segment.find('list', t.vector(Item))!.set(0, value),
        (segment: Segment, value: Value) => segment.find('map', t.hashMap(t.u32, Item))!.set(1, value),
        (segment: Segment, value: Value) => segment.find('rows', Rows)!.insert(value),
        (segment: Segment, value: Value) => segment.find('item', Item)!.assign(value),
        (segment: Segment, value: Value) => segment.construct('other', Item, value),
        (segment: Segment, value: Value) => segment.make(Item, value),
      ]) {
        using segment = Segment.inMemory({ capacity: '64 KiB' })
        segment.construct('list', t.vector(Item), full)
        segment.construct('map', t.hashMap(t.u32, Item))
        segment.construct('rows', Rows)
        segment.construct('item', Item)
        expect(() =>
          write(
            segment,
            acting(1, () => end(segment)),
          ),
        ).toThrow(expect.objectContaining({ name }))
        if (name === 'ReadOnlyError') segment.verify()
      }
    }
  })
})

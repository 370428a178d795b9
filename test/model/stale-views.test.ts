import { describe, expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Segment, type Deque, type Vector, type View } from '../../src/index.js'

const Item = t.struct({ n: t.u32, name: t.string, words: t.vector(t.string) })
const Row = t.struct({ id: t.u32, group: t.u8, at: t.struct({ x: t.f64 }), words: t.vector(t.string) })
const Rows = t.multiIndex(Row, {
  id: t.hashedUnique('id'),
  group: t.orderedNonUnique('group'),
  rank: t.rankedNonUnique('group'),
})

type Items = Vector<typeof Item>

const item = (n: number) => ({ n, name: `item ${n}`, words: [`word ${n}`] })
const row = (id: number, group = 0) => ({ id, group, at: { x: id }, words: [`word ${id}`] })
const inMemory = (): Segment => Segment.inMemory({ capacity: '1 MiB' })
const stale = { name: 'StaleViewError', code: 'ERR_HOTSEG_STALE_VIEW_ERROR' }

/** Every way to use a view of an item. */
function expectStale(view: { n: number; name: string; words: object; toObject(): unknown; toJSON(): unknown }): void {
  for (const use of [
    () => view.n,
    () => view.name,
    () => view.words,
    () => view.toObject(),
    () => view.toJSON(),
    () => JSON.stringify(view),
    () => (view.n = 7),
    () => (view.name = 'other'),
  ])
    expect(use).toThrow(expect.objectContaining(stale))
}

describe('a view whose element is gone', () => {
  test('of a map is stale after delete and after clear, and writes nothing into what takes its place', () => {
    for (const construct of [
      (segment: Segment) => segment.construct('map', t.hashMap(t.u32, Item)),
      (segment: Segment) => segment.construct('map', t.orderedMap(t.u32, Item)),
    ]) {
      using segment = inMemory()
      const map = construct(segment)
      map.set(1, item(1)).set(2, item(2))
      const [first, second] = [map.get(1)!, map.get(2)!]
      const words = first.words
      map.delete(1)
      map.set(1, item(3))
      expectStale(first)
      expect(() => first.assign({ n: 9 })).toThrow(expect.objectContaining(stale))
      expect(() => words.length).toThrow(expect.objectContaining(stale))
      expect(() => words.push('x')).toThrow(expect.objectContaining(stale))
      expect(second.toObject()).toEqual(item(2))
      expect(map.get(1)?.toObject()).toEqual(item(3))
      map.clear()
      expectStale(second)
      map.set(2, item(4))
      expectStale(second)
      expect(map.get(2)?.toObject()).toEqual(item(4))
    }
  })

  test('of a vector is stale after pop, erase, insert before it, assign and clear', () => {
    for (const change of [
      (items: Items) => items.pop(),
      (items: Items) => items.erase(2),
      (items: Items) => items.erase(0),
      (items: Items) => items.insert(0, item(9)),
      (items: Items) => items.assign([item(7), item(8), item(9)]),
      (items: Items) => items.clear(),
    ]) {
      using segment = inMemory()
      const items = segment.construct('items', t.vector(Item), [item(0), item(1), item(2)])
      const last = items.at(2)!
      expect(last.toObject()).toEqual(item(2))
      change(items)
      const after = items.toObject()
      expectStale(last)
      expect(items.toObject()).toEqual(after)
    }
  })

  test('of a deque is stale after shift, pop, erase and insert before it, and not after unshift where there is room', () => {
    for (const [change, left] of [
      [(items: Deque<typeof Item>) => items.shift(), undefined],
      [(items: Deque<typeof Item>) => items.pop(), undefined],
      [(items: Deque<typeof Item>) => items.erase(0), undefined],
      [(items: Deque<typeof Item>) => items.insert(1, item(9)), undefined],
      [(items: Deque<typeof Item>) => items.unshift(item(9)), item(2)],
    ] as const) {
      using segment = inMemory()
      const items = segment.construct('items', t.deque(Item), [item(0), item(1), item(2)])
      const last = items.at(-1)!
      change(items)
      if (left === undefined) expectStale(last)
      else expect(last.toObject()).toEqual(left)
    }
  })

  test('of a multi-index is stale after erase, delete and clear, and not after modify and replace', () => {
    using segment = inMemory()
    const rows = segment.construct('rows', Rows, [row(1), row(2), row(3), row(4)])
    const [first, second, third, fourth] = [1, 2, 3, 4].map((id) => rows.by.id.get(id)!)
    const [words, at] = [first!.words, first!.at]
    rows.modify(first!, { id: 11, group: 5 })
    rows.replace(second!, row(12, 7))
    expect([first!.id, second!.id, second!.group]).toEqual([11, 12, 7])
    rows.erase(first!)
    rows.insert(row(1))
    rows.by.id.delete(3)
    rows.by.group.delete(7)
    for (const view of [first, second, third]) {
      for (const use of [
        () => view!.id,
        () => view!.at,
        () => view!.toObject(),
        () => rows.modify(view!, { group: 1 }),
        () => rows.by.rank.rank(view!),
      ])
        expect(use).toThrow(expect.objectContaining(stale))
      expect(() => rows.replace(view!, row(9))).toThrow(expect.objectContaining(stale))
      expect(() => rows.erase(view!)).toThrow(expect.objectContaining(stale))
    }
    expect(() => words.at(0)).toThrow(expect.objectContaining(stale))
    expect(() => at.x).toThrow(expect.objectContaining(stale))
    expect(fourth!.toObject()).toEqual(row(4))
    rows.clear()
    expect(() => fourth!.id).toThrow(expect.objectContaining(stale))
    expect(rows.toObject()).toEqual([])
  })

  test('of an object that was destroyed is stale, a container too', () => {
    using segment = inMemory()
    const thing = segment.construct('thing', Item, item(1))
    const list = segment.construct('list', t.vector(t.u32), [1, 2])
    const count = segment.construct('count', t.u32, 5)
    for (const name of ['thing', 'list', 'count']) expect(segment.destroy(name)).toBe(true)
    segment.construct('other', Item, item(2))
    expectStale(thing)
    expect(() => list.length).toThrow(expect.objectContaining(stale))
    expect(() => list.push(3)).toThrow(expect.objectContaining(stale))
    expect(() => count.value).toThrow(expect.objectContaining(stale))
    expect(segment.find('other', Item)?.toObject()).toEqual(item(2))
  })

  test('of another container is refused by a multi-index', () => {
    using segment = inMemory()
    const rows = segment.construct('rows', Rows, [row(1)])
    const others = segment.construct('others', Rows, [row(1)])
    const foreign = others.by.id.get(1)!
    for (const use of [
      () => rows.erase(foreign),
      () => rows.modify(foreign, { group: 3 }),
      () => rows.replace(foreign, row(5)),
      () => rows.by.rank.rank(foreign),
    ])
      expect(use).toThrow(expect.objectContaining({ name: 'InvalidValueError' }))
    expect(rows.toObject()).toEqual([row(1)])
    expect(others.toObject()).toEqual([row(1)])
    rows.checkInvariants()
    others.checkInvariants()
    // Another handle of the same table is the same table.
    segment.find('rows', Rows)!.erase(rows.by.id.get(1)!)
    expect(rows.size).toBe(0)
  })
})

describe('the view that forEach lends', () => {
  const items = [item(1), item(2), item(3)]
  const kinds = { vector: t.vector(Item), deque: t.deque(Item), array: t.array(Item, 3) }

  test.each(Object.entries(kinds))('in a %s is one for all calls, and over after the last', (_, type) => {
    const segment = inMemory()
    segment.construct('live', type, items)
    const lend = (): void => {
      for (const list of [segment.find('live', type)!]) {
        const seen: unknown[] = []
        const kept = new Set<{ n: number; name: string; toObject(): unknown; toJSON(): unknown; words: object }>()
        let words: readonly object[] = []
        list.forEach((view, index) => {
          kept.add(view)
          words = [...words, view.words]
          seen.push([view.toObject(), view.n, index])
        })
        expect(seen).toEqual(items.map((each, index) => [each, each.n, index]))
        expect(kept.size).toBe(1)
        for (const view of kept) expectStale(view)
        expect(JSON.stringify(words)).toBe('[["word 1"],["word 2"],["word 3"]]')
        // A view that is iterated is its own.
        const views = [...list]
        expect(views.map(({ n }) => n)).toEqual([1, 2, 3])
        let thrown: { n: number } | undefined
        expect(() =>
          list.forEach((view) => {
            thrown = view
            throw new Error('enough')
          }),
        ).toThrow('enough')
        expect(() => thrown!.n).toThrow(expect.objectContaining(stale))
      }
    }
    lend()
    segment.seal()
    lend()
    segment.close()
  })
})

describe('an iterator over a container that changed', () => {
  /** Takes one element, changes the container, and wants the next. */
  function expectStopped(iterable: Iterable<unknown>, change: () => unknown): void {
    const iterator = iterable[Symbol.iterator]()
    expect(iterator.next().done).toBe(false)
    change()
    expect(() => iterator.next()).toThrow(expect.objectContaining(stale))
  }

  test('of a map throws, and goes on where only values were written', () => {
    using segment = inMemory()
    const entries = [1, 2, 3, 4, 5].map((n) => [n, item(n)] as const)
    for (const map of [
      segment.construct('hashed', t.hashMap(t.u32, Item), entries),
      segment.construct('ordered', t.orderedMap(t.u32, Item), entries),
    ]) {
      let next = 100
      for (const begin of [() => map, () => map.entries(), () => map.keys(), () => map.values()]) {
        expectStopped(begin(), () => map.set(next++, item(1)))
      }
      expectStopped(map, () => map.delete(next - 1))
      expectStopped(map.keys(), () => map.clear())
      map.set(1, item(1)).set(2, item(2))
      for (const [key, value] of map) {
        value.name = `new ${key}`
        map.set(key, { ...item(key), n: 50 })
      }
      expect([...map.values()].map(({ n }) => n)).toEqual([50, 50])
      expect(() => map.forEach((_, key) => map.delete(key))).toThrow(expect.objectContaining(stale))
    }
  })

  test('of a container that was itself replaced or erased throws', () => {
    const Outer = t.struct({ set: t.orderedSet(t.u32), map: t.hashMap(t.u32, t.string), rows: Rows })
    const full = () => ({
      set: [1, 2, 3],
      map: [1, 2, 3].map((n) => [n, text] as const),
      rows: [row(1), row(2), row(3)],
    })
    const text = 'text'
    using segment = inMemory()
    const outer = segment.construct('outer', Outer)
    const owners = segment.construct('owners', t.hashMap(t.u32, Outer))
    for (const pick of [
      (from: View<typeof Outer>) => from.set,
      (from: View<typeof Outer>) => from.set.range({ reverse: true }),
      (from: View<typeof Outer>) => from.map,
      (from: View<typeof Outer>) => from.map.keys(),
      (from: View<typeof Outer>) => from.rows,
      (from: View<typeof Outer>) => from.rows.by.group,
      (from: View<typeof Outer>) => from.rows.by.id.equalRange(1),
    ]) {
      for (const change of [() => outer.assign(full()), () => outer.assign({ set: [], map: [], rows: [] })]) {
        outer.assign(full())
        expectStopped(pick(outer), change)
        outer.assign(full())
        expectStopped(pick(outer), () => {
          change()
          change()
          outer.assign(full())
        })
      }
      owners.set(1, full())
      expectStopped(pick(owners.get(1)!), () => owners.delete(1))
      owners.set(1, full())
      expectStopped(pick(owners.get(1)!), () => [owners.delete(1), owners.set(2, full())])
      owners.clear()
    }
  })

  test('of a set throws', () => {
    using segment = inMemory()
    for (const set of [
      segment.construct('hashed', t.hashSet(t.string), ['a', 'b', 'c']),
      segment.construct('ordered', t.orderedSet(t.string), ['a', 'b', 'c']),
    ]) {
      expectStopped(set, () => set.add('d'))
      expectStopped(set.values(), () => set.delete('d'))
      expectStopped(set.keys(), () => set.clear())
    }
  })

  test('of a range throws, and a new iteration of it sees what is there now', () => {
    using segment = inMemory()
    const set = segment.construct('set', t.orderedSet(t.u32), [1, 2, 3, 4])
    const rows = segment.construct('rows', Rows, [row(1), row(2), row(3)])
    const range = set.range({ gte: 2 })
    expectStopped(range, () => set.add(5))
    expect([...range]).toEqual([2, 3, 4, 5])
    expectStopped(set.range({ reverse: true }), () => set.delete(1))
    const equal = rows.by.group.equalRange(0)
    expectStopped(equal, () => rows.insert(row(4)))
    expect(Array.from(equal, ({ id }) => id)).toEqual([1, 2, 3, 4])
  })

  test('of a multi-index throws, also when a row only moves in an index', () => {
    using segment = inMemory()
    const rows = segment.construct('rows', Rows, [row(1), row(2), row(3), row(4)])
    expectStopped(rows, () => rows.insert(row(5)))
    expectStopped(rows.by.id, () => rows.by.id.delete(5))
    expectStopped(rows.by.group, () => rows.modify(rows.by.id.get(1)!, { group: 200 }))
    expectStopped(rows.by.group, () => rows.erase(rows.by.id.get(2)!))
    expectStopped(rows, () => rows.clear())
  })

  test('of an index with an order of its own throws when rows come, go or move, and not when they are changed', () => {
    using segment = inMemory()
    const Ordered = t.multiIndex(Row, { queue: t.sequenced(), slot: t.randomAccess(), id: t.hashedUnique('id') })
    const rows = segment.construct('rows', Ordered, [row(1), row(2), row(3), row(4)])
    const { queue, slot, id } = rows.by
    for (const [index, other] of [
      [queue, slot],
      [slot, queue],
    ] as const) {
      expectStopped(index, () => rows.insert(row(5)))
      expectStopped(index, () => id.delete(5))
      expectStopped(index.range({ from: id.get(2), reverse: true }), () => index.relocate(id.get(2)!))
      expectStopped(index, () => index.reverse())
      expectStopped(index, () => index.sort((a, b) => a.id - b.id))
      expectStopped(index, () => index.rearrange([...index]))
      const iterator = index[Symbol.iterator]()
      iterator.next()
      other.reverse()
      rows.modify(id.get(1)!, { group: 77 })
      expect(iterator.next().done).toBe(false)
    }
    const range = queue.range({ from: id.get(2) })
    id.delete(2)
    expect(() => [...range]).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_STALE_VIEW_ERROR' }))
  })

  test('of a vector goes by position, as that of an Array does', () => {
    using segment = inMemory()
    const list = segment.construct('list', t.vector(t.u32), [1, 2, 3])
    for (const [index, value] of list.entries()) list.set(index, value * 2)
    expect(list.toObject()).toEqual([2, 4, 6])
    const seen: number[] = []
    for (const value of list) {
      if (seen.push(value) === 1) list.erase(0)
      if (seen.length < 4) list.push(value + 1)
    }
    expect(seen).toEqual([2, 6, 3, 7, 4])
    const iterator = list.values()
    iterator.next()
    list.clear()
    expect(iterator.next().done).toBe(true)
  })
})

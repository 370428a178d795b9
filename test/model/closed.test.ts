import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { sameTarget, Segment, type View } from '../../src/index.js'
import { makeTemporaryDirectory } from '../process/harness.js'

const Inner = t.struct({ x: t.f64, label: t.string })
const Row = t.struct({ id: t.u32, name: t.string, at: Inner })
const types = {
  vector: t.vector(Inner),
  deque: t.deque(t.u32),
  list: t.list(t.string),
  array: t.array(t.string, 2),
  hashMap: t.hashMap(t.string, Inner),
  orderedMap: t.orderedMap(t.string, t.vector(t.u8)),
  hashSet: t.hashSet(Inner),
  orderedSet: t.orderedSet(t.bytes),
  flatMap: t.flatMap(t.string, Inner),
  flatSet: t.flatSet(Inner),
  hashMultimap: t.hashMultimap(t.string, Inner),
  orderedMultimap: t.orderedMultimap(t.string, Inner),
  hashMultiset: t.hashMultiset(Inner),
  orderedMultiset: t.orderedMultiset(Inner),
  struct: Row,
  ref: t.optional(t.string),
  variant: t.variant({ inner: Inner, words: t.vector(t.string) }),
  shared: t.sharedPtr(Inner),
  weak: t.weakPtr(Inner),
  unique: t.uniquePtr(t.vector(t.string)),
  table: t.multiIndex(Row, {
    id: t.hashedUnique('id'),
    name: t.orderedNonUnique('name'),
    queue: t.sequenced(),
    slot: t.randomAccess(),
    rank: t.rankedUnique('name'),
  }),
} as const
const at = { x: 1, label: 'label' }

const directory = makeTemporaryDirectory({ inMemory: true })
const path = join(directory, 'all.hotseg')
afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

function build(): Segment {
  const segment = Segment.inMemory({ capacity: '1 MiB' })
  segment.construct('vector', types.vector, [at])
  segment.construct('deque', types.deque, [1, 2])
  segment.construct('list', types.list, ['a', 'b'])
  segment.construct('array', types.array, ['a', 'b'])
  segment.construct('hashMap', types.hashMap, [['a', at]])
  segment.construct('orderedMap', types.orderedMap, [['a', [1]]])
  segment.construct('hashSet', types.hashSet, [at])
  segment.construct('orderedSet', types.orderedSet, [Uint8Array.of(1)])
  segment.construct('flatMap', types.flatMap, [['a', at]])
  segment.construct('flatSet', types.flatSet, [at])
  segment.construct('hashMultimap', types.hashMultimap, [
    ['a', at],
    ['a', at],
  ])
  segment.construct('orderedMultimap', types.orderedMultimap, [
    ['a', at],
    ['a', at],
  ])
  segment.construct('hashMultiset', types.hashMultiset, [at, at])
  segment.construct('orderedMultiset', types.orderedMultiset, [at, at])
  segment.construct('struct', types.struct, { id: 1, name: 'a', at })
  segment.construct('ref', types.ref, 'text')
  segment.construct('variant', types.variant, { kind: 'inner', value: at })
  segment.construct('weak', types.weak, segment.construct('shared', types.shared, at).value)
  segment.construct('unique', types.unique, ['a'])
  segment.construct('table', types.table, [{ id: 1, name: 'a', at }])
  return segment
}

/** Everything a reader can do with the objects of a segment, each as a call that works while it is open. */
function readsOf(segment: Segment): (() => unknown)[] {
  const vector = segment.find('vector', types.vector)!
  const deque = segment.find('deque', types.deque)!
  const list = segment.find('list', types.list)!
  const position = list.first()!
  const array = segment.find('array', types.array)!
  const hashMap = segment.find('hashMap', types.hashMap)!
  const orderedMap = segment.find('orderedMap', types.orderedMap)!
  const hashSet = segment.find('hashSet', types.hashSet)!
  const orderedSet = segment.find('orderedSet', types.orderedSet)!
  const struct = segment.find('struct', types.struct)!
  const ref = segment.find('ref', types.ref)!
  const variant = segment.find('variant', types.variant)!
  const [shared, weak] = [segment.find('shared', types.shared)!, segment.find('weak', types.weak)!]
  const unique = segment.find('unique', types.unique)!
  const [target, only] = [shared.value!, unique.value!]
  const table = segment.find('table', types.table)!
  const flatMap = segment.find('flatMap', types.flatMap)!
  const flatSet = segment.find('flatSet', types.flatSet)!
  const { id, name, queue, slot, rank } = table.by
  const [multimaps, multisets] = multisOf(segment)
  const row = id.get(1)!
  const views = [vector.at(0)!, hashMap.get('a')!, hashSet.get(at)!, struct.at, id.get(1)!.at]
  views.push(flatMap.get('a')!, flatSet.get(at)!, variant.value as View<typeof Inner>)
  const inner = orderedMap.get('a')!
  const ranges = [
    orderedMap.range(),
    flatMap.range(),
    flatSet.equalRange(at),
    orderedMap.equalRange('a'),
    name.range({ prefix: 'a' }),
    id.equalRange(1),
    queue.range(),
    slot.range({ from: id.get(1) }),
    rank.slice(0, 1),
  ]
  const begun = [
    flatMap,
    flatSet,
    ...multimaps,
    ...multisets,
    vector,
    deque,
    array,
    hashMap,
    orderedMap,
    hashSet,
    orderedSet,
    table,
    name,
    queue,
    slot,
  ].map((each) => each[Symbol.iterator]())
  return [
    ...views.flatMap((view) => [() => view.x, () => view.label, () => view.toObject(), () => view.toJSON()]),
    ...[vector, deque, array, inner].flatMap((list) => [
      ...[() => list.length, () => list.at(0), () => list.at(5), () => [...list], () => [...list.entries()]],
      ...[() => [...list.keys()], () => list.toObject(), () => list.toJSON(), () => list.checkInvariants()],
      () => list.forEach(() => undefined),
    ]),
    ...[() => variant.kind, () => variant.value, () => variant.toObject(), () => variant.toJSON()],
    () => variant.checkInvariants(),
    ...[() => vector.capacity, () => flatMap.capacity, () => flatSet.capacity, () => flatSet.first()],
    ...[() => flatSet.toObject(), () => flatSet.checkInvariants(), () => flatSet.size, () => [...flatSet.keys()]],
    ...multimaps.flatMap((map) => [
      ...[() => map.size, () => map.get('a'), () => map.has('b'), () => map.getAll('a'), () => map.count('a')],
      ...[() => map.getMany(['a', 'b']), () => [...map.equalRange('a')], () => [...map.values()], () => map.toJSON()],
      ...[() => map.toObject(), () => map.checkInvariants(), () => map.forEach(() => undefined)],
      () => map.get('a')!.x,
    ]),
    ...multisets.flatMap((set) => [
      ...[() => set.size, () => set.get(at), () => set.has(at), () => set.getAll(at), () => set.count(at)],
      ...[() => set.getMany([at]), () => [...set.equalRange(at)], () => [...set.values()], () => set.toJSON()],
      ...[() => set.toObject(), () => set.checkInvariants(), () => set.forEach(() => undefined)],
    ]),
    () => deque.capacity,
    ...[() => list.length, () => list.first(), () => list.last(), () => [...list], () => [...list.positions()]],
    ...[() => list.toObject(), () => list.toJSON(), () => list.checkInvariants(), () => list.forEach(() => undefined)],
    ...[() => position.value, () => position.next(), () => position.previous(), () => position.toObject()],
    ...[hashMap, orderedMap, flatMap].flatMap((map) => [
      ...[() => map.size, () => map.get('a'), () => map.get('b'), () => map.has('b'), () => map.getMany(['a', 'b'])],
      ...[() => [...map], () => [...map.keys()], () => [...map.values()], () => map.toObject(), () => map.toJSON()],
      ...[() => map.checkInvariants(), () => map.forEach(() => undefined)],
    ]),
    ...[() => hashSet.size, () => hashSet.has(at), () => hashSet.get(at), () => [...hashSet], () => hashSet.toObject()],
    ...[() => orderedSet.size, () => orderedSet.first(), () => orderedSet.last(), () => [...orderedSet.range()]],
    ...[() => hashSet.checkInvariants(), () => orderedSet.checkInvariants(), () => orderedSet.toJSON()],
    ...[
      () => orderedMap.first(),
      () => orderedMap.last(),
      () => orderedMap.lowerBound('a'),
      () => orderedMap.upperBound(''),
    ],
    ...ranges.flatMap((range) => [() => [...range], () => range.toArray()]),
    ...[() => struct.id, () => struct.name, () => struct.at, () => struct.toObject(), () => struct.toJSON()],
    ...[ref, shared, weak, unique].flatMap((each) => [
      ...[() => each.value, () => each.toObject(), () => each.toJSON()],
    ]),
    ...[() => target.x, () => target.label, () => only.at(0), () => only.length, () => sameTarget(target, target)],
    ...[
      () => table.size,
      () => [...table],
      () => table.toObject(),
      () => table.toJSON(),
      () => table.checkInvariants(),
    ],
    ...[
      () => id.size,
      () => id.get(1),
      () => id.get(2),
      () => id.has(1),
      () => id.count(1),
      () => id.getMany([1, 2]),
      () => [...id],
    ],
    ...[
      () => name.size,
      () => name.get('a'),
      () => name.has('b'),
      () => name.count('a'),
      () => [...name],
      () => name.first(),
    ],
    ...[() => name.last(), () => name.lowerBound('a'), () => name.upperBound('a'), () => [...name.equalRange('a')]],
    ...[queue, slot].flatMap((index) => [
      () => index.size,
      () => index.first(),
      () => index.last(),
      () => [...index],
      () => index.range(),
    ]),
    ...[() => slot.length, () => slot.at(0), () => slot.at(5), () => slot.indexOf(row)],
    ...[() => rank.nth(0), () => rank.nth(5), () => rank.rank(row), () => rank.findRank('b'), () => rank.rangeRank()],
    ...[() => rank.lowerBoundRank('a'), () => rank.upperBoundRank('a'), () => rank.equalRangeRank('a')],
    ...[() => segment.find('struct', types.struct), () => segment.find('missing', t.u8), () => segment.objects()],
    ...[() => segment.stats(), () => segment.verify()],
    // An iterator that was begun stays where it is.
    ...begun.map((iterator) => () => iterator.next()),
  ]
}

/** The containers with equal keys. */
function multisOf(segment: Segment) {
  const maps = [
    segment.find('hashMultimap', types.hashMultimap)!,
    segment.find('orderedMultimap', types.orderedMultimap)!,
  ]
  const sets = [
    segment.find('hashMultiset', types.hashMultiset)!,
    segment.find('orderedMultiset', types.orderedMultiset)!,
  ]
  return [maps, sets] as const
}

/** Everything that writes. */
function writesOf(segment: Segment): (() => unknown)[] {
  const vector = segment.find('vector', types.vector)!
  const deque = segment.find('deque', types.deque)!
  const list = segment.find('list', types.list)!
  const position = list.first()!
  const array = segment.find('array', types.array)!
  const hashMap = segment.find('hashMap', types.hashMap)!
  const orderedMap = segment.find('orderedMap', types.orderedMap)!
  const hashSet = segment.find('hashSet', types.hashSet)!
  const orderedSet = segment.find('orderedSet', types.orderedSet)!
  const struct = segment.find('struct', types.struct)!
  const ref = segment.find('ref', types.ref)!
  const variant = segment.find('variant', types.variant)!
  const inside = variant.value as View<typeof Inner>
  const [shared, weak] = [segment.find('shared', types.shared)!, segment.find('weak', types.weak)!]
  const unique = segment.find('unique', types.unique)!
  const table = segment.find('table', types.table)!
  const row = table.by.id.get(1)!
  const [multimaps, multisets] = multisOf(segment)
  const { hashMultimap, hashMultiset } = types
  const flatMap = segment.find('flatMap', types.flatMap)!
  const flatSet = segment.find('flatSet', types.flatSet)!
  const roomy = [
    segment.find('hashMultimap', hashMultimap)!,
    segment.find('hashMultiset', hashMultiset)!,
    hashMap,
    hashSet,
  ]
  return [
    ...multimaps.flatMap((map) => {
      const view = map.get('a')!
      return [
        ...[() => map.add('a', at), () => map.delete('a'), () => map.erase('a', 0), () => map.erase(view)],
        ...[() => map.clear(), () => (view.x = 3)],
      ]
    }),
    ...multisets.flatMap((set) => {
      const view = set.get(at)!
      return [() => set.add(at), () => set.delete(at), () => set.erase(at, 0), () => set.erase(view), () => set.clear()]
    }),
    ...[() => flatMap.set('b', at), () => flatMap.set('a', at), () => flatMap.delete('a'), () => flatMap.clear()],
    ...[() => flatMap.reserve(50), () => flatMap.shrinkToFit(), () => flatSet.add({ x: 2, label: '' })],
    ...[() => flatSet.delete(at), () => flatSet.clear(), () => flatSet.reserve(50), () => flatSet.shrinkToFit()],
    ...roomy.map((each) => () => each.reserve(50)),
    ...[
      () => vector.push(at),
      () => vector.set(0, at),
      () => vector.insert(0, at),
      () => vector.assign([]),
      () => vector.erase(0),
    ],
    ...[() => vector.pop(), () => vector.clear(), () => vector.reserve(50), () => vector.shrinkToFit()],
    ...[() => list.push('c'), () => list.unshift('c'), () => list.pop(), () => list.shift(), () => list.clear()],
    ...[() => list.insertBefore(position, 'c'), () => list.insertAfter(position, 'c'), () => list.erase(position)],
    ...[() => list.sort(), () => list.reverse(), () => list.unique(), () => list.removeIf(() => true)],
    ...[
      () => list.splice(undefined, list),
      () => list.merge(list),
      () => list.assign([]),
      () => (position.value = 'c'),
    ],
    ...[() => deque.push(3), () => deque.unshift(3), () => deque.shift(), () => deque.pop(), () => deque.clear()],
    ...[() => deque.set(0, 3), () => deque.insert(0, 3), () => deque.assign([]), () => deque.erase(0)],
    ...[() => deque.reserve(50), () => deque.shrinkToFit()],
    ...[() => array.set(0, 'c'), () => array.assign(['c', 'd'])],
    ...[() => hashMap.set('b', at), () => hashMap.set('a', at), () => hashMap.delete('a'), () => hashMap.clear()],
    ...[
      () => orderedMap.set('b', []),
      () => orderedMap.set('a', []),
      () => orderedMap.delete('a'),
      () => orderedMap.clear(),
    ],
    ...[() => hashSet.add({ x: 2, label: '' }), () => hashSet.delete(at), () => hashSet.clear()],
    ...[() => orderedSet.add(Uint8Array.of(2)), () => orderedSet.delete(Uint8Array.of(1)), () => orderedSet.clear()],
    ...[() => (struct.id = 2), () => (struct.name = 'b'), () => (struct.at.x = 3), () => struct.assign({ id: 2 })],
    () => (ref.value = undefined),
    ...[() => variant.assign({ kind: 'words', value: [] }), () => variant.assign({ kind: 'inner', value: at })],
    () => (inside.x = 4),
    () => (shared.value = undefined),
    () => (weak.value = undefined),
    () => (unique.value = undefined),
    ...[() => table.insert({ id: 2, name: 'b', at }), () => table.modify(row, { name: 'b' })],
    ...[
      () => table.replace(row, { id: 1, name: 'b', at }),
      () => table.by.id.delete(1),
      () => table.by.name.delete('a'),
    ],
    ...[() => table.erase(row), () => table.clear(), () => table.reserve(50)],
    ...[() => table.eraseIf(() => true), () => table.moveTo(row, table), () => table.by.name.eraseRange({})],
    ...[table.by.queue, table.by.slot].flatMap((index) => [
      () => index.pushFront({ id: 2, name: 'b', at }),
      () => index.pushBack({ id: 2, name: 'b', at }),
      () => index.insertBefore(row, { id: 2, name: 'b', at }),
      () => index.popFront(),
      () => index.popBack(),
      () => index.relocate(row),
      () => index.sort(() => 0),
      () => index.reverse(),
      () => index.rearrange([row]),
      () => index.removeIf(() => true),
      () => index.unique(() => true),
      () => index.eraseRange({}),
    ]),
    ...[() => table.by.slot.insert(0, { id: 2, name: 'b', at }), () => table.by.slot.erase(0)],
    ...[() => segment.construct('new', t.u8), () => segment.findOrConstruct('new', t.u8), () => segment.make(t.u8)],
    () => segment.destroy('struct'),
  ]
}

const closed = { name: 'ClosedError', code: 'ERR_HOTSEG_CLOSED_ERROR' }
const readOnly = { name: 'ReadOnlyError', code: 'ERR_HOTSEG_READ_ONLY_ERROR' }

function expectEach(calls: readonly (() => unknown)[], error: object): void {
  for (const call of calls) expect(call, call.toString()).toThrow(expect.objectContaining(error))
}

describe('after close', () => {
  test('everything of a private segment throws ClosedError', () => {
    const segment = build()
    const calls = [...readsOf(segment), ...writesOf(segment)]
    segment.close()
    segment.close()
    expectEach(calls, closed)
    expectEach([() => segment.seal(), () => segment.toArrayBuffer()], closed)
  })

  test('everything of a mapped, a copied and a buffered segment throws ClosedError', () => {
    const sealed = build()
    sealed.seal()
    const bytes = sealed.toArrayBuffer().slice(0)
    sealed.close()
    fs.writeFileSync(path, new Uint8Array(bytes), { mode: 0o600 })
    for (const open of [
      () => Segment.open(path),
      () => Segment.open(path, { access: 'copy-on-write' }),
      () => Segment.fromBuffer(bytes),
    ]) {
      const segment = open()
      for (const read of readsOf(segment)) read()
      const calls = readsOf(segment)
      segment.close()
      expectEach(calls, closed)
    }
  })
})

test('everything that writes throws ReadOnlyError in a sealed segment and changes nothing', () => {
  const segment = build()
  const before = writesOf(segment)
  segment.seal()
  const bytes = new Uint8Array(segment.toArrayBuffer()).slice()
  expectEach([...before, ...writesOf(segment)], readOnly)
  expect(new Uint8Array(segment.toArrayBuffer())).toEqual(bytes)
  using read = Segment.fromBuffer(bytes)
  expectEach(writesOf(read), readOnly)
  segment.verify()
  segment.close()
})

test('rows, keys and elements of sets are read-only also where the rest is written', () => {
  using segment = build()
  const row = segment.find('table', types.table)!.by.id.get(1) as unknown as { id: number; at: { x: number } }
  const key = [...segment.find('hashSet', types.hashSet)!][0] as unknown as { x: number }
  expectEach([() => (row.id = 5), () => (row.at.x = 5), () => (key.x = 5)], readOnly)
  expect([row.id, row.at.x, key.x]).toEqual([1, 1, 1])
  segment.verify()
})

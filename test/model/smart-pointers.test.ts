import { describe, expect, test } from 'vitest'
import { sameTarget, Segment } from '../../src/index.js'
import * as t from '../../src/t.js'

const Node = t.struct({
  name: t.string,
  get next() {
    return t.sharedPtr(Node)
  },
  get back() {
    return t.weakPtr(Node)
  },
})
const Tree = t.struct({
  name: t.string,
  get left() {
    return t.uniquePtr(Tree)
  },
  get right() {
    return t.uniquePtr(Tree)
  },
  get parent() {
    return t.offsetPtr(Tree)
  },
})

const newSegment = (): Segment => Segment.inMemory({ capacity: '64 MiB' })
const invalid = (): unknown => expect.objectContaining({ name: 'InvalidValueError' })
const stale = (): unknown => expect.objectContaining({ name: 'StaleViewError' })
const full = (): unknown => expect.objectContaining({ name: 'OutOfSpaceError' })
const countOf = (segment: Segment): number => segment.objects().filter(({ name }) => name === undefined).length

describe('a shared pointer', () => {
  test('keeps an object as long as one of them leads to it', () => {
    using segment = newSegment()
    const list = segment.construct('list', t.vector(t.sharedPtr(Node)))
    const { used } = segment.stats()
    const made = segment.make(Node, { name: 'made' })
    list.push(made, made)
    list.push(list.at(0))
    list.at(1)!.name = 'written'
    expect(list.toObject().map((view) => view?.name)).toEqual(['written', 'written', 'written'])
    list.set(0, undefined)
    list.erase(1)
    expect([list.at(0), list.at(1)?.name, made.name]).toEqual([undefined, 'written', 'written'])
    segment.verify()
    list.pop()
    expect(() => made.name).toThrow(stale())
    list.clear()
    list.shrinkToFit()
    expect(segment.stats().used).toBe(used)
    segment.verify()
  })

  test('makes an object of a plain value, also deep inside of one', () => {
    using segment = newSegment()
    const head = segment.construct('head', t.sharedPtr(Node), { name: 'a', next: { name: 'b', next: { name: 'c' } } })
    expect(head.value?.next?.next?.name).toBe('c')
    expect(countOf(segment)).toBe(3)
    head.value = head.value!.next
    expect([head.value?.name, countOf(segment)]).toEqual(['b', 2])
    segment.destroy('head')
    expect(countOf(segment)).toBe(0)
    segment.verify()
  })

  test('holds containers, texts and further pointers', () => {
    using segment = newSegment()
    const words = segment.construct('words', t.sharedPtr(t.vector(t.string)), ['a'])
    const others = segment.construct('others', t.sharedPtr(t.vector(t.string)), words.value)
    others.value!.push('b')
    expect(words.value!.toObject()).toEqual(['a', 'b'])
    const text = segment.construct('text', t.sharedPtr(t.sharedPtr(t.string)), 'inner')
    expect(text.value?.value?.value).toBe('inner')
    for (const name of ['words', 'text']) segment.destroy(name)
    expect(others.value!.at(1)).toBe('b')
    segment.verify()
  })

  test('takes unnamed objects only, and says what to do with others', () => {
    using segment = newSegment()
    using other = newSegment()
    const Outer = t.struct({ node: Node })
    const rows = segment.construct('rows', t.multiIndex(Node, { name: t.orderedUnique('name') }))
    const map = segment.construct('map', t.hashMap(t.string, Node), [['a', { name: 'value' }]])
    const tree = segment.construct('tree', t.uniquePtr(Node), { name: 'unique' })
    const list = segment.construct('list', t.vector(t.sharedPtr(Node)))
    const others = [
      segment.construct('named', Node, { name: 'named' }),
      rows.insert({ name: 'row' }).row,
      map.get('a'),
      tree.value,
      segment.make(Outer, { node: { name: 'part' } }).node,
      other.make(Node, { name: 'elsewhere' }),
      segment.make(t.struct({ name: t.string })) as never,
    ]
    for (const [index, view] of others.entries()) {
      expect(() => list.push(view), `${index}`).toThrow(invalid())
      expect(() => list.push({ name: 'before' }, view), `${index}`).toThrow(invalid())
    }
    expect(() => list.push(rows.by.name.first())).toThrow(/pass toObject\(\)/)
    list.push(rows.by.name.first()!.toObject())
    expect(list.at(0)?.name).toBe('row')
    expect(countOf(segment)).toBe(3)
    segment.verify()
  })

  test('in a row is counted with it: inserted, copied, modified, replaced, erased', () => {
    using segment = newSegment()
    const Row = t.struct({ id: t.u32, node: t.sharedPtr(Node) })
    const rows = segment.construct('rows', t.multiIndex(Row, { id: t.hashedUnique('id') }))
    const node = segment.make(Node, { name: 'shared' })
    const first = rows.insert({ id: 1, node }).row
    expect(rows.insert(first).inserted).toBe(false)
    rows.insert({ ...first.toObject(), id: 2 })
    const copies = segment.construct('copies', t.vector(Row), rows)
    segment.verify()
    rows.clear()
    expect(copies.at(1)?.node?.name).toBe('shared')
    rows.insert(copies.at(0)!)
    segment.destroy('copies')
    const [row] = rows
    rows.modify(row!, { node: { name: 'other' } })
    expect(() => node.name).toThrow(stale())
    rows.replace(row!, { id: 3 })
    expect(countOf(segment)).toBe(0)
    rows.modify(row!, { node: { name: 'last' } })
    rows.by.id.delete(3)
    expect(countOf(segment)).toBe(0)
    segment.verify()
  })

  test('whose target is put in its own place, or twice under one key, stays', () => {
    using segment = newSegment()
    const head = segment.construct('head', t.sharedPtr(Node), { name: 'a' })
    head.value = head.value
    expect(head.value?.name).toBe('a')
    const made = segment.make(Node, { name: 'twice' })
    const map = segment.construct('map', t.hashMap(t.u8, t.sharedPtr(Node)), [
      [1, made],
      [1, { name: 'between' }],
      [1, made],
    ])
    expect([map.get(1)?.name, made.name, countOf(segment)]).toEqual(['twice', 'twice', 2])
    segment.verify()
  })

  test('that is refused changes no count and leaves nothing behind', () => {
    using segment = Segment.inMemory({ capacity: '64 KiB' })
    const Item = t.struct({ a: t.sharedPtr(Node), b: t.sharedPtr(Node), text: t.string })
    const list = segment.construct('list', t.vector(Item))
    const other = segment.construct('other', Item, { a: { name: 'a' }, text: '' })
    const node = segment.make(Node, { name: 'node' })
    list.push({ a: node, b: node, text: '' })
    const before = segment.stats()
    const long = 'x'.repeat(70_000)
    const wrong: (() => void)[] = [
      () => list.push({ a: node, b: { name: 'new', next: node }, text: long }),
      () => list.insert(0, { a: { name: long }, b: node, text: '' }),
      () => other.assign({ a: node, b: node, text: long }),
      () => list.assign([
          { a: node, text: '' },
          { a: { name: 'new' }, text: long },
        ]), // prettier-ignore
      () => segment.construct('third', Item, { a: node, text: long }),
      () => segment.make(Item, { a: { name: 'x' }, text: long }),
    ]
    for (const write of wrong) {
      expect(write).toThrow(full())
      segment.verify()
    }
    expect(() => list.push({ a: node, b: 5 as never, text: '' })).toThrow(invalid())
    expect(segment.stats()).toEqual(before)
    list.clear()
    expect(() => node.name).toThrow(stale())
  })

  test('to what is destroyed while the value is read is refused', () => {
    using segment = newSegment()
    const Item = t.struct({ a: t.sharedPtr(Node), text: t.string })
    const list = segment.construct('list', t.vector(Item))
    const node = segment.make(Node, { name: 'node' })
    const value = {
      a: node,
      get text() {
        segment.destroy(node)
        return 'text'
      },
    }
    expect(() => list.push(value)).toThrow(invalid())
    expect([list.length, countOf(segment)]).toEqual([0, 0])
    segment.verify()
  })

  test('owns: what it leads to is not destroyed by hand', () => {
    using segment = newSegment()
    const head = segment.construct('head', t.sharedPtr(Node))
    const made = segment.make(Node, { name: 'made' })
    head.value = made
    expect(() => segment.destroy(made)).toThrow(invalid())
    head.value = undefined
    expect(() => segment.destroy(made)).toThrow(stale())
  })

  test('in a circle keeps its objects; verify knows them, and a weak one back does not', () => {
    using segment = newSegment()
    const head = segment.construct('head', t.sharedPtr(Node), { name: 'a', next: { name: 'b' } })
    const first = head.value!
    first.next!.back = first
    first.next!.next = first
    head.value = undefined
    expect([first.name, countOf(segment)]).toEqual(['a', 2])
    segment.verify()
    const { used } = segment.stats()
    first.next!.next = undefined
    expect(() => first.name).toThrow(stale())
    expect(countOf(segment)).toBe(0)
    expect(segment.stats().used).toBeLessThan(used)
    segment.verify()
  })

  test('in a circle that nobody reaches any more is verified when it was sealed, too', () => {
    using segment = newSegment()
    const head = segment.construct('head', t.sharedPtr(Node), { name: 'a' })
    head.value!.next = head.value
    head.value = undefined
    segment.seal()
    using copy = Segment.fromBuffer(segment.toArrayBuffer())
    expect(copy.verify().objects).toBe(2)
  })

  test('of a chain of a million lets all of it go at once', () => {
    using segment = Segment.inMemory({ capacity: '256 MiB' })
    const head = segment.construct('head', t.sharedPtr(Node))
    const { used } = segment.stats()
    for (let n = 0; n < 1_000_000; n++) head.value = segment.make(Node, { name: '', next: head.value })
    expect(segment.verify().objects).toBe(1_000_001)
    segment.destroy('head')
    expect(segment.verify().objects).toBe(0)
    expect(segment.stats().used).toBeLessThan(used)
  })

  test('of a million objects of one type in a vector lets all of them go at once', () => {
    using segment = Segment.inMemory({ capacity: '256 MiB' })
    const list = segment.construct('list', t.vector(t.sharedPtr(t.u32)))
    list.assign(Array.from({ length: 1_000_000 }, (_, n) => n))
    expect(list.at(-1)?.value).toBe(999_999)
    list.assign([])
    expect(segment.verify().objects).toBe(1)
  })
})

describe('a weak pointer', () => {
  test('gives undefined once its target is gone, and can be made a shared one before', () => {
    using segment = newSegment()
    const head = segment.construct('head', t.sharedPtr(Node), { name: 'a' })
    const weak = segment.construct('weak', t.weakPtr(Node), head.value)
    const second = segment.construct('second', t.sharedPtr(Node), weak.value)
    head.value = undefined
    expect(weak.value?.name).toBe('a')
    second.value = undefined
    expect(weak.value).toBeUndefined()
    for (let n = 0; n < 100; n++) segment.make(Node, { name: `${n}` })
    expect(weak.value).toBeUndefined()
    segment.verify()
  })

  test('makes no object of a plain value', () => {
    using segment = newSegment()
    expect(() => segment.construct('weak', t.weakPtr(Node), { name: 'x' } as never)).toThrow(invalid())
  })
})

describe('a unique pointer', () => {
  test('is written by value, read as a view that never moves, and copied as a whole', () => {
    using segment = newSegment()
    const tree = segment.construct('tree', Tree, { name: 'root', left: { name: 'left', right: { name: 'leaf' } } })
    const left = tree.left!
    left.parent = tree
    left.right!.name = 'written'
    tree.assign({ right: left })
    tree.right!.name = 'copy'
    expect([left.name, tree.right?.right?.name, left.parent.name]).toEqual(['left', 'written', 'root'])
    expect(tree.toObject()).toEqual({
      name: 'root',
      left: { name: 'left', right: { name: 'written' }, parent: expect.anything() as unknown },
      right: { name: 'copy', right: { name: 'written' }, parent: expect.anything() as unknown },
    })
    expect(JSON.parse(JSON.stringify(left.right))).toEqual({ name: 'written' })
    segment.verify()
    tree.assign({ left: undefined })
    expect(tree.left).toBeUndefined()
    expect(() => left.name).toThrow(stale())
    segment.verify()
  })

  test('can be replaced by a part of what it holds', () => {
    using segment = newSegment()
    const head = segment.construct('head', t.uniquePtr(Tree), { name: '1', left: { name: '2', left: { name: '3' } } })
    head.value = head.value?.left
    expect(head.toObject()).toEqual({ name: '2', left: { name: '3' } })
    segment.verify()
  })

  test('holds scalars, texts and containers', () => {
    using segment = newSegment()
    const Item = t.struct({
      n: t.uniquePtr(t.u8),
      s: t.uniquePtr(t.string),
      v: t.uniquePtr(t.vector(t.uniquePtr(t.u8))),
    })
    const item = segment.construct('item', Item)
    expect(item.toObject()).toEqual({})
    item.assign({ n: 1, s: '', v: [2, undefined, 3] })
    const copy = segment.construct('copy', Item, item)
    copy.assign({ s: item.s, n: item.n })
    expect(copy.toObject()).toEqual(item.toObject())
    const shared = segment.construct('shared', t.uniquePtr(t.sharedPtr(t.string)), 'text')
    shared.value = shared.value
    expect([shared.value?.value?.value, countOf(segment)]).toEqual(['text', 1])
    shared.value = shared.value?.value
    expect([shared.value?.value?.value, countOf(segment)]).toEqual(['text', 1])
    item.n!.value = 4
    item.v!.push(5)
    expect(item.toObject()).toEqual({ n: 4, s: '', v: [2, undefined, 3, 5] })
    expect(() => item.assign({ n: 256 })).toThrow(invalid())
    expect(() => item.assign({ s: null as never })).toThrow(invalid())
    segment.verify()
    segment.seal()
    using read = Segment.fromBuffer(segment.toArrayBuffer())
    expect(read.find('item', Item)!.v?.at(-1)?.value).toBe(5)
  })

  test('of a list of a hundred thousand is verified and destroyed; copying it out is refused', () => {
    using segment = newSegment()
    const root = segment.construct('root', Tree, { name: '' })
    let last = root
    for (let n = 0; n < 100_000; n++) {
      last.assign({ left: { name: '' } })
      last = last.left!
    }
    expect(segment.verify().blocks).toBeGreaterThan(100_000)
    expect(() => root.toObject()).toThrow(/more than 1000 deep/)
    expect(() => JSON.stringify(root)).toThrow(/more than 1000 deep/)
    segment.destroy('root')
    expect(segment.verify().objects).toBe(0)
  })

  test('takes no value nested without end', () => {
    using segment = newSegment()
    const endless: { name: string; left?: unknown } = { name: 'x' }
    endless.left = endless
    expect(() => segment.construct('root', Tree, endless as never)).toThrow(invalid())
    const Holder = t.struct({
      get next() {
        return t.sharedPtr(Holder)
      },
    })
    const circle: { next?: unknown } = {}
    circle.next = circle
    expect(() => segment.construct('holder', Holder, circle as never)).toThrow(invalid())
    segment.verify()
  })
})

test('a view of what a pointer in an optional value led to stays good when that value goes', () => {
  using segment = newSegment()
  const Item = t.struct({ node: t.offsetPtr(Node), inner: t.struct({ n: t.u8 }) })
  const target = segment.make(Node, { name: 'target' })
  const item = segment.construct('item', t.optional(Item), { node: target, inner: { n: 1 } })
  const { node, inner } = item.value!
  const direct = segment.construct('direct', t.optional(t.offsetPtr(Node)), target)
  const read = direct.value!
  item.value = undefined
  direct.value = undefined
  expect([node?.name, read.name]).toEqual(['target', 'target'])
  expect(() => inner.n).toThrow(stale())
})

describe('sameTarget', () => {
  test('compares places, not values', () => {
    using segment = newSegment()
    const first = segment.make(Node, { name: 'same' })
    const second = segment.make(Node, { name: 'same', next: first })
    const third = segment.make(Node, { name: 'third', next: first, back: second })
    expect(sameTarget(second.next, third.next)).toBe(true)
    expect(sameTarget(second.next, first)).toBe(true)
    expect(sameTarget(second, first)).toBe(false)
    expect(sameTarget(first.next, first.back)).toBe(true)
    expect(sameTarget(first.next, first)).toBe(false)
    const Outer = t.struct({ inner: t.struct({ n: t.u32 }) })
    const outer = segment.make(Outer)
    expect(sameTarget(outer, outer.inner)).toBe(false)
    expect(sameTarget(outer.inner, outer.inner)).toBe(true)
    const list = segment.construct('list', t.vector(Outer), [{ inner: { n: 1 } }, { inner: { n: 1 } }])
    expect([sameTarget(list.at(0), list.at(-2)), sameTarget(list.at(0), list.at(1))]).toEqual([true, false])
    expect(sameTarget(list, segment.find('list', t.vector(Outer)))).toBe(true)
    segment.construct('rows', t.multiIndex(Node, { name: t.hashedUnique('name') }), [{ name: 'a' }, { name: 'b' }])
    segment.seal()
    using a = Segment.fromBuffer(segment.toArrayBuffer())
    using b = Segment.fromBuffer(segment.toArrayBuffer())
    const [rows, others] = [a, b].map((from) =>
      from.find('rows', t.multiIndex(Node, { name: t.hashedUnique('name') }))!,
    )
    const row = rows!.by.name.get('a')
    expect(
      sameTarget(
        row,
        [...rows!].find(({ name }) => name === 'a'),
      ),
    ).toBe(true)
    expect(sameTarget(row, rows!.by.name.get('b'))).toBe(false)
    expect(sameTarget(row, others!.by.name.get('a'))).toBe(false)
  })

  test('refuses what is no view, what is stale and what is closed', () => {
    const segment = newSegment()
    const node = segment.make(Node, { name: 'x' })
    expect(() => sameTarget(node, {} as never)).toThrow(invalid())
    expect(() => sameTarget(null as never, node)).toThrow(invalid())
    const gone = segment.make(Node, { name: 'y' })
    segment.destroy(gone)
    expect(() => sameTarget(node, gone)).toThrow(stale())
    segment.close()
    expect(() => sameTarget(node, node)).toThrow(expect.objectContaining({ name: 'ClosedError' }))
  })
})

import { describe, expect, test } from 'vitest'
import { diffSegments, Segment, type Change, type Type } from '../../../src/index.js'
import * as t from '../../../src/t.js'

type Objects = Readonly<Record<string, readonly [type: Type, value?: unknown]>>

function sealed(objects: Objects): Segment {
  const segment = Segment.inMemory({ capacity: '16 MiB' })
  for (const [name, [type, value]] of Object.entries(objects)) segment.construct(name, type, value)
  segment.seal()
  return segment
}

const changesOf = (before: Objects, after: Objects): Change[] => [...diffSegments(sealed(before), sealed(after))]

const Old = t.struct({ id: t.u32, name: t.string })
const New = t.struct({ size: t.optional(t.f64), name: t.string, id: t.u32 })
const oldRows = t.multiIndex(Old, { id: t.hashedUnique('id') })
const newRows = t.multiIndex(New, { name: t.orderedNonUnique('name'), number: t.orderedUnique('id') })

describe('fields that differ', () => {
  const Place = t.struct({
    id: t.u8,
    at: t.struct({ lat: t.f64, lng: t.f64 }),
    more: t.optional(Old),
    tags: t.vector(t.u8),
  })
  const places = t.hashMap(t.string, Place)
  const place = { id: 1, at: { lat: 1, lng: 2 }, more: { id: 7, name: 'x' }, tags: [1, 2] }

  test('are named by their paths, those of nested structs one by one', () => {
    const after = { ...place, at: { lat: 1, lng: 3 }, more: { id: 7, name: 'y' }, tags: [1] }
    expect(changesOf({ places: [places, [['a', place]]] }, { places: [places, [['a', after]]] })).toEqual([
      {
        table: 'places',
        kind: 'changed',
        key: 'a',
        before: place,
        after,
        fields: [
          { path: 'at.lng', before: 2, after: 3 },
          { path: 'more.name', before: 'x', after: 'y' },
          { path: 'tags', before: [1, 2], after: [1] },
        ],
      },
    ])
  })

  test('an optional struct that is gone is one field', () => {
    const after = { ...place, more: undefined }
    const [change] = changesOf({ places: [places, [['a', place]]] }, { places: [places, [['a', after]]] })
    expect(change?.fields).toEqual([{ path: 'more', before: { id: 7, name: 'x' }, after: undefined }])
  })

  test('-0 is not 0, and NaN is NaN, whatever its bits', () => {
    const numbers = t.vector(t.f64)
    expect(changesOf({ numbers: [numbers, [0, NaN, -NaN]] }, { numbers: [numbers, [-0, NaN, NaN]] })).toEqual([
      { table: 'numbers', kind: 'changed', key: 0, before: 0, after: -0 },
    ])
  })

  test('lone surrogates, and texts that only begin alike, are told apart', () => {
    const texts = t.vector(t.string)
    const before = ['\ud800', '\udc00', 'ab', 'ab\0', '', 'ÿ', 'ā']
    const after = ['\udc00', '\udc00', 'ab\0', 'ab\0', '\0', 'ÿ', 'Ā']
    const keys = changesOf({ texts: [texts, before] }, { texts: [texts, after] }).map(({ key }) => key)
    expect(keys).toEqual([0, 2, 4, 6])
  })
})

describe('objects and types', () => {
  test('what was added or removed is named with its type, and its elements follow', () => {
    expect(
      changesOf(
        { a: [t.u8, 1], gone: [t.vector(t.u8), [5]], words: [t.hashSet(t.string)] },
        { a: [t.u8, 1], born: [t.string, 'x'], words: [t.hashSet(t.string), ['w']] },
      ),
    ).toEqual([
      { table: 'born', kind: 'added', key: undefined, after: 'x', type: { after: 'string' } },
      { table: 'gone', kind: 'removed', key: undefined, type: { before: 'vector(u8)' } },
      { table: 'gone', kind: 'removed', key: 0, before: 5 },
      { table: 'words', kind: 'added', key: 'w', after: undefined },
    ])
  })

  test('neighbouring rows are compared by the names of their fields: one that is missing is one without a value', () => {
    const rows = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      { id: 3, name: 'c' },
    ]
    const newer = [rows[0], { ...rows[1], size: 1.5 }, { ...rows[2], name: 'C' }]
    expect(changesOf({ rows: [oldRows, rows] }, { rows: [newRows, newer] })).toEqual([
      {
        table: 'rows',
        kind: 'changed',
        key: undefined,
        type: { before: expect.any(String), after: expect.any(String) },
      },
      {
        table: 'rows',
        kind: 'changed',
        key: 2,
        before: rows[1],
        after: newer[1],
        fields: [{ path: 'size', before: undefined, after: 1.5 }],
      },
      {
        table: 'rows',
        kind: 'changed',
        key: 3,
        before: rows[2],
        after: newer[2],
        fields: [{ path: 'name', before: 'c', after: 'C' }],
      },
    ])
  })

  test('so are rows without a unique index', () => {
    const [older, newer] = [
      t.multiIndex(Old, { name: t.orderedNonUnique('name') }),
      t.multiIndex(New, { all: t.sequenced() }),
    ]
    const rows = [
      { id: 1, name: 'a' },
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]
    const after = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      { id: 2, name: 'b', size: 0 },
    ]
    expect(changesOf({ rows: [older, rows] }, { rows: [newer, after] }).slice(1)).toEqual(
      expect.arrayContaining([
        { table: 'rows', kind: 'removed', key: undefined, before: rows[0] },
        { table: 'rows', kind: 'added', key: undefined, after: after[2] },
      ]),
    )
  })

  test('rows are told apart although their hashes are equal', () => {
    const numbers = t.multiIndex(t.struct({ n: t.u32 }), { all: t.sequenced() })
    // Many enough that some of either version share their hashes.
    const rows = (first: number): unknown => Array.from({ length: 10_000 }, (_, n) => ({ n: first + n }))
    const diff = diffSegments(sealed({ x: [numbers, rows(0)] }), sealed({ x: [numbers, rows(10_000)] }))
    expect(diff.summary()).toMatchObject([{ added: 10_000, removed: 10_000, changed: 0 }])
  })

  test('containers that have nothing in common are removed and added as wholes; kinds of sequences and of maps have', () => {
    const summary = (before: Objects, after: Objects): unknown => diffSegments(sealed(before), sealed(after)).summary()
    expect(summary({ x: [t.hashMap(t.string, t.u8), [['a', 1]]] }, { x: [t.vector(t.u8), [1, 2]] })).toEqual([
      { table: 'x', type: 'changed', added: 2, removed: 1, changed: 0, countBefore: 1, countAfter: 2 },
    ])
    expect(
      summary({ x: [t.hashMap(t.string, t.u8), [['a', 1]]] }, { x: [t.hashMap(t.u8, t.u8), [[1, 1]]] }),
    ).toMatchObject([{ added: 1, removed: 1, changed: 0 }])
    expect(
      summary({ x: [t.hashMap(t.string, t.u8), [['a', 1]]] }, { x: [t.orderedMap(t.string, t.u32), [['a', 1]]] }),
    ).toMatchObject([{ type: 'changed', added: 0, removed: 0, changed: 0 }])
    expect(summary({ x: [t.vector(t.u8), [1, 2]] }, { x: [t.list(t.u8), [1, 3]] })).toMatchObject([{ changed: 1 }])
    expect(summary({ x: [t.u8, 1] }, { x: [t.f64, 1] })).toMatchObject([{ type: 'changed', changed: 1 }])
  })

  test('a type that differs only far inside has changed', () => {
    const deep = (inner: Type): Type => t.vector(t.vector(t.vector(t.vector(t.vector(t.vector(inner))))))
    const [summary] = diffSegments(sealed({ x: [deep(t.u8)] }), sealed({ x: [deep(t.u16)] })).summary()
    expect(summary?.type).toBe('changed')
  })

  test('a unique index of only some rows tells none apart; one by a computed key does', () => {
    const first = t.computed('first', 1, t.string, (row: { name: string }) => row.name.slice(0, 1))
    const tables = t.multiIndex(Old, {
      some: t.hashedUnique('id', { where: t.predicate('big', 1, (row: { id: number }) => row.id > 10) }),
      first: t.orderedUnique([first, 'id']),
    })
    expect(changesOf({ x: [tables, [{ id: 1, name: 'ab' }]] }, { x: [tables, [{ id: 1, name: 'ac' }]] })).toMatchObject(
      [{ kind: 'changed', key: ['a', 1], fields: [{ path: 'name' }] }],
    )
  })
})

describe('pointers', () => {
  const Node = t.struct({
    name: t.string,
    get next() {
      return t.offsetPtr(Node)
    },
  })

  /** Three nodes in a circle. */
  function circle(names: readonly string[]): Segment {
    const segment = Segment.inMemory()
    const nodes = names.map((name) => segment.make(Node, { name }))
    nodes.forEach((node, index) => {
      node.next = nodes[(index + 1) % nodes.length]
    })
    segment.construct('first', t.offsetPtr(Node), nodes[0])
    segment.seal()
    return segment
  }

  test('are equal when what they lead to is, and no circle is followed', () => {
    expect([...diffSegments(circle(['a', 'b', 'c']), circle(['a', 'b', 'c']))]).toEqual([])
    expect([...diffSegments(circle(['a', 'b', 'c']), circle(['x', 'b', 'c']))]).toMatchObject([{ kind: 'changed' }])
    expect([...diffSegments(circle(['a', 'b']), circle(['a', 'x']))]).toEqual([])
  })
})

describe('what is compared', () => {
  test('may be some tables only', () => {
    const [before, after] = [sealed({ a: [t.u8, 1], b: [t.u8, 1] }), sealed({ a: [t.u8, 2], b: [t.u8, 2] })]
    expect([...diffSegments(before, after, { tables: ['b'] })]).toMatchObject([{ table: 'b' }])
    expect(diffSegments(before, after, { tables: ['b', 'c'] }).summary()).toMatchObject([{ table: 'b' }])
    expect(() => diffSegments(before, after, { tables: 'b' as never })).toThrow(
      expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR' }),
    )
  })

  test('is sealed, and stays open', () => {
    const [open, closed] = [Segment.inMemory(), sealed({ a: [t.vector(t.u8), [1, 2, 3]] })]
    open.construct('a', t.vector(t.u8), [3, 2, 1])
    expect(() => [...diffSegments(open, closed)]).toThrow(
      expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR' }),
    )
    open.seal()
    const changes = diffSegments(open, closed)[Symbol.iterator]()
    changes.next()
    closed.close()
    expect(() => changes.next()).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
  })

  test('is not copied: of a million equal rows only one that differs becomes an object', () => {
    const table = t.vector(t.struct({ n: t.u32, text: t.string }))
    const rows = Array.from({ length: 50_000 }, (_, n) => ({ n, text: `row ${n}` }))
    const [before, after] = [
      sealed({ rows: [table, rows] }),
      sealed({ rows: [table, rows.with(17, { n: 17, text: '' })] }),
    ]
    expect([...diffSegments(before, after)]).toMatchObject([{ key: 17, fields: [{ path: 'text' }] }])
  })
})

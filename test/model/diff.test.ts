import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffSegments, Segment, type Change, type Type } from '../../src/index.js'
import * as t from '../../src/t.js'
import { arbitrary } from '../../src/testing.js'
import { applied, bare, elementsOf, keyText, naiveDiff, type Form } from './support/naive-diff.js'
import { replayed } from './support/run.js'
import { Thing } from './support/value-types.js'

const Point = t.struct({ x: t.f64, y: t.f32 })
const Row = t.struct({
  id: t.u32,
  name: t.string,
  at: Point,
  tags: t.vector(t.string),
  note: t.optional(t.string),
  kind: t.enumeration('a', 'b'),
})
const Deep = t.struct({
  n: t.u8,
  inner: t.optional(t.struct({ words: t.hashMap(t.string, t.vector(t.f64)), counts: t.orderedMultiset(t.string) })),
  either: t.variant({ text: t.string, code: t.i64 }),
  own: t.uniquePtr(Point),
})

interface Subject {
  readonly type: Type
  readonly form: Form
  readonly keyOf?: (row: never) => unknown
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  'hashMap of strings to structs': { type: t.hashMap(t.string, Thing), form: 'map' },
  'orderedMap of bytes to vectors': { type: t.orderedMap(t.bytes, t.vector(t.f64)), form: 'map' },
  'flatMap of f64 to optional strings': { type: t.flatMap(t.f64, t.optional(t.string)), form: 'map' },
  'hashMap of structs to deep values': { type: t.hashMap(t.struct({ a: t.string, b: t.f32 }), Deep), form: 'map' },
  'hashSet of f64': { type: t.hashSet(t.f64), form: 'set' },
  'orderedSet of arrays': { type: t.orderedSet(t.array(t.string, 2)), form: 'set' },
  'hashMultimap of i64 to strings': { type: t.hashMultimap(t.i64, t.string), form: 'multimap' },
  'orderedMultimap of strings to points': { type: t.orderedMultimap(t.string, Point), form: 'multimap' },
  'hashMultiset of u8': { type: t.hashMultiset(t.u8), form: 'multiset' },
  'orderedMultiset of strings': { type: t.orderedMultiset(t.string), form: 'multiset' },
  'vector of structs': { type: t.vector(Thing), form: 'sequence' },
  'deque of deep values': { type: t.deque(Deep), form: 'sequence' },
  'list of bytes': { type: t.list(t.bytes), form: 'sequence' },
  'array of f64': { type: t.array(t.f64, 4), form: 'sequence' },
  'table by a hashed key': {
    type: t.multiIndex(Row, { name: t.orderedNonUnique('name'), id: t.hashedUnique('id') }),
    form: 'table',
    keyOf: ({ id }: { id: number }) => id,
  },
  'table by a composite key': {
    type: t.multiIndex(Row, { place: t.orderedUnique(['at.x', t.desc('name')]), all: t.sequenced() }),
    form: 'table',
    keyOf: ({ at, name }: { at: { x: number }; name: string }) => [at.x, name],
  },
  'table without a unique key': {
    type: t.multiIndex(Row, { name: t.hashedNonUnique('name'), all: t.sequenced() }),
    form: 'rows',
  },
  'table in the order of insertion': { type: t.multiIndex(Point, { all: t.randomAccess() }), form: 'rows' },
  f64: { type: t.f64, form: 'value' },
  string: { type: t.string, form: 'value' },
  struct: { type: Deep, form: 'value' },
  variant: { type: t.variant({ a: t.vector(t.u8), b: t.f32 }), form: 'value' },
}

/** A sealed segment with one object, and the object as a plain value. */
function sealed(type: Type, value: unknown): { segment: Segment; plain: unknown } {
  const segment = Segment.inMemory({ capacity: '16 MiB' })
  const object: any = segment.construct('object', type, value)
  segment.seal()
  return { segment, plain: object.toObject() }
}

/** Some elements of one value and some of another: most of them are the same, some are gone, new or other ones. */
function mixed(form: Form, a: any, b: any, picks: readonly number[], keyOf: (row: never) => unknown): unknown {
  if (form === 'value') return picks[0]! % 2 === 0 ? a : b
  const pick = (index: number): number => picks[index % picks.length]!
  const own: unknown[] = [...a].filter((_, index) => pick(index) !== 0)
  if (form === 'sequence' || form === 'rows' || form.startsWith('multi')) {
    const others: unknown[] = [...b]
    const changed = own.map((element, index) => (pick(index) === 1 ? (others[index] ?? element) : element))
    return [...changed, ...others.filter((_, index) => pick(index) === 2)]
  }
  const elements = elementsOf(form, a, keyOf)
  for (const [index, text] of [...elements.keys()].entries()) if (pick(index) === 0) elements.delete(text)
  // A value of the other, under a key of this one: a change.
  const others = [...elementsOf(form, b, keyOf).values()]
  for (const [index, [text, [key]]] of [...elements].entries()) {
    if (pick(index) === 1 && form === 'map' && others[index] !== undefined) elements.set(text, [key, others[index][1]])
  }
  for (const [index, [key, element]] of others.entries()) {
    if (pick(index) >= 2 && !elements.has(keyText(key))) elements.set(keyText(key), [key, element])
  }
  const list = [...elements.values()]
  return form === 'map' ? list : list.map(([key, element]) => (form === 'set' ? key : element))
}

const sorted = (changes: readonly unknown[]): unknown[] =>
  [...changes].sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1))

// Without the keys as they were written: -0 is the key 0.
const valuesOf = (elements: Map<string, [unknown, unknown]>): Map<string, unknown> =>
  new Map([...elements].map(([text, [, element]]) => [text, element]))

describe('the changes between two versions of a', () => {
  for (const [name, { type, form, keyOf = (row: unknown) => row }] of Object.entries(SUBJECTS)) {
    test(`${name} are those a naive comparison finds, and lead from one to the other`, () => {
      const values = arbitrary(type)
      const picks = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 })
      let found = 0
      fc.assert(
        fc.property(values, values, picks, (a, b, chosen) => {
          const before = sealed(type, a)
          const isFixed = type.kind === 'array'
          const after = sealed(type, isFixed ? b : mixed(form, before.plain, b, chosen, keyOf))
          const changes: Change[] = [...diffSegments(before.segment, after.segment)]
          found += changes.length
          expect(sorted(changes.map(bare))).toEqual(sorted(naiveDiff(form, before.plain, after.plain, keyOf)))
          const reached = applied(form, before.plain, changes, keyOf)
          expect(isDeepStrictEqual(valuesOf(reached), valuesOf(elementsOf(form, after.plain, keyOf)))).toBe(true)
          const [summary] = diffSegments(before.segment, after.segment).summary()
          const count = (kind: string): number => changes.filter((change) => change.kind === kind).length
          expect(summary).toMatchObject({
            type: 'same',
            added: count('added'),
            removed: count('removed'),
            changed: count('changed'),
          })
          expect([...diffSegments(after.segment, after.segment)]).toEqual([])
          before.segment.close()
          after.segment.close()
        }),
        { numRuns: 25, ...replayed() },
      )
      expect(found).toBeGreaterThan(0)
    })
  }
})

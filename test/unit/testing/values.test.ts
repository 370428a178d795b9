/** What the kit draws is what types accept and refuse, and what it compares is what was stored. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as t from '../../../src/t.js'
import { Segment, type HotsegError, type Type } from '../../../src/core.js'
import { arbitrary, difference, equalsValue, invalid, matchers } from '../../../src/testing.js'
import { KEY_TYPES } from '../../model/support/key-types.js'
import { VALUE_TYPES } from '../../model/support/value-types.js'

const Tree = t.struct({
  value: t.u16,
  get children() {
    return t.vector(Tree)
  },
})
const Row = t.struct({ id: t.u8, name: t.string, at: t.withDefault(t.struct({ lat: t.f32 }), { lat: 1 }) })
const TYPES: Readonly<Record<string, Type>> = {
  ...VALUE_TYPES,
  ...KEY_TYPES,
  tree: Tree,
  rows: t.multiIndex(Row, {
    id: t.hashedUnique('id'),
    name: t.orderedUnique(['name', 'at.lat']),
    order: t.sequenced(),
  }),
  'map of rows': t.orderedMap(t.f64, t.optional(Row)),
  'flat set of structs': t.flatSet(Row),
  multimap: t.hashMultimap(t.string, t.uniquePtr(Row)),
  multiset: t.orderedMultiset(t.bytes),
  pointers: t.struct({ one: t.offsetPtr(t.u8), own: t.sharedPtr(Row), weak: t.weakPtr(Row) }),
}

const stored = (type: Type, value: unknown): unknown => Segment.inMemory().construct('it', type, value)
const whereWrong = (type: Type, value: unknown): string | undefined => {
  try {
    stored(type, value)
  } catch (error) {
    return (error as HotsegError).name === 'InvalidValueError' ? (error as HotsegError).path : String(error)
  }
  return undefined
}

describe.each(Object.entries(TYPES))('of %s', (_name, type) => {
  test('values are stored, and equal what was stored', () => {
    for (const values of [arbitrary(type), arbitrary(type, { inputs: true })])
      fc.assert(fc.property(values, (value) => difference(stored(type, value), value) === undefined))
  })

  test('near-misses are refused for what is wrong', () => {
    fc.assert(
      fc.property(invalid(type), ({ value, path }) => {
        // Without a value an empty object is constructed.
        if (value !== undefined) expect(whereWrong(type, value)).toBe(path)
      }),
    )
  })
})

test('edge cases are drawn', () => {
  const [texts, floats] = [fc.sample(arbitrary(t.string), 2000), fc.sample(arbitrary(t.f64), 500)]
  expect(texts.some((text) => /\p{Surrogate}/u.test(text))).toBe(true)
  expect(texts).toContain('')
  for (const edge of [NaN, -0, Infinity, -Infinity]) expect(floats.some((each) => Object.is(each, edge))).toBe(true)
  expect(fc.sample(arbitrary(t.i64), 500)).toEqual(expect.arrayContaining([-(2n ** 63n), 2n ** 63n - 1n]))
  const rows = fc.sample(arbitrary(Row, { inputs: true }), 200)
  expect(rows.some((row) => row.at === undefined)).toBe(true)
  const depths = fc.sample(arbitrary(Tree), 500).map(function depth({ children }): number {
    return 1 + Math.max(0, ...children.map(depth))
  })
  expect(Math.max(...depths)).toBe(2)
  expect(
    Math.max(...fc.sample(arbitrary(Tree, { depth: 4 }), 500).map(({ children }) => children.length)),
  ).toBeGreaterThan(1)
})

describe('differences', () => {
  const segment = Segment.inMemory()
  const Deep = t.struct({ list: t.vector(Row), map: t.hashMap(t.string, t.f64), raw: t.bytes, big: t.optional(t.u64) })
  const value = {
    list: [{ id: 1, name: 'a', at: { lat: 0.1 } }],
    map: new Map([['x', -0]]),
    raw: Uint8Array.of(1),
    big: 2n,
  }
  const view = segment.construct('deep', Deep, value)

  test('are named by their path', () => {
    expect(difference(view, value)).toBeUndefined()
    expect(difference(view, { ...value, list: [{ id: 1, name: 'a', at: { lat: 0.2 } }] })).toMatchObject({
      path: 'list[0].at.lat',
    })
    expect(difference(view, { ...value, list: [] })).toMatchObject({ path: 'list[0]', expected: 'missing' })
    expect(difference(view, { ...value, map: new Map([['x', 0]]) })).toEqual({
      path: 'map["x"]',
      actual: '-0',
      expected: '0',
    })
    expect(difference(view, { ...value, map: new Map() })).toMatchObject({ path: 'map["x"]', expected: 'missing' })
    expect(difference(view, { ...value, raw: Uint8Array.of(2) })).toMatchObject({ path: 'raw' })
    expect(difference(view, { ...value, big: undefined })).toEqual({ path: 'big', actual: '2n', expected: 'none' })
    expect(difference(view, 7)).toMatchObject({ path: 'value' })
    expect(equalsValue(view, view)).toBe(true)
    expect(equalsValue(view.list.toObject(), value.list)).toBe(false)
  })

  test('of hashed containers do not depend on order', () => {
    const set = segment.construct('set', t.hashSet(t.u32), [3, 1, 2])
    expect(equalsValue(set, new Set([1, 2, 3]))).toBe(true)
    expect(equalsValue(set, [2, 3, 1])).toBe(true)
    expect(difference(set, new Set([1, 2]))).toEqual({ path: '[3]', actual: '3', expected: 'missing' })
  })

  test('are told by a matcher', () => {
    expect.extend(matchers)
    expect(view).toEqualValue(value)
    expect(view).not.toEqualValue({ ...value, raw: Uint8Array.of() })
    expect(() => expect(view).toEqualValue({ ...value, big: 3n })).toThrow('path=big, actual=2n, expected=3n')
  })
})

declare module 'vitest' {
  interface Matchers {
    toEqualValue(value: unknown): void
  }
}

/** What the section "Ranked indices" of Boost.MultiIndex's tutorial shows, and the library's own test of rank operations. */
import { describe, expect, test } from 'vitest'
import { i32, multiIndex, rankedNonUnique, rankedUnique, Segment, struct, type View } from '../../src/index.js'

const Int = struct({ n: i32 })
const IntMultiset = multiIndex(Int, { n: rankedNonUnique('n') })
const IntSet = multiIndex(Int, { n: rankedUnique('n') })
const BirankedSet = multiIndex(Int, { unique: rankedUnique('n'), n: rankedNonUnique('n') })

const DATA = [2, 2, 1, 5, 6, 7, 9, 10, 9, 6, 9, 6, 9]

function multisetOf(values: readonly number[]): View<typeof IntMultiset> {
  const set = Segment.inMemory().construct('set', IntMultiset)
  for (const n of values) set.insert({ n })
  return set
}

describe('the tutorial', () => {
  // Boost: for (it = s.nth(s.size() * 3 / 4); it != s.end(); ++it) std::cout << *it
  test('outputs the values above the 75th percentile', () => {
    const above = (s: View<typeof IntMultiset>): number[] =>
      s.by.n.slice(Math.floor((s.size * 3) / 4)).toArray().map(({ n }) => n) // prettier-ignore
    expect(above(multisetOf(DATA))).toEqual([9, 9, 9, 10])
    expect(above(multisetOf(Array.from({ length: 100 }, (_, i) => (i * 37) % 100)))).toEqual(
      Array.from({ length: 25 }, (_, i) => 75 + i),
    )
  })

  // Boost: it = s.insert(10).first; r = s.rank(it)
  test('tells the rank of what was just inserted', () => {
    const s = multisetOf(DATA)
    const { row } = s.insert({ n: 8 })
    expect(s.by.n.rank(row)).toBe(8)
    // Among equal values the last inserted comes last.
    expect(s.by.n.rank(s.insert({ n: 10 }).row)).toBe(14)
  })

  // Boost: std::cout << n << " lies in the " << s.upper_bound_rank(n) * 100.0 / s.size() << " percentile\n"
  test('tells in which percentile a number lies', () => {
    const s = multisetOf(DATA)
    // As std::ostream writes a double: six significant digits.
    const percentile = (n: number): string =>
      `${n} lies in the ${Number(((s.by.n.upperBoundRank(n) * 100) / s.size).toPrecision(6))} percentile`
    expect([0, 1, 2, 6, 8, 9, 10, 11].map(percentile)).toEqual([
      '0 lies in the 0 percentile',
      '1 lies in the 7.69231 percentile',
      '2 lies in the 23.0769 percentile',
      '6 lies in the 53.8462 percentile',
      '8 lies in the 61.5385 percentile',
      '9 lies in the 92.3077 percentile',
      '10 lies in the 100 percentile',
      '11 lies in the 100 percentile',
    ])
  })
})

describe.each([
  ['a unique index', IntSet],
  ['an index that is not unique', IntMultiset],
  ['an index beside another one', BirankedSet],
] as const)('rank operations of %s', (_, type) => {
  const segment = Segment.inMemory()
  const table = segment.construct('set', type) as View<typeof IntMultiset>
  for (const n of DATA) table.insert({ n })
  const s = table.by.n
  const sorted = [...table.by.n].map(({ n }) => n)
  const lower = (n: number): number => sorted.filter((other) => other < n).length
  const upper = (n: number): number => sorted.filter((other) => other <= n).length

  test('nth and rank are the inverse of each other', () => {
    expect(sorted).toEqual([...(type === IntMultiset ? DATA : new Set(DATA))].sort((a, b) => a - b))
    let position = 0
    for (const row of s) {
      expect(s.nth(position)?.n).toBe(row.n)
      expect(s.rank(row)).toBe(position++)
    }
    // Boost: end().
    expect([s.nth(position), s.nth(position + 1)]).toEqual([undefined, undefined])
  })

  test('ranks of keys are those of the bounds', () => {
    for (let i = 0; i < 12; i++) {
      // Boost gives size() for a key that is missing.
      expect(s.findRank(i)).toBe(sorted.includes(i) ? sorted.indexOf(i) : undefined)
      expect(s.lowerBoundRank(i)).toBe(lower(i))
      expect(s.upperBoundRank(i)).toBe(upper(i))
      expect(s.equalRangeRank(i)).toEqual([lower(i), upper(i)])
    }
  })

  test('ranks of ranges are those of the bounds', () => {
    expect(s.rangeRank()).toEqual([0, sorted.length])
    for (let i = 0; i < 12; i++) {
      expect(s.rangeRank({ gte: i })).toEqual([lower(i), sorted.length])
      expect(s.rangeRank({ lte: i })).toEqual([0, upper(i)])
      for (let j = 0; j < 12; j++)
        expect(s.rangeRank({ gte: i, lte: j })).toEqual([lower(i), Math.max(lower(i), upper(j))])
    }
  })

  test('an empty one has no ranks', () => {
    const empty = (Segment.inMemory().construct('set', type) as View<typeof IntMultiset>).by.n
    expect([empty.nth(0), empty.nth(1), empty.nth(-1), empty.findRank(0)]).toEqual(new Array(4).fill(undefined))
    expect([empty.lowerBoundRank(0), empty.upperBoundRank(0)]).toEqual([0, 0])
    for (const ranks of [
      empty.equalRangeRank(0),
      empty.rangeRank(),
      empty.rangeRank({ gte: 0 }),
      empty.rangeRank({ lte: 0 }),
      empty.rangeRank({ gte: 0, lte: 0 }),
    ])
      expect(ranks).toEqual([0, 0])
  })
})

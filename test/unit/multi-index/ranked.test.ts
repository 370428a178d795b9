import { expect, test } from 'vitest'
import {
  computed,
  hashedUnique,
  multiIndex,
  predicate,
  rankedNonUnique,
  rankedUnique,
  Segment,
  string,
  struct,
  u32,
} from '../../../src/index.js'

const City = struct({ id: u32, name: string, population: u32 })
const Cities = multiIndex(City, {
  id: hashedUnique('id'),
  population: rankedNonUnique('population'),
  big: rankedUnique('population', { where: predicate('big', 1, (row) => row.population >= 50) }),
  initial: rankedNonUnique([computed('initial', 1, string, (row) => row.name.slice(0, 1)), 'population']),
})

const build = (): ReturnType<typeof make> => make(Segment.inMemory())
const make = (segment: Segment) => {
  const cities = segment.construct('cities', Cities)
  for (let id = 0; id < 100; id++) cities.insert({ id, name: `${'abc'[id % 3]}${id}`, population: (id * 37) % 100 })
  return cities
}

test('positions in a partial index are those among its rows', () => {
  const cities = build()
  const { big, id } = cities.by
  expect(big.size).toBe(50)
  expect([big.nth(0)?.population, big.nth(-1)?.population, big.nth(50)]).toEqual([50, 99, undefined])
  expect([big.findRank(60), big.findRank(40), big.lowerBoundRank(40)]).toEqual([10, undefined, 0])
  const row = big.get(70)!
  expect(big.rank(id.get(row.id)!)).toBe(20)
  const small = cities.by.population.get(10)!
  expect(() => big.rank(small)).toThrow(/row is not in this index: index="big"/)
  cities.modify(small, { population: 250 })
  expect(big.rank(small)).toBe(50)
  cities.checkInvariants()
})

test('positions by a computed key', () => {
  const { initial } = build().by
  expect(initial.equalRangeRank(['b'])).toEqual([34, 67])
  expect(initial.count(['c'])).toBe(33)
  expect(initial.slice(34, 67).toArray().every(({ name }) => name.startsWith('b'))).toBe(true) // prettier-ignore
  expect(initial.rangeRank({ prefix: [''] })).toEqual([0, 100])
})

test('positions are taken as an Array takes them', () => {
  const { population } = build().by
  const sorted = Array.from({ length: 100 }, (_, i) => i)
  for (const index of [0, 99, 100, -1, -100, -101, 1.9, -1.9, NaN, Infinity, -Infinity]) {
    expect(population.nth(index)?.population, String(index)).toBe(sorted.at(index))
    for (const end of [undefined, 50, -7, NaN, Infinity, 0.5]) {
      const rows = population.slice(index, end).toArray()
      expect(
        rows.map((row) => row.population),
        `${index} to ${String(end)}`,
      ).toEqual(sorted.slice(index, end))
    }
  }
})

test('what is no row, no key and no option is refused', () => {
  const { population } = build().by
  const refused = expect.objectContaining({ name: 'InvalidValueError' }) as unknown
  for (const value of [5, undefined, null, { id: 5 }]) expect(() => population.rank(value as never)).toThrow(refused)
  for (const ask of [
    () => population.findRank('5' as never),
    () => population.lowerBoundRank({} as never),
    () => population.equalRangeRank(undefined as never),
    () => population.rangeRank({ gt: 'x' as never }),
  ])
    expect(ask).toThrow(refused)
  expect(() => population.rangeRank({ from: 5 } as never)).toThrow(/no such option: name="from"/)
})

test('a slice is looked up anew each time, and stops when the table changes on the way', () => {
  const cities = build()
  const last = cities.by.population.slice(-2)
  expect(last.toArray().map(({ population }) => population)).toEqual([98, 99])
  const iterator = last[Symbol.iterator]()
  iterator.next()
  cities.insert({ id: 1000, name: 'x', population: 1000 })
  expect(() => iterator.next()).toThrow(expect.objectContaining({ name: 'StaleViewError' }))
  expect(last.toArray().map(({ population }) => population)).toEqual([99, 1000])
})

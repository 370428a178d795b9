import { same } from './check.js'
import { numbersOf, type AnyIndex } from './live-table.js'
import { boundOf, optionsOf, sliceOf, type RangePlan } from './ranges.js'
import { pickFrom } from './scenario.js'
import type { Table, TableIndex, TableRow } from './table.js'

/** What an index can be asked. */
export const QUESTIONS = [
  ...([
    'get',
    'has',
    'count',
    'equalRange',
    'range',
    'range',
    'range',
    'from',
    'prefix',
    'lowerBound',
    'upperBound',
    'ends',
  ] as const),
] as const

/** A question to an index. */
export interface TableQuery {
  readonly what: (typeof QUESTIONS)[number]
  /** How many leading parts of the key are given, modulo what the key has. */
  readonly parts: number
  /** How much of the last string is given as a prefix. */
  readonly cut: number
  readonly plan: RangePlan
  /** Whether the last part is one that no row has. */
  readonly foreign: number | undefined
}

/** Asks both the same and compares. @param from, to - keys of any rows, there or not */
export function applyTableQuery(
  live: AnyIndex,
  table: Table,
  index: TableIndex,
  from: readonly unknown[],
  to: readonly unknown[],
  { what, parts, cut, plan, foreign }: TableQuery,
): void {
  const given = index.isOrdered ? from.slice(0, (parts % from.length) + 1) : from
  const end = given.length - 1
  const leading = given.with(end, boundOf(index.parts[end]!.type, given[end], foreign))
  const input = index.input(leading)
  const label = `${what} of ${index.name}`
  const keyOf = ({ value }: TableRow): unknown[] => index.keyOf(value)
  const ranges = (range: ReturnType<AnyIndex['range']>, expected: readonly TableRow[]): void => {
    same(numbersOf(range), numbersOf(expected), label)
    same(numbersOf(range.toArray()), numbersOf(expected), `${label}, second time`)
  }
  switch (what) {
    case 'get':
      if (leading.length === from.length) same(live.get(input)?.n, table.matching(index, leading)[0]?.n, label)
      return
    case 'has':
      same(live.has(input), table.matching(index, leading).length > 0, label)
      return
    case 'count':
      same(live.count(input), table.matching(index, leading).length, label)
      return
    case 'equalRange':
      ranges(live.equalRange(input), table.matching(index, leading))
      return
  }
  if (!index.isOrdered) return
  const sorted = table.sorted(index)
  const order = (row: TableRow, bound: unknown): number => index.compare(keyOf(row), bound as unknown[])
  switch (what) {
    case 'range': {
      const upper = to.slice(0, (cut % to.length) + 1)
      ranges(live.range(optionsOf(plan, input, index.input(upper))), sliceOf(sorted, plan, leading, upper, order))
      return
    }
    case 'from': {
      if (sorted.length === 0) return
      const start = pickFrom(sorted, plan.from)
      const end: RangePlan = { ...plan, [plan.reverse ? 'upper' : 'lower']: 'none', limit: undefined }
      const bounded = sliceOf(sorted, end, leading, leading, order)
      const direction = plan.reverse ? [...sorted].reverse() : sorted
      const after = new Set(direction.slice(direction.indexOf(start)))
      const expected = bounded.filter((row) => after.has(row)).slice(0, plan.limit)
      // Found by its key, so through this index.
      const view = Array.from(live.equalRange(index.input(keyOf(start)))).find(({ n }) => n === start.n)!
      const limit = plan.limit === undefined ? {} : { limit: plan.limit }
      ranges(live.range({ ...optionsOf(end, input, input), ...limit, from: view }), expected)
      return
    }
    case 'prefix': {
      const last = leading.length - 1
      const text = leading[last]
      if (index.parts[last]!.type.kind !== 'string' || typeof text !== 'string') return
      const start = text.slice(0, cut)
      const open: RangePlan = { ...plan, lower: 'none', upper: 'none' }
      const inside = sorted.filter((row) => {
        const key = keyOf(row)
        return index.compare(key, leading.slice(0, last)) === 0 && (key[last] as string).startsWith(start)
      })
      const prefix = index.input([...leading.slice(0, last), start])
      ranges(live.range({ ...optionsOf(open, from, to), prefix }), sliceOf(inside, open, from, to, order))
      return
    }
    case 'lowerBound':
      same(live.lowerBound(input)?.n, sorted.find((row) => order(row, leading) >= 0)?.n, label)
      return
    case 'upperBound':
      same(live.upperBound(input)?.n, sorted.find((row) => order(row, leading) > 0)?.n, label)
      return
    case 'ends':
      same(live.first()?.n, sorted[0]?.n, `first of ${index.name}`)
      same(live.last()?.n, sorted.at(-1)?.n, `last of ${index.name}`)
  }
}

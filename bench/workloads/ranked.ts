import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { multiIndex, orderedNonUnique, rankedNonUnique, Segment, string, struct, u32, type ReadonlyView } from 'hotseg'
import { best, collectGarbage, OURS } from '../context.js'
import type { Context, Findings } from '../context.js'
import { randomKeys, rowsFor, sumOfValues } from '../data.js'
import { measure, type Timing } from '../measure.js'
import { shuffled } from '../random.js'

const Table = multiIndex(struct({ text: string, id: u32, value: u32 }), {
  sorted: orderedNonUnique('text'),
  ranked: rankedNonUnique('text'),
})

type SealedTable = ReadonlyView<typeof Table>
type Row = NonNullable<ReturnType<SealedTable['by']['ranked']['nth']>>

function find(table: SealedTable, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += table.by.sorted.get(keys[index]!)!.value
  return sum
}

function nth(table: SealedTable, positions: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < positions.length; index++) sum += table.by.ranked.nth(positions[index]!)!.value
  return sum
}

function rank(table: SealedTable, views: readonly Row[]): number {
  let sum = 0
  for (let index = 0; index < views.length; index++) sum += table.by.ranked.rank(views[index]!)
  return sum
}

function findRank(table: SealedTable, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += table.by.ranked.findRank(keys[index]!)!
  return sum
}

function lowerBoundRank(table: SealedTable, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += table.by.ranked.lowerBoundRank(keys[index]!)
  return sum
}

function count(table: SealedTable, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += table.by.ranked.count(keys[index]!)
  return sum
}

/** Positions of rows and rows at positions, in random order, beside a find in an ordered index of the same rows. */
export function ranked(context: Context): Findings {
  const rows = rowsFor(randomKeys(context.rows, 11, 14, 46))
  const keys = shuffled(
    rows.map(({ text }) => text),
    9,
  )
  const path = join(context.directory, 'ranked.hotseg')
  const built = Segment.create(path, { capacity: '2 GiB' })
  const building = built.construct('table', Table)
  for (const row of rows) building.insert(row)
  built.seal()
  built.close()
  using segment = Segment.open(path)
  rmSync(path)
  const table = segment.find('table', Table)!
  const positions = shuffled(
    rows.map((_, position) => position),
    10,
  )
  const views = keys.map((key) => table.by.ranked.get(key)!)
  const all = (rows.length * (rows.length - 1)) / 2
  collectGarbage()
  const timed = (run: () => number, expected: number): Timing[] =>
    measure([{ name: OURS, run }], rows.length, expected, context.plan)
  const finds = timed(() => find(table, keys), sumOfValues(rows))
  const nths = timed(() => nth(table, positions), sumOfValues(rows))
  const ranks = timed(() => rank(table, views), all)
  return {
    results: [
      { id: 'rankedFind', title: 'find by string in an ordered index, beside a ranked one', timings: finds },
      { id: 'rankedNth', title: 'the row at a position: `nth`', timings: nths },
      { id: 'rankedRank', title: 'the position of a row: `rank`', timings: ranks },
      {
        id: 'rankedFindRank',
        title: 'the position of a key: `findRank`',
        timings: timed(() => findRank(table, keys), all),
      },
      {
        id: 'rankedLowerBoundRank',
        title: 'the position of a bound: `lowerBoundRank`',
        timings: timed(() => lowerBoundRank(table, keys), all),
      },
      { id: 'rankedCount', title: 'the rows of a key: `count`', timings: timed(() => count(table, keys), rows.length) },
    ],
    acceptance: [
      {
        title: '`nth`: times an ordered find',
        actual: best(nths, OURS) / best(finds, OURS),
        comparison: 'at most',
        limit: 3,
      },
      {
        title: '`rank`: times an ordered find',
        actual: best(ranks, OURS) / best(finds, OURS),
        comparison: 'at most',
        limit: 3,
      },
    ],
  }
}

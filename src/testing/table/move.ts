import type { Segment } from '../../segment/segment.js'
import type { Type } from '../../types/type.js'
import { same, throwsError } from '../check.js'
import { pickFrom } from '../scenario.js'
import { BESIDE } from '../targets.js'
import type { AnyMultiIndex, RowView } from './live.js'
import { inserted, inTheWay } from './table-changes.js'
import type { RowPlan, Table, TableRow } from './table.js'

/** Moves rows to another table, and some of them back. */
export interface Move {
  /** Rows that are there already. */
  readonly there: readonly RowPlan[]
  /** Which rows go. */
  readonly rows: readonly number[]
  /** Which of them come back. */
  readonly back: readonly boolean[]
}

/**
 * Moves rows to a table that is made for it and destroyed again, with what has stayed in it.
 *
 * @param viewOf - finds a row of the table under test
 */
export function moveRows(
  live: AnyMultiIndex,
  table: Table,
  type: Type,
  segment: Segment,
  { there, rows, back }: Move,
  viewOf: (live: AnyMultiIndex, table: Table, row: TableRow) => RowView,
): void {
  const made: unknown = segment.construct(BESIDE, type)
  const other = made as AnyMultiIndex
  const beside = table.another()
  try {
    for (const plan of there) {
      const value = table.planned(plan)
      inserted(beside, value, other.insert(value))
    }
    for (const pick of rows) {
      if (table.size === 0) break
      const row = pickFrom(table.rows, pick)
      const view = viewOf(live, table, row)
      if (!moved(live, table, view, row, other, beside)) continue
      throwsError('InvalidValueError', () => live.erase(view), 'erasing a row where it no longer is')
      same(other.moveTo(view, other).moved, true, 'moving a row to its own table')
    }
    beside.agree(other)
    for (const isBack of back) {
      if (!isBack || beside.size === 0) continue
      const row = beside.rows.at(-1)!
      moved(other, beside, viewOf(other, beside, row), row, live, table)
    }
    beside.agree(other)
  } finally {
    segment.destroy(BESIDE)
    for (const row of beside.rows) beside.erase(row)
  }
}

function moved(
  from: AnyMultiIndex,
  table: Table,
  view: RowView,
  row: TableRow,
  to: AnyMultiIndex,
  other: Table,
): boolean {
  const clashes = other.clashes(row.value)
  const result = from.moveTo(view, to) as { moved: boolean; row: RowView; index?: string }
  same(result.moved, clashes.length === 0, 'whether the row was moved')
  if (!result.moved) {
    inTheWay(other, clashes, result)
    return false
  }
  table.give(row, other)
  // The row is where it was: views of it go on.
  other.sameRow(view, row, 'the view of a row that was moved')
  other.sameRow(result.row, row, 'the row that moveTo gives')
  return true
}

import { same } from '../check.js'
import { addressOf } from '../views.js'
import type { RowView } from './live.js'
import type { RowValue, Table, TableRow } from './table.js'

/** Compares what an insertion gave with what it should, and does it to the model. @returns the new row, if there is one */
export function inserted(table: Table, value: RowValue, given: object): TableRow | undefined {
  const result = given as { inserted: boolean; row: RowView; index?: string }
  const clashes = table.clashes(value)
  same(result.inserted, clashes.length === 0, 'whether the row was inserted')
  if (result.inserted) return table.insert(value, addressOf(result.row))
  inTheWay(table, clashes, result)
  return undefined
}

/** Compares what a change gave with what it should, and does it to the model. */
export function changed(table: Table, row: TableRow, value: RowValue, given: object): void {
  const result = given as { modified: boolean; row: RowView; index?: string }
  const clashes = table.clashes(value, row)
  same(result.modified, clashes.length === 0, 'whether the row was changed')
  if (result.modified) {
    table.sameRow(result.row, row, 'the row that was changed')
    row.value = value
  } else inTheWay(table, clashes, result)
}

/** Throws unless the row that is in the way is one of those that are. */
export function inTheWay(
  table: Table,
  clashes: ReturnType<Table['clashes']>,
  { row, index }: { row: RowView; index?: string },
): void {
  const own = table.rowOf(row)
  if (!clashes.some((clash) => clash.index === index && clash.row === own))
    throw new Error(`in the way is row ${own.number} of ${String(index)}, which is none of ${clashes.length} clashes`)
}

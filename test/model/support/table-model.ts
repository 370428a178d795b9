import fc from 'fast-check'
import type { AnyStructType } from '../../../src/core.js'
import { same } from './check.js'
import { indexOf, type AnyMultiIndex, type RowView } from './live-table.js'
import { membersOf } from './members.js'
import { pickFrom, picks } from './scenario.js'
import type { Table, TableRow } from './table.js'

/** Few values for each field, so that rows meet in the indexes. */
export type FieldPools = Readonly<Record<string, readonly unknown[]>>

/** The rows as commands name them: a place in the pool of each field. */
export type RowPlan = Readonly<Record<string, number>>

/** The naive table with the pools its rows are made from. */
export interface TableModel {
  readonly table: Table
  readonly pools: FieldPools
}

/** The names of the fields that plans have. */
export function fieldNamesOf(row: AnyStructType): string[] {
  return Object.keys(row.fields).filter((name) => name !== 'n')
}

/** Plans of rows. */
export function rowPlansOf(row: AnyStructType): fc.Arbitrary<RowPlan> {
  return fc.record(Object.fromEntries(fieldNamesOf(row).map((name) => [name, picks])), { noNullPrototype: true })
}

/** The values that a plan means. */
export function planned(pools: FieldPools, plan: Partial<RowPlan>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plan).map(([name, pick]) => [name, pickFrom(pools[name]!, pick!)]))
}

/** A row, and a view of it found through one of the indexes; nothing when there is no row. */
export function viewOf(
  live: AnyMultiIndex,
  { table }: TableModel,
  pick: number,
  via: number,
): { row: TableRow; view: RowView } | undefined {
  if (table.rows.length === 0) return undefined
  const row = pickFrom(table.rows, pick)
  const index = pickFrom(table.indexes, via)
  if (index.isPositional) {
    for (const view of indexOf(live, index.name)) if (view.n === row.n) return { row, view }
  }
  const key = index.input(index.keyOf(table.rowType, row.value))
  for (const view of indexOf(live, index.name).equalRange(key)) if (view.n === row.n) return { row, view }
  throw new Error(`row ${row.n} is not found in ${index.name}`)
}

/** Whether a field may be left out and then has no value. */
export function mayBeNone({ rowType }: Table, name: string): boolean {
  return membersOf(rowType).fields[name]!.kind === 'optional'
}

/** Inserts a row into both. @param insert - how; @returns the row, if none was in the way */
export function insertIntoBoth(
  { table, pools }: TableModel,
  plan: RowPlan,
  insert: (value: object) => unknown,
): TableRow | undefined {
  const value = { ...planned(pools, plan), n: table.nextNumber }
  const clashes = table.clashes(value)
  const result = insert(value) as { inserted: boolean; row: RowView; index?: string }
  same(result.inserted, clashes.size === 0, 'whether the row was inserted')
  if (result.inserted) {
    same(result.row.n, value.n, 'the row that insert gives')
    return table.insert(value)
  }
  inTheWay(clashes, result)
  return undefined
}

/** Compares what changing a row gave with what it should, and changes it in the model. */
export function changed(table: Table, row: TableRow, value: Readonly<Record<string, unknown>>, given: object): void {
  const result = given as { modified: boolean; row: RowView; index?: string }
  const clashes = table.clashes(value, row)
  same(result.modified, clashes.size === 0, 'whether the row was changed')
  if (result.modified) {
    same(result.row.n, row.n, 'the row that was changed')
    row.value = value
  } else inTheWay(clashes, result)
}

/** Throws unless the row that was named in the index that was named forbids the value. */
export function inTheWay(clashes: ReadonlySet<string>, { row, index }: { row: RowView; index?: string }): void {
  const named = `${String(index)}:${row.n}`
  if (!clashes.has(named)) throw new Error(`in the way is ${named}, expected one of ${[...clashes].join()}`)
}

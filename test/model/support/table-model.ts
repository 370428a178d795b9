import fc from 'fast-check'
import type { AnyStructType } from '../../../src/core.js'
import { same } from './check.js'
import type { Functions } from './functions.js'
import { indexOf, type AnyMultiIndex, type RowView } from './live-table.js'
import { membersOf } from './members.js'
import { pickFrom, picks } from './scenario.js'
import type { Table, TableRow } from './table.js'

/** Few values for each field, so that rows meet in the indexes. */
export type FieldPools = Readonly<Record<string, readonly unknown[]>>

/** The rows as commands name them: a place in the pool of each field. */
export type RowPlan = Readonly<Record<string, number>>

/** The naive table with the pools its rows are made from, and the functions it calls. */
export interface TableModel {
  readonly table: Table
  readonly pools: FieldPools
  readonly functions: Functions
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

/** A row that a plan means, of which only the key is wanted. */
export function numbered(pools: FieldPools, plan: Partial<RowPlan>): Record<string, unknown> {
  return { ...planned(pools, plan), n: 1 }
}

/** The patch that a plan means. A default is filled in where a row is written whole; in a patch, what is not given stays. */
export function plannedPatch({ table, pools }: TableModel, plan: Partial<RowPlan>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(planned(pools, plan)).filter(([name, value]) => value !== undefined || mayBeNone(table, name)),
  )
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
  const index = pickFrom(
    table.indexes.filter((each) => each.takes(row.value)),
    via,
  )
  if (index.isPositional) {
    for (const view of indexOf(live, index.name)) if (view.n === row.n) return { row, view }
  }
  const key = index.input(index.keyOf(row.value))
  for (const view of indexOf(live, index.name).equalRange(key)) if (view.n === row.n) return { row, view }
  throw new Error(`row ${row.n} is not found in ${index.name}`)
}

/** Whether a field may be left out and then has no value. */
export function mayBeNone({ rowType }: Table, name: string): boolean {
  return membersOf(rowType).fields[name]!.kind === 'optional'
}

/** Inserts a row into both. @param insert - how; @returns the row, if none was in the way */
export function insertIntoBoth(
  { table, pools, functions }: TableModel,
  plan: RowPlan,
  insert: (value: object) => unknown,
): TableRow | undefined {
  const value = { ...planned(pools, plan), n: table.nextNumber }
  const clashes = table.clashes(value)
  const work = (): unknown => insert(value)
  const given = functions.calledOnce(table.rowType, () => value, work)
  const result = given as { inserted: boolean; row: RowView; index?: string }
  same(result.inserted, clashes.size === 0, 'whether the row was inserted')
  if (result.inserted) {
    same(result.row.n, value.n, 'the row that insert gives')
    return table.insert(value)
  }
  inTheWay(clashes, result)
  return undefined
}

/**
 * Changes a row in both.
 *
 * @param patch - the fields that are given; without any, no function is called
 */
export function changeBoth(
  { table, functions }: TableModel,
  row: TableRow,
  value: Readonly<Record<string, unknown>>,
  patch: object,
  change: () => unknown,
): void {
  const clashes = table.clashes(value, row)
  const isCalled = Object.keys(patch).length > 0
  const given = isCalled ? functions.calledOnce(table.rowType, () => value, change) : change()
  const result = given as { modified: boolean; row: RowView; index?: string }
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

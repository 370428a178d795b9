import fc from 'fast-check'
import type { AnyStructType, MultiIndexType, Type } from '../../../src/core.js'
import { valuesOf } from './arbitraries.js'
import { same, throwsError } from './check.js'
import { invalidValuesOf } from './invalid.js'
import { indexOf, type AnyMultiIndex, type RowView } from './live-table.js'
import { membersOf } from './members.js'
import { foreignPicks, rangePlans } from './ranges.js'
import { operation, pickFrom, picks, type CommandOf, type Scenario, type Surroundings } from './scenario.js'
import { Table, type TableRow } from './table.js'
import { tablesAgree } from './table-agrees.js'
import { applyTableQuery, QUESTIONS } from './table-queries.js'

/** Few values for each field, so that rows meet in the indexes. */
export type FieldPools = Readonly<Record<string, readonly unknown[]>>

/** The rows as commands name them: a place in the pool of each field. */
type RowPlan = Readonly<Record<string, number>>

/** The naive table with the pools its rows are made from. */
export interface TableModel {
  readonly table: Table
  readonly pools: FieldPools
}

const ROWS_MANY = 6

function operationsOf(row: AnyStructType) {
  const names = Object.keys(row.fields).filter((name) => name !== 'n')
  const rows = fc.record(Object.fromEntries(names.map((name) => [name, picks])), { noNullPrototype: true })
  const patches = fc.record(Object.fromEntries(names.map((name) => [name, picks])), {
    requiredKeys: [],
    noNullPrototype: true,
  })
  const wrong = fc
    .constantFrom(...Object.entries(row.fields as Record<string, Type>))
    .chain(([name, type]) => fc.record({ name: fc.constant(name), value: invalidValuesOf(type) }))
  return [
    operation('insert', 20, { row: rows }),
    operation('insert many', 8, { rows: fc.array(rows, { minLength: ROWS_MANY, maxLength: ROWS_MANY }) }),
    operation('insert own', 1, { own: picks, via: picks }),
    operation('modify', 20, { row: picks, via: picks, patch: patches }),
    operation('replace', 8, { row: picks, via: picks, by: rows }),
    operation('erase', 6, { row: picks, via: picks }),
    operation('delete', 6, { index: picks, row: rows }),
    operation('clear', 0.3, {}),
    operation('reserve', 1, { count: fc.nat(60) }),
    operation('hold', 8, { row: picks, via: picks }),
    operation('wrong value', 5, { row: rows, own: picks, wrong }),
    operation('get many', 4, { index: picks, rows: fc.array(rows, { maxLength: 8 }), times: fc.nat(20) }),
    operation('query', 25, {
      index: picks,
      what: fc.constantFrom(...QUESTIONS),
      from: rows,
      to: rows,
      parts: fc.nat(3),
      cut: fc.nat(4),
      plan: rangePlans,
      foreign: foreignPicks,
    }),
  ] as const
}

const NEED_ROOM = new Set(['insert', 'insert many', 'modify', 'replace', 'reserve'])

/** What happens to a multi-index. */
export type TableCommand = CommandOf<ReturnType<typeof operationsOf>>

/**
 * Random commands on a multi-index, against a naive table.
 *
 * @param type - its row has a field `n` of type u32, in no unique index
 * @param wide - fields of which there are many different values
 */
export function tableScenario<R extends AnyStructType, I extends object>(
  type: MultiIndexType<R, I>,
  wide: readonly string[],
): Scenario<Type, FieldPools, TableCommand, TableModel> {
  const fields = Object.entries(membersOf(type.row).fields).filter(([name]) => name !== 'n')
  return {
    type,
    setting: fc.record(
      Object.fromEntries(
        fields.map(([name, field]) => {
          const maxLength = wide.includes(name) ? 40 : 5
          return [name, fc.array(valuesOf(field), { minLength: 1, maxLength, size: 'max' })]
        }),
      ),
      { noNullPrototype: true },
    ),
    operations: operationsOf(type.row),
    needRoom: NEED_ROOM,
    model: (pools) => ({ table: new Table(type), pools }),
    apply: (live, model, command, surroundings) => applyToTable(live as AnyMultiIndex, model, command, surroundings),
    agree: (live, { table }) => tablesAgree(live as AnyMultiIndex, table),
    checkInvariants: (live) => (live as AnyMultiIndex).checkInvariants(),
  }
}

function applyToTable(live: AnyMultiIndex, model: TableModel, command: TableCommand, { held }: Surroundings): void {
  const { table, pools } = model
  switch (command.do) {
    case 'insert':
      insertIntoBoth(live, model, command.row)
      return
    case 'insert many':
      for (const row of command.rows) insertIntoBoth(live, model, row)
      return
    case 'insert own': {
      const own = viewOf(live, model, command.own, command.via)
      if (own === undefined || !table.indexes.some(({ isUnique }) => isUnique)) return
      same(live.insert(own.view).inserted, false, 'whether a row is inserted twice')
      return
    }
    case 'modify': {
      const found = viewOf(live, model, command.row, command.via)
      if (found === undefined) return
      // A default is filled in where a row is written whole; in a patch, what is not given stays.
      const patch = Object.fromEntries(
        Object.entries(planned(pools, command.patch)).filter(
          ([name, value]) => value !== undefined || mayBeNone(table, name),
        ),
      )
      changed(table, found.row, { ...found.row.value, ...patch }, live.modify(found.view, patch))
      return
    }
    case 'replace': {
      const found = viewOf(live, model, command.row, command.via)
      if (found === undefined) return
      const value = { ...planned(pools, command.by), n: found.row.n }
      changed(table, found.row, value, live.replace(found.view, value))
      return
    }
    case 'erase': {
      const found = viewOf(live, model, command.row, command.via)
      if (found === undefined) return
      live.erase(found.view)
      table.erase(found.row)
      throwsError('StaleViewError', () => live.erase(found.view), 'erasing a row twice')
      throwsError('StaleViewError', () => live.modify(found.view, {}), 'modifying an erased row')
      throwsError('StaleViewError', () => live.replace(found.view, found.row.value), 'replacing an erased row')
      return
    }
    case 'delete': {
      const index = pickFrom(table.indexes, command.index)
      const key = index.keyOf(table.rowType, planned(pools, command.row))
      const doomed = table.matching(index, key)
      const deleted = indexOf(live, index.name).delete(index.input(key))
      same(deleted, index.isUnique ? doomed.length === 1 : doomed.length, 'what delete returns')
      for (const row of doomed) table.erase(row)
      return
    }
    case 'clear':
      live.clear()
      for (const row of table.rows) table.erase(row)
      return
    case 'reserve':
      live.reserve(command.count)
      return
    case 'hold': {
      const found = viewOf(live, model, command.row, command.via)
      if (found === undefined) return
      const { row, view } = found
      held.hold(table.rowType, view, () => (row.gone ? { state: 'gone' } : { state: 'there', value: row.value }))
      return
    }
    case 'wrong value': {
      const { name, value } = command.wrong
      const row = { ...planned(pools, command.row), n: 0, [name]: value }
      throwsError('InvalidValueError', () => live.insert(row), 'inserting a wrong row')
      const own = viewOf(live, model, command.own, 0)
      if (own === undefined) return
      throwsError('InvalidValueError', () => live.replace(own.view, row), 'replacing by a wrong row')
      if (value === undefined) return
      throwsError('InvalidValueError', () => live.modify(own.view, { [name]: value }), 'modifying to a wrong value')
      return
    }
    case 'get many': {
      const index = pickFrom(table.indexes, command.index)
      const few = command.rows.map((row) => index.keyOf(table.rowType, planned(pools, row)))
      const keys = Array.from({ length: command.times }, () => few).flat()
      same(
        indexOf(live, index.name)
          .getMany(keys.map((key) => index.input(key)))
          .map((view) => view?.n)
          .join(),
        keys.map((key) => table.matching(index, key)[0]?.n).join(),
        `getMany of ${index.name}`,
      )
      return
    }
    case 'query': {
      const index = pickFrom(table.indexes, command.index)
      const [from, to] = [command.from, command.to].map((row) => index.keyOf(table.rowType, planned(pools, row)))
      applyTableQuery(indexOf(live, index.name), table, index, from!, to!, command)
    }
  }
}

/** The values that a plan means. */
function planned(pools: FieldPools, plan: Partial<RowPlan>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plan).map(([name, pick]) => [name, pickFrom(pools[name]!, pick!)]))
}

/** A row, and a view of it found through one of the indexes; nothing when there is no row. */
function viewOf(
  live: AnyMultiIndex,
  { table }: TableModel,
  pick: number,
  via: number,
): { row: TableRow; view: RowView } | undefined {
  if (table.rows.length === 0) return undefined
  const row = pickFrom(table.rows, pick)
  const index = pickFrom(table.indexes, via)
  const key = index.input(index.keyOf(table.rowType, row.value))
  for (const view of indexOf(live, index.name).equalRange(key)) if (view.n === row.n) return { row, view }
  throw new Error(`row ${row.n} is not found in ${index.name}`)
}

function mayBeNone({ rowType }: Table, name: string): boolean {
  return membersOf(rowType).fields[name]!.kind === 'optional'
}

function insertIntoBoth(live: AnyMultiIndex, { table, pools }: TableModel, plan: RowPlan): void {
  const value = { ...planned(pools, plan), n: table.nextNumber }
  const clashes = table.clashes(value)
  const result = live.insert(value) as { inserted: boolean; row: RowView; index?: string }
  same(result.inserted, clashes.size === 0, 'whether the row was inserted')
  if (result.inserted) {
    same(result.row.n, value.n, 'the row that insert gives')
    table.insert(value)
  } else inTheWay(clashes, result)
}

function changed(table: Table, row: TableRow, value: Readonly<Record<string, unknown>>, given: object): void {
  const result = given as { modified: boolean; row: RowView; index?: string }
  const clashes = table.clashes(value, row)
  same(result.modified, clashes.size === 0, 'whether the row was changed')
  if (result.modified) {
    same(result.row.n, row.n, 'the row that was changed')
    row.value = value
  } else inTheWay(clashes, result)
}

function inTheWay(clashes: ReadonlySet<string>, { row, index }: { row: RowView; index?: string }): void {
  const named = `${String(index)}:${row.n}`
  if (!clashes.has(named)) throw new Error(`in the way is ${named}, expected one of ${[...clashes].join()}`)
}

import fc from 'fast-check'
import { refuses, same, throwsError } from '../check.js'
import type { MultiIndexModel } from '../multi-index.js'
import {
  anyScenario,
  operation,
  pickFrom,
  picks,
  type AnyScenario,
  type CommandOf,
  type ScenarioOptions,
  type Surroundings,
} from '../scenario.js'
import { INPUTS } from '../type-model.js'
import { indexOf, type AnyMultiIndex, type RowView } from './live.js'
import { Functions, type Fault } from './functions.js'
import { moveRows } from './move.js'
import { changed, inserted } from './table-changes.js'
import type { FieldPools, RowPlan, RowValue, Table, TableRow } from './table.js'

const ROWS_MANY = 6

function operationsOf(of: MultiIndexModel, table: Table, functions: Functions) {
  const names = of.row.fields.map(([name]) => name)
  const plan = Object.fromEntries(names.map((name) => [name, picks]))
  const rows: fc.Arbitrary<RowPlan> = fc.record(plan, { noNullPrototype: true })
  const patches = fc.record(plan, { requiredKeys: [], noNullPrototype: true })
  const wrongs = of.row.fields.flatMap(([name, model]) => {
    const misses = model.drawWrong(INPUTS)
    return misses === undefined ? [] : [fc.record({ name: fc.constant(name), miss: misses })]
  })
  const indexes = table.indexes.length
  return [
    operation('insert', 20, { row: rows }),
    operation('insert many', 8, { rows: fc.array(rows, { minLength: ROWS_MANY, maxLength: ROWS_MANY }) }),
    operation('insert own', 1, { own: picks, via: picks }),
    operation('modify', 20, { row: picks, via: picks, patch: patches }),
    operation('replace', 8, { row: picks, via: picks, by: rows }),
    operation('erase', 6, { row: picks, via: picks }),
    operation('erase if', 1, { modulus: fc.integer({ min: 2, max: 6 }) }),
    operation('move', 3, {
      move: fc.record({
        there: fc.array(rows, { maxLength: 3 }),
        rows: fc.array(picks, { maxLength: 4 }),
        back: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      }),
    }),
    operation('function fails', functions.count === 0 ? 0 : 6, {
      row: rows,
      own: picks,
      patch: patches,
      fault: fc.constantFrom<Fault>('throws', 'wrong'),
      callsBefore: fc.nat(Math.max(0, functions.count - 1)),
    }),
    operation('clear', 0.3, {}),
    operation('reserve', 1, { count: fc.nat(60) }),
    operation('hold', 8, { row: picks, via: picks }),
    operation('wrong value', 5, { row: rows, own: picks, wrong: fc.oneof(...wrongs) }),
    ...table.indexes.map((index) =>
      operation('ask', 30 / indexes, { index: fc.constant(index.name), question: index.drawQuestion(rows) }),
    ),
    ...table.indexes.flatMap((index) => {
      const acts = index.drawAct(rows)
      return acts === undefined ? [] : [operation('act', 6 / indexes, { index: fc.constant(index.name), act: acts })]
    }),
  ] as const
}

const NEED_ROOM = new Set(['insert', 'insert many', 'modify', 'replace', 'reserve', 'act', 'move'])

type TableCommand = CommandOf<ReturnType<typeof operationsOf>>

/** Random commands on a multi-index, against a naive table. */
export function tableScenario(of: MultiIndexModel, { keys }: ScenarioOptions): AnyScenario {
  const empty = of.table({})
  const functions = new Functions(of.type, of.row)
  return anyScenario<FieldPools, TableCommand, Table>({
    type: functions.type,
    setting: drawPools(of, empty, keys),
    operations: operationsOf(of, empty, functions),
    needRoom: NEED_ROOM,
    model: (pools, targets) => of.table(pools, targets),
    apply: (live, table, command, surroundings) =>
      applyToTable(functions, live as AnyMultiIndex, table, command, surroundings),
    agree: (live, table) => table.agree(live as AnyMultiIndex),
  })
}

/** Many values for what must be unique, few for the rest, so that rows meet in all indexes. */
function drawPools(of: MultiIndexModel, table: Table, keys: number): fc.Arbitrary<FieldPools> {
  const pools = of.row.fields.map(([name, model]) => {
    const isWide = table.indexes.some((index) => index.isUnique && index.dependsOn(name))
    return [name, fc.array(model.draw(INPUTS)!, { minLength: 1, maxLength: isWide ? keys : 5, size: 'max' })]
  })
  return fc.record(Object.fromEntries(pools) as Record<string, fc.Arbitrary<unknown[]>>, { noNullPrototype: true })
}

function applyToTable(
  functions: Functions,
  live: AnyMultiIndex,
  table: Table,
  command: TableCommand,
  { held, segment }: Surroundings,
): void {
  switch (command.do) {
    case 'insert':
      insertIntoBoth(functions, live, table, command.row)
      return
    case 'insert many':
      for (const row of command.rows) insertIntoBoth(functions, live, table, row)
      return
    case 'insert own': {
      const own = viewOf(live, table, command.own, command.via)
      if (own === undefined || table.clashes(own.row.value).length === 0) return
      same(live.insert(own.view).inserted, false, 'whether a row is inserted twice')
      return
    }
    case 'modify': {
      const found = viewOf(live, table, command.row, command.via)
      if (found === undefined) return
      const patch = patchOf(table, command.patch)
      const value = { ...found.row.value, ...patch }
      const modify = (): object => live.modify(found.view, patch)
      // Without a field that is given, no function is called.
      const result = Object.keys(patch).length === 0 ? modify() : functions.calledOnce(value, modify)
      changed(table, found.row, value, result)
      return
    }
    case 'replace': {
      const found = viewOf(live, table, command.row, command.via)
      if (found === undefined) return
      const value = table.planned(command.by)
      changed(
        table,
        found.row,
        value,
        functions.calledOnce(value, () => live.replace(found.view, value)),
      )
      return
    }
    case 'erase': {
      const found = viewOf(live, table, command.row, command.via)
      if (found === undefined) return
      const before = found.view.toObject()
      live.erase(found.view)
      table.erase(found.row)
      throwsError('StaleViewError', () => live.erase(found.view), 'erasing a row twice')
      throwsError('StaleViewError', () => live.modify(found.view, {}), 'modifying an erased row')
      throwsError('StaleViewError', () => live.replace(found.view, before), 'replacing an erased row')
      return
    }
    case 'erase if': {
      const isDoomed = ({ number }: TableRow): boolean => number % command.modulus === 0
      const doomed = table.rows.filter(isDoomed)
      same(
        live.eraseIf((view) => isDoomed(table.rowOf(view as RowView))),
        doomed.length,
        'what eraseIf returns',
      )
      for (const row of doomed) table.erase(row)
      return
    }
    case 'move':
      moveRows(live, table, functions.type, segment, command.move, viewOfRow)
      return
    case 'function fails': {
      const { fault, callsBefore } = command
      const row = table.planned(command.row)
      functions.failing(fault, callsBefore, () => live.insert(row))
      const own = viewOf(live, table, command.own, 0)
      if (own === undefined) return
      functions.failing(fault, callsBefore, () => live.replace(own.view, row))
      const patch = patchOf(table, command.patch)
      if (Object.keys(patch).length > 0) functions.failing(fault, callsBefore, () => live.modify(own.view, patch))
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
      const found = viewOf(live, table, command.row, command.via)
      if (found === undefined) return
      const { row, view } = found
      held.hold(table.row, view, () => (row.gone ? { state: 'gone' } : { state: 'there', value: row.value }))
      return
    }
    case 'wrong value': {
      const { name, miss } = command.wrong
      const path = [name, ...miss.path]
      const row = { ...table.planned(command.row), [name]: miss.value }
      refuses(() => live.insert(row), path, 'inserting a wrong row')
      const own = viewOf(live, table, command.own, 0)
      if (own === undefined) return
      refuses(() => live.replace(own.view, row), path, 'replacing by a wrong row')
      refuses(() => live.modify(own.view, { [name]: miss.value }), path, 'modifying to a wrong value')
      return
    }
    case 'ask':
      table.index(command.index).ask(indexOf(live, command.index), command.question)
      return
    case 'act':
      table.index(command.index).act(indexOf(live, command.index), command.act)
  }
}

/** The view of a row that is in no index, since all are partial. */
function iterated(live: AnyMultiIndex, table: Table, row: TableRow): RowView {
  for (const view of live as Iterable<unknown> as Iterable<RowView>) if (table.rowOf(view) === row) return view
  throw new Error(`row ${row.number} is gone`)
}

function insertIntoBoth(functions: Functions, live: AnyMultiIndex, table: Table, plan: RowPlan): void {
  const value = table.planned(plan)
  const result = functions.calledOnce(value, () => live.insert(value))
  inserted(table, value, result)
}

/** The patch that a plan means. A default is filled in where a row is written whole; in a patch, what is not given stays. */
function patchOf(table: Table, plan: Partial<RowPlan>): RowValue {
  return Object.fromEntries(
    Object.entries(table.planned(plan)).filter(
      ([name, value]) => value !== undefined || table.row.field(name).type.kind !== 'withDefault',
    ),
  )
}

/** A row, and a view of it found through one of the indexes; nothing when there is no row. */
function viewOf(
  live: AnyMultiIndex,
  table: Table,
  pick: number,
  via: number,
): { readonly row: TableRow; readonly view: RowView } | undefined {
  if (table.size === 0) return undefined
  const row = pickFrom(table.rows, pick)
  return { row, view: viewOfRow(live, table, row, via) }
}

function viewOfRow(live: AnyMultiIndex, table: Table, row: TableRow, via = 0): RowView {
  const indexes = table.indexes.filter((index) => index.has(row))
  if (indexes.length === 0) return iterated(live, table, row)
  const index = pickFrom(indexes, via)
  return index.viewOf(indexOf(live, index.name), row)
}

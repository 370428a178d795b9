import fc from 'fast-check'
import type { AnyStructType, MultiIndexType, Type } from '../../../src/core.js'
import { valuesOf } from './arbitraries.js'
import { same, throwsError } from './check.js'
import { invalidValuesOf } from './invalid.js'
import { indexOf, type AnyMultiIndex, type RowView } from './live-table.js'
import { membersOf } from './members.js'
import { applyPositional, positionalOperationsOf, type PositionalCommand } from './positional-commands.js'
import { foreignPicks, optionsOf, rangePlans, sliceOf } from './ranges.js'
import {
  operation,
  pickFrom,
  picks,
  type CommandOf,
  type Operation,
  type Scenario,
  type Surroundings,
} from './scenario.js'
import { applyFailing } from './failing-functions.js'
import { Functions, type Fault } from './functions.js'
import { Table } from './table.js'
import { tablesAgree } from './table-agrees.js'
import {
  changeBoth,
  fieldNamesOf,
  insertIntoBoth,
  numbered,
  planned,
  plannedPatch,
  rowPlansOf,
  viewOf,
  type FieldPools,
  type TableModel,
} from './table-model.js'
import { applyTableQuery, QUESTIONS } from './table-queries.js'

const ROWS_MANY = 6

function operationsOf(row: AnyStructType, functions: Functions) {
  const names = fieldNamesOf(row)
  const rows = rowPlansOf(row)
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
    operation('erase range', 1.5, { index: picks, from: rows, to: rows, plan: rangePlans }),
    operation('erase if', 1, { modulus: fc.integer({ min: 2, max: 5 }) }),
    operation('clear', 0.3, {}),
    operation('reserve', 1, { count: fc.nat(60) }),
    operation('hold', 8, { row: picks, via: picks }),
    operation('wrong value', 5, { row: rows, own: picks, wrong }),
    operation('function fails', functions.count === 0 ? 0 : 6, {
      row: rows,
      own: picks,
      patch: patches,
      fault: fc.constantFrom<Fault>('throws', 'wrong'),
      callsBefore: fc.nat(Math.max(0, functions.count - 1)),
    }),
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

function allOperationsOf(type: Type, functions: Functions): readonly Operation<TableCommand>[] {
  const row = membersOf(type).row as AnyStructType
  const operations = operationsOf(row, functions)
  const isPositional = new Table(type).positional.length > 0
  return isPositional ? [...operations, ...positionalOperationsOf(rowPlansOf(row))] : operations
}

const NEED_ROOM = new Set(['insert', 'insert many', 'modify', 'replace', 'reserve', 'place'])

/** What happens to a multi-index. */
export type TableCommand = CommandOf<ReturnType<typeof operationsOf>> | PositionalCommand

/**
 * Random commands on a multi-index, against a naive table.
 *
 * @param type - its row has a field `n` of type u32, in no unique index
 * @param wide - fields of which there are many different values
 * @param functions - those of computed keys and predicates
 */
export function tableScenario<R extends AnyStructType, I extends object>(
  type: MultiIndexType<R, I>,
  wide: readonly string[],
  functions = new Functions(),
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
    operations: allOperationsOf(type, functions),
    needRoom: NEED_ROOM,
    model: (pools) => ({ table: new Table(type), pools, functions }),
    apply: (live, model, command, surroundings) => applyToTable(live as AnyMultiIndex, model, command, surroundings),
    agree: (live, { table }) => tablesAgree(live as AnyMultiIndex, table),
    checkInvariants: (live) => (live as AnyMultiIndex).checkInvariants(),
  }
}

function applyToTable(live: AnyMultiIndex, model: TableModel, command: TableCommand, { held }: Surroundings): void {
  const { table, pools } = model
  switch (command.do) {
    case 'insert':
      insertIntoBoth(model, command.row, (row) => live.insert(row))
      return
    case 'insert many':
      for (const row of command.rows) insertIntoBoth(model, row, (value) => live.insert(value))
      return
    case 'insert own': {
      const own = viewOf(live, model, command.own, command.via)
      if (own === undefined || !table.indexes.some((index) => index.isUnique && index.takes(own.row.value))) return
      same(live.insert(own.view).inserted, false, 'whether a row is inserted twice')
      return
    }
    case 'modify': {
      const found = viewOf(live, model, command.row, command.via)
      if (found === undefined) return
      const patch = plannedPatch(model, command.patch)
      changeBoth(model, found.row, { ...found.row.value, ...patch }, patch, () => live.modify(found.view, patch))
      return
    }
    case 'replace': {
      const found = viewOf(live, model, command.row, command.via)
      if (found === undefined) return
      const value = { ...planned(pools, command.by), n: found.row.n }
      changeBoth(model, found.row, value, value, () => live.replace(found.view, value))
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
      if (table.keyed.length === 0) return
      const index = pickFrom(table.keyed, command.index)
      const key = index.keyOf(numbered(pools, command.row))
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
    case 'function fails':
      applyFailing(live, model, command)
      return
    case 'get many': {
      if (table.keyed.length === 0) return
      const index = pickFrom(table.keyed, command.index)
      const few = command.rows.map((row) => index.keyOf(numbered(pools, row)))
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
      if (table.keyed.length === 0) return
      const index = pickFrom(table.keyed, command.index)
      const [from, to] = [command.from, command.to].map((row) => index.keyOf(numbered(pools, row)))
      applyTableQuery(indexOf(live, index.name), table, index, from!, to!, command)
      return
    }
    case 'erase range': {
      const sorting = table.keyed.filter(({ isOrdered }) => isOrdered)
      if (sorting.length === 0) return
      const index = pickFrom(sorting, command.index)
      const keyOf = (value: unknown): unknown[] => index.keyOf(value)
      const [from, to] = [command.from, command.to].map((row) => keyOf(numbered(pools, row)))
      const doomed = sliceOf(table.sorted(index), command.plan, from, to, ({ value }, bound) =>
        index.compare(keyOf(value), bound as unknown[]),
      )
      const options = optionsOf(command.plan, index.input(from!), index.input(to!))
      same(indexOf(live, index.name).eraseRange(options), doomed.length, 'what eraseRange returns')
      for (const row of doomed) table.erase(row)
      return
    }
    case 'erase if': {
      const doomed = table.rows.filter(({ n }) => n % command.modulus === 0)
      same(
        live.eraseIf((row) => (row as RowView).n % command.modulus === 0),
        doomed.length,
        'what eraseIf returns',
      )
      for (const row of doomed) table.erase(row)
      return
    }
    default:
      applyPositional(live, model, command)
  }
}

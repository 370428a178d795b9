import fc from 'fast-check'
import * as t from '../../../src/t.js'
import type { AnyStructType, MultiIndexType, Type } from '../../../src/core.js'
import { same, throwsError } from './check.js'
import { Functions } from './functions.js'
import type { AnyMultiIndex, RowView } from './live-table.js'
import { operation, picks, type CommandOf, type Scenario } from './scenario.js'
import { Table } from './table.js'
import { tablesAgree } from './table-agrees.js'
import { inTheWay, viewOf, type FieldPools, type TableModel } from './table-model.js'
import { tableScenario, type TableCommand } from './table-scenario.js'

type Sides = readonly [TableModel, TableModel]

const NAMES = ['here', 'there'] as const

function operationsOf(commands: fc.Arbitrary<TableCommand>) {
  return [
    operation('on', 30, { side: fc.nat(1), command: commands }),
    operation('move', 25, { side: fc.nat(1), row: picks, via: picks }),
    operation('move home', 1, { side: fc.nat(1), row: picks }),
  ] as const
}

type MoveCommand = CommandOf<ReturnType<typeof operationsOf>>

/** Random commands on two tables of one type, between which rows are moved. @param type, wide, functions - as for `tableScenario` */
export function moveScenario<R extends AnyStructType, I extends object>(
  type: MultiIndexType<R, I>,
  wide: readonly string[],
  functions = new Functions(),
): Scenario<Type, FieldPools, MoveCommand, Sides> {
  const single = tableScenario(type, wide, functions)
  const commands = fc.oneof(
    ...single.operations.map(({ weight, arbitrary }) => ({ weight: Math.max(1, Math.round(weight)), arbitrary })),
  )
  return {
    type: t.struct({ here: type, there: type }),
    setting: single.setting,
    operations: operationsOf(commands),
    needRoom: new Set(['on', 'move']),
    model: (pools) => {
      const counter = { count: 0 }
      return [
        { table: new Table(type, counter), pools, functions },
        { table: new Table(type, counter), pools, functions },
      ]
    },
    apply: (live, models, command, surroundings) => {
      const { side } = command
      const own = sideOf(live, side)
      const model = models[side]!
      if (command.do === 'on') {
        single.apply(own, model, command.command, surroundings)
        return
      }
      const found = viewOf(own, model, command.row, command.do === 'move' ? command.via : 0)
      if (found === undefined) return
      if (command.do === 'move home') {
        same(own.moveTo(found.view, own).moved, true, 'moving a row to its own table')
        return
      }
      const { row, view } = found
      const other = sideOf(live, 1 - side)
      const { table } = models[1 - side]!
      const clashes = table.clashes(row.value)
      const result = own.moveTo(view, other) as { moved: boolean; row: RowView; index?: string }
      same(result.moved, clashes.size === 0, 'whether the row was moved')
      if (!result.moved) {
        inTheWay(clashes, result)
        return
      }
      // The row is where it was: views of it go on.
      same(view.n, row.n, 'the view of a row that was moved')
      same(result.row.n, row.n, 'the row that moveTo gives')
      model.table.remove(row)
      table.add(row)
      throwsError('InvalidValueError', () => own.erase(view), 'erasing a row where it no longer is')
    },
    agree: (live, models) => {
      for (const side of [0, 1]) tablesAgree(sideOf(live, side), models[side]!.table)
    },
    checkInvariants: (live) => {
      for (const side of [0, 1]) sideOf(live, side).checkInvariants()
    },
  }
}

function sideOf(live: unknown, side: number): AnyMultiIndex {
  return (live as Record<string, AnyMultiIndex>)[NAMES[side]!]!
}

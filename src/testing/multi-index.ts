import type fc from 'fast-check'
import type { MultiIndexType } from '../multi-index/multi-index-type.js'
import type { IndexSpecs } from '../types/index-spec.js'
import type { AnyStructType } from '../types/struct-views.js'
import { same } from './check.js'
import { changes, type Change } from './edit.js'
import { anyMiss, elementPieces, listsOf, listsWithOneWrong, NO_ITERABLES } from './elements.js'
import type { AnyScenario, ScenarioOptions } from './scenario.js'
import { asStruct, type StructModel } from './struct.js'
import { INPUTS, TypeModel, type Drawing, type Miss } from './type-model.js'
import { plainOf } from './views.js'
import type { AnyMultiIndex } from './table/live.js'
import type { Targets } from './targets.js'
import { tableScenario } from './table/table-scenario.js'
import { Table, type FieldPools, type RowValue } from './table/table.js'

/** `multiIndex`, against a naive table. */
export class MultiIndexModel extends TypeModel<MultiIndexType<AnyStructType, object>> {
  get row(): StructModel {
    return asStruct(this.modelOf(this.type.row))
  }

  override get parts(): readonly TypeModel[] {
    return [this.row]
  }

  /** The model of the table with these rows in it, but for those that are in the way of earlier ones. */
  #tableOf(rows: Iterable<unknown>): Table {
    const table = new Table(this.row, this.type.indexes as IndexSpecs, this.modelOf)
    for (const row of rows as Iterable<RowValue>) if (table.clashes(row).length === 0) table.insert(row, table.size)
    return table
  }

  override zero(): unknown {
    return []
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> {
    return listsOf(this.row, drawing, 4).map((rows) => this.#tableOf(rows).rows.map(({ value }) => value))
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> {
    const one = listsWithOneWrong(this.row, drawing, 0, 1)
    return anyMiss(NO_ITERABLES, one, one)
  }

  override text(value: unknown): string {
    return `{${Array.from(value as Iterable<unknown>, (each) => this.row.text(each))
      .sort()
      .join()}}`
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    return elementPieces(this.row, value)
  }

  override normal(value: unknown): unknown {
    return Array.from(value as Iterable<unknown>, (row) => this.row.normal(row))
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    const rows = this.row.draw(INPUTS)
    return rows && changes(rows)
  }

  override applyChange(live: unknown, plain: unknown, { what, at, value }: Change): unknown {
    const table = live as AnyMultiIndex
    const rows = plain as readonly RowValue[]
    if (what === 'put') {
      const isFree = this.#tableOf(rows).clashes(value as RowValue).length === 0
      same(table.insert(value).inserted, isFree, 'whether a row was inserted')
      return isFree ? [...rows, this.row.normal(value)] : rows
    }
    if (what === 'clear') {
      table.clear()
      return []
    }
    if (rows.length === 0) return rows
    const place = at % rows.length
    const wanted = this.row.text(rows[place])
    for (const view of table) {
      if (this.row.text(plainOf(view)) !== wanted) continue
      table.erase(view)
      return rows.toSpliced(place, 1)
    }
    throw new Error('a row is gone')
  }

  override scenario(options: ScenarioOptions): AnyScenario {
    return tableScenario(this, options)
  }

  /** An empty model of the table. */
  table(pools: FieldPools, targets?: Targets): Table {
    return new Table(this.row, this.type.indexes as IndexSpecs, this.modelOf, pools, targets)
  }
}

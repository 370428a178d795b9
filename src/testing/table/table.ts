import type { IndexSpecs } from '../../types/index-spec.js'
import { same } from '../check.js'
import { pickFrom } from '../scenario.js'
import type { StructModel } from '../struct.js'
import type { ModelOf } from '../type-model.js'
import type { Targets } from '../targets.js'
import { addressOf } from '../views.js'
import type { IndexModel } from './index-model.js'
import { makeIndexModel } from './index-kinds.js'
import { indexOf, type AnyMultiIndex, type RowView } from './live.js'

/** Few values for each field, so that rows meet in the indexes. */
export type FieldPools = Readonly<Record<string, readonly unknown[]>>

/** A row as commands name it: a place in the pool of each field. */
export type RowPlan = Readonly<Record<string, number>>

/** The plain value of a row. */
export type RowValue = Readonly<Record<string, unknown>>

/** A row of the naive table. */
export interface TableRow {
  /** Counts insertions. */
  readonly number: number
  /** Where it is in the segment: rows never move. */
  readonly address: number
  value: RowValue
  gone: boolean
}

/** The model of a multi-index: rows in the order of insertion, and what each index should show of them. */
export class Table {
  readonly row: StructModel
  readonly indexes: readonly IndexModel[]
  readonly pools: FieldPools
  private readonly byAddress = new Map<number, TableRow>()
  readonly #targets: Targets | undefined
  #rows: readonly TableRow[] | undefined
  readonly #make: () => Table
  readonly #counter: { inserted: number }

  /** @param modelOf - gives the models of keys that are computed; @param pools - what plans of rows choose from; @param targets - what pointers in pools lead to */
  constructor(
    row: StructModel,
    specs: IndexSpecs,
    modelOf: ModelOf,
    pools: FieldPools = {},
    targets?: Targets,
    counter = { inserted: 0 },
  ) {
    this.row = row
    this.pools = pools
    this.#counter = counter
    this.#make = () => new Table(row, specs, modelOf, pools, targets, counter)
    this.#targets = targets
    this.indexes = Object.entries(specs).map(([name, spec]) => makeIndexModel(this, name, spec, modelOf))
  }

  /** In the order of insertion. */
  get rows(): readonly TableRow[] {
    return (this.#rows ??= [...this.byAddress.values()])
  }

  get size(): number {
    return this.byAddress.size
  }

  /** The index of a name. */
  index(name: string): IndexModel {
    return this.indexes.find((index) => index.name === name)!
  }

  /** The values that a plan means. */
  planned(plan: Readonly<Partial<RowPlan>>): RowValue {
    const value = Object.fromEntries(
      Object.entries(plan).map(([name, pick]) => [name, pickFrom(this.pools[name]!, pick!)]),
    )
    return (this.#targets?.resolve(value) ?? value) as RowValue
  }

  /** The rows that forbid a value, each with the index it is in the way of. @param except - the row that would have the value */
  clashes(value: RowValue, except?: TableRow): { readonly index: string; readonly row: TableRow }[] {
    return this.indexes.flatMap((index) =>
      index
        .clashes(value)
        .filter((row) => row !== except)
        .map((row) => ({ index: index.name, row })),
    )
  }

  /** A new row. @param address - where it is in the segment */
  insert(value: RowValue, address: number): TableRow {
    if (this.byAddress.has(address)) throw new Error('the new row is where another one is')
    const row = { number: this.#counter.inserted++, address, value, gone: false }
    this.byAddress.set(address, row)
    this.#rows = undefined
    for (const index of this.indexes) index.inserted(row)
    return row
  }

  /** An empty model of another table of the same type, whose rows are younger than those that there are. */
  another(): Table {
    return this.#make()
  }

  /** Gives a row to another table. Among equal keys it stands by its age; in orders of their own it comes last. */
  give(row: TableRow, other: Table): void {
    this.byAddress.delete(row.address)
    this.#rows = undefined
    for (const index of this.indexes) index.erased(row)
    const all = [...other.rows, row].sort((a, b) => a.number - b.number)
    other.byAddress.clear()
    other.#rows = undefined
    for (const each of all) other.byAddress.set(each.address, each)
    for (const index of other.indexes) index.inserted(row)
  }

  /** Throws where a multi-index and the naive table differ: rows, and what each index shows. */
  agree(live: AnyMultiIndex): void {
    same(live.size, this.size, 'size')
    const met = new Set<TableRow>()
    for (const view of live as Iterable<unknown> as Iterable<RowView>) {
      const row = this.rowOf(view)
      met.add(row)
      same(this.row.text(view.toObject()), this.row.text(row.value), `row ${row.number}`)
    }
    same(met.size, this.size, 'rows')
    for (const index of this.indexes) index.agree(indexOf(live, index.name))
  }

  erase(row: TableRow): void {
    row.gone = true
    this.byAddress.delete(row.address)
    this.#rows = undefined
    for (const index of this.indexes) index.erased(row)
  }

  /** The row that a view stands on. */
  rowOf(view: RowView): TableRow {
    const row = this.byAddress.get(addressOf(view))
    if (row === undefined) throw new Error(`a row is where none should be: address=${addressOf(view)}`)
    return row
  }

  /** The number of the row that a view stands on. */
  numberOf(view: RowView | undefined): number | undefined {
    return view && this.rowOf(view).number
  }

  /** Throws unless the views are of these rows, in this order. */
  sameRows(views: Iterable<RowView>, expected: readonly TableRow[], what: string): void {
    same(Array.from(views, (view) => this.numberOf(view)).join(), expected.map(({ number }) => number).join(), what)
  }

  /** Throws unless the view is of this row, or there is neither. */
  sameRow(view: RowView | undefined, expected: TableRow | undefined, what: string): void {
    same(this.numberOf(view), expected?.number, what)
  }
}

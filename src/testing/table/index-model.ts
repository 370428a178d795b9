import type fc from 'fast-check'
import type { RowView } from './live.js'
import type { RowPlan, Table, TableRow } from './table.js'

/** Something drawn for one index: a question or a change. */
export interface IndexCommand {
  readonly what: string
}

/**
 * What an index of one kind should show, worked out from the rows each time. Those with an order of their own keep it in step
 * through `inserted` and `erased`.
 */
export abstract class IndexModel<Live = unknown, Question extends IndexCommand = IndexCommand, Act = IndexCommand> {
  readonly name: string
  readonly table: Table

  constructor(table: Table, name: string) {
    this.table = table
    this.name = name
  }

  /** Whether it refuses rows for what others have. */
  readonly isUnique: boolean = false

  /** Whether what is found by it may depend on a field, so that the field wants many values. */
  dependsOn(_field: string): boolean {
    return false
  }

  /** Whether a row of the table is in the index. */
  has(_row: TableRow): boolean {
    return true
  }

  /** The rows that forbid one with this value. */
  clashes(_value: object): readonly TableRow[] {
    return []
  }

  /** Told of each new row. */
  inserted(_row: TableRow): void {
    // Most kinds have no order of their own.
  }

  /** Told of each row that has gone. */
  erased(_row: TableRow): void {
    // Most kinds have no order of their own.
  }

  /** Throws where the index does not show what it should: its rows, their order, and what it finds by each key. */
  abstract agree(live: Live): void

  /** The view of a row that is there, found through the index. */
  abstract viewOf(live: Live, row: TableRow): RowView

  /** What the index can be asked. @param rows - rows that are there or not */
  abstract drawQuestion(rows: fc.Arbitrary<RowPlan>): fc.Arbitrary<Question>

  /** Asks both the same and compares. */
  abstract ask(live: Live, question: Question): void

  /** What the index can change, if anything. */
  drawAct(_rows: fc.Arbitrary<RowPlan>): fc.Arbitrary<Act> | undefined {
    return undefined
  }

  /** Does the same to both. */
  act(_live: Live, _act: Act): void {
    // Nothing is drawn.
  }
}

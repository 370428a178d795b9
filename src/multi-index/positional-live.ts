import type { LazyRange } from '../containers/range.js'
import type { AnyStructType } from '../types/struct-views.js'
import type { Infer, Input, ReadonlyView } from '../types/type.js'
import type { InsertResult } from './multi-index-results.js'

/** What part of a sequenced or random access index `range` gives. */
export interface PositionOptions<Row> {
  /** The row to begin with; the first one, in reverse the last one, when left out. */
  readonly from?: Row | undefined
  /** Go back towards the first row. */
  readonly reverse?: boolean | undefined
  /** The most rows to give, 0 or more. */
  readonly limit?: number | undefined
}

/** A sequenced index, where nothing is written. */
export interface ReadonlySequencedIndex<R extends AnyStructType> extends Iterable<ReadonlyView<R>> {
  /** The number of rows. */
  readonly size: number
  /** The first row; `undefined` when there is none. */
  first(): ReadonlyView<R> | undefined
  /** The last row; `undefined` when there is none. */
  last(): ReadonlyView<R> | undefined
  /**
   * Rows in order, from one on. All when no option is given.
   *
   * @throws InvalidValueError when `from` is no row of the table
   * @throws StaleViewError when `from` was erased
   */
  range(options?: PositionOptions<ReadonlyView<R>>): LazyRange<ReadonlyView<R>>
  /** All rows, in order. */
  [Symbol.iterator](): IterableIterator<ReadonlyView<R>, undefined, unknown>
}

/**
 * A sequenced index in a writable segment: rows in an order of its own, in which `insert` of the table appends. Moving and
 * inserting take constant time a row, anywhere. Functions given run before anything is written: when one throws, nothing has changed; when
 * one changes the table, the method throws `StaleViewError` and does nothing more. `IndexName` are the names of the table's unique
 * indexes.
 */
export interface SequencedIndex<R extends AnyStructType, IndexName = string> extends ReadonlySequencedIndex<R> {
  /**
   * Inserts a row into all indexes, in this one at the front.
   *
   * @returns as `insert` of the table
   * @throws InvalidValueError, OutOfSpaceError - nothing is written
   */
  pushFront(row: Input<R>): InsertResult<IndexName, ReadonlyView<R>>
  /** Inserts a row into all indexes, in this one at the end: `insert` of the table. */
  pushBack(row: Input<R>): InsertResult<IndexName, ReadonlyView<R>>
  /**
   * Inserts a row into all indexes, in this one before another.
   *
   * @param before - a view found through any index
   * @returns as `insert` of the table
   * @throws InvalidValueError, OutOfSpaceError, StaleViewError - nothing is written
   */
  insertBefore(before: ReadonlyView<R>, row: Input<R>): InsertResult<IndexName, ReadonlyView<R>>
  /**
   * Erases the first row.
   *
   * @returns it, copied out; `undefined` when there is none
   */
  popFront(): Infer<R> | undefined
  /**
   * Erases the last row.
   *
   * @returns it, copied out; `undefined` when there is none
   */
  popBack(): Infer<R> | undefined
  /**
   * Moves rows within the index, in the order given.
   *
   * @param rows - the view of one, or of several in an iterable: an array, a range of any index
   * @param before - the row they come before; they come last when it is left out. When it is one of them, they come to where it stands
   * @throws InvalidValueError when a row is no row of the table, or given twice; nothing is changed
   * @throws StaleViewError when a row was erased; nothing is changed
   */
  relocate(rows: ReadonlyView<R> | Iterable<ReadonlyView<R>>, before?: ReadonlyView<R>): void
  /**
   * Sorts the rows of this index; equal ones keep their order. O(n log n) calls; allocates on the JavaScript heap only.
   *
   * @param compare - as for `sort` of Array
   * @throws InvalidValueError when it does not return a number; nothing is changed
   */
  sort(compare: (a: ReadonlyView<R>, b: ReadonlyView<R>) => number): void
  /** Turns the order of this index round. O(n). */
  reverse(): void
  /**
   * Puts the rows of this index in the order given. O(n).
   *
   * @param rows - views of all rows of the table, each once: a shuffled array, another index
   * @throws InvalidValueError when one is missing or given twice; nothing is changed
   * @throws StaleViewError when a row was erased; nothing is changed
   */
  rearrange(rows: Iterable<ReadonlyView<R>>): void
  /**
   * Erases the rows that a function picks; views of them become stale. O(n).
   *
   * @param predicate - called with each row in order, before the first is erased
   * @returns how many were erased
   * @throws InvalidValueError when it does not return a boolean; nothing is erased
   */
  removeIf(predicate: (row: ReadonlyView<R>) => boolean): number
  /**
   * Erases each row that equals the last one kept before it; views of them become stale. O(n).
   *
   * @param equal - called with a row that is kept and one after it
   * @returns how many were erased
   * @throws InvalidValueError when it does not return a boolean; nothing is erased
   */
  unique(equal: (kept: ReadonlyView<R>, row: ReadonlyView<R>) => boolean): number
  /**
   * Erases rows from one on; views of them become stale.
   *
   * @param options - as for `range`; `{}` means all rows
   * @returns how many were erased
   */
  eraseRange(options: PositionOptions<ReadonlyView<R>>): number
}

/** A random access index, where nothing is written. */
export interface ReadonlyRandomAccessIndex<R extends AnyStructType> extends ReadonlySequencedIndex<R> {
  /** The number of rows. */
  readonly length: number
  /**
   * Reads the row at a position. O(1).
   *
   * @param index - a position; negative ones count from the end
   * @returns its view; `undefined` outside of the index
   */
  at(index: number): ReadonlyView<R> | undefined
  /**
   * The position of a row. O(1).
   *
   * @param row - a view found through any index
   * @throws InvalidValueError when it is no row of the table
   * @throws StaleViewError when it was erased
   */
  indexOf(row: ReadonlyView<R>): number
}

/**
 * A random access index in a writable segment: a sequenced index whose rows are found by position in constant time. Inserting and
 * erasing take time linear in the number of rows behind, moving in the number of those between.
 */
export interface RandomAccessIndex<R extends AnyStructType, IndexName = string>
  extends SequencedIndex<R, IndexName>, ReadonlyRandomAccessIndex<R> {
  /**
   * Inserts a row into all indexes, in this one at a position.
   *
   * @param index - 0 to `length`; negative ones count from the end
   * @returns as `insert` of the table
   * @throws InvalidValueError, OutOfSpaceError - nothing is written
   */
  insert(index: number, row: Input<R>): InsertResult<IndexName, ReadonlyView<R>>
  /**
   * Erases rows by position; views of them become stale.
   *
   * @param index - a position; negative ones count from the end
   * @param count - how many; 1 when left out
   * @throws InvalidValueError, InvalidOptionError when there are not so many; nothing is erased
   */
  erase(index: number, count?: number): void
}

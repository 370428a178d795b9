import type { KeyPrefix, LazyRange, PrefixOf, RangeOptions } from '../containers/range.js'
import type { OrderedIndex, ReadonlyOrderedIndex } from './multi-index-live.js'

/**
 * A ranked index, where nothing is written: an ordered one that knows its rows by position too. A position, or **rank**, is
 * the number of rows that come before. All here, and `count`, takes O(log n).
 */
export interface ReadonlyRankedIndex<Key, Row> extends ReadonlyOrderedIndex<Key, Row> {
  /**
   * The row at a position, as `at` of an Array counts.
   *
   * @param index - from 0; negative ones count from the end
   * @returns `undefined` outside of the index
   */
  nth(index: number): Row | undefined
  /**
   * The position of a row.
   *
   * @param row - a view found through any index of the table
   * @throws StaleViewError when the row was erased
   * @throws InvalidValueError when it is no row of this table, or not in the index, which may be a partial one
   * @example
   * ```ts
   * cities.by.population.rank(cities.by.id.get(2643743)!) / cities.size // the part of all cities that are smaller
   * ```
   */
  rank(row: Row): number
  /**
   * The position of the (first) row of a key, or of leading parts of one.
   *
   * @returns `undefined` when there is none, where Boost's `find_rank` gives the number of rows
   */
  findRank(key: KeyPrefix<Key>): number | undefined
  /** The position of the first row that is not before the key; the number of rows when all are. */
  lowerBoundRank(key: KeyPrefix<Key>): number
  /** The position of the first row after the key, and after all that begin with it; the number of rows when there is none. */
  upperBoundRank(key: KeyPrefix<Key>): number
  /**
   * From which position up to which, itself not included, rows have the key, or begin with these parts of one. Both are that
   * of the lower bound when none does.
   */
  equalRangeRank(key: KeyPrefix<Key>): [from: number, to: number]
  /** From which position up to which, itself not included, rows are those of `range`, whatever its `limit` and `reverse`. */
  rangeRank(options?: RangeOptions<KeyPrefix<Key>, PrefixOf<Key>>): [from: number, to: number]
  /**
   * The rows at some positions, in order.
   *
   * @param from - the first position, as `slice` of an Array counts: negative ones from the end; 0 by default
   * @param to - the position to stop before; the number of rows by default
   */
  slice(from?: number, to?: number): LazyRange<Row>
}

/** A ranked index in a writable segment; `Deleted` is `boolean` when unique, else `number`. */
export interface RankedIndex<Key, Row, Deleted extends boolean | number = boolean>
  extends OrderedIndex<Key, Row, Deleted>, ReadonlyRankedIndex<Key, Row> {
  /**
   * Erases the rows that have the key; views of them become stale.
   *
   * @returns whether there was one, or how many for an index that is not unique
   */
  delete(key: Key): Deleted
}

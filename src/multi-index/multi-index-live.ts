import type { KeyPrefix, LazyRange, PrefixOf, RangeOptions } from '../containers/range.js'
import type { AnyStructType, StructPatch } from '../types/struct-views.js'
import type { Infer, Input, ReadonlyView } from '../types/type.js'
import type { Index, UniqueKind } from './index-definition.js'
import type { IndexKey } from './key-parts.js'
import type { InsertResult, ModifyResult, MoveResult } from './multi-index-results.js'
import type {
  RandomAccessIndex,
  ReadonlyRandomAccessIndex,
  ReadonlySequencedIndex,
  SequencedIndex,
} from './positional-live.js'
import type { RankedIndex, ReadonlyRankedIndex } from './ranked-index-live.js'

/** The names of the unique indexes: those in which a row can be in the way. */
export type UniqueNames<Indexes> = {
  [N in keyof Indexes]: Indexes[N] extends Index<UniqueKind, unknown> ? N : never
}[keyof Indexes]

/** A hashed index, where nothing is written. Iteration has no promised order. */
export interface ReadonlyHashedIndex<Key, Row> extends Iterable<Row> {
  /** The number of rows. */
  readonly size: number
  /** The row of a key, the first inserted of several; `undefined` when there is none. */
  get(key: Key): Row | undefined
  /** Whether a row has the key. */
  has(key: Key): boolean
  /** The number of rows that have the key. */
  count(key: Key): number
  /** The (first) rows of many keys, `undefined` for those missing; faster than as many `get`s. */
  getMany(keys: object & ArrayLike<Key>): (Row | undefined)[]
  /** The rows that have the key, in order of insertion. */
  equalRange(key: Key): LazyRange<Row>
  /** All rows. */
  [Symbol.iterator](): IterableIterator<Row, undefined, unknown>
}

/** A hashed index in a writable segment; `Deleted` is `boolean` when unique, else `number`. */
export interface HashedIndex<Key, Row, Deleted extends boolean | number = boolean> extends ReadonlyHashedIndex<
  Key,
  Row
> {
  /**
   * Erases the rows that have the key; views of them become stale.
   *
   * @returns whether there was one, or how many for an index that is not unique
   */
  delete(key: Key): Deleted
}

/** What part of an ordered index `range` gives. */
export interface RowRangeOptions<Key, Row> extends RangeOptions<KeyPrefix<Key>, PrefixOf<Key>> {
  /** The row to begin with, a view found through any index; instead of `gt` and `gte`, in reverse instead of `lt` and `lte`. */
  readonly from?: Row | undefined
}

/**
 * An ordered index, where nothing is written; iteration is in order. Where a key is a list, ranges, bounds and counts take
 * leading parts of it as well.
 */
export interface ReadonlyOrderedIndex<Key, Row> extends Iterable<Row> {
  /** The number of rows. */
  readonly size: number
  /** The row of a key, the first inserted of several; `undefined` when there is none. */
  get(key: Key): Row | undefined
  /** Whether a row has the key, or begins with these parts of one. */
  has(key: KeyPrefix<Key>): boolean
  /** The number of rows that have the key, or begin with these parts of one. */
  count(key: KeyPrefix<Key>): number
  /** The (first) rows of many keys, `undefined` for those missing; faster than as many `get`s. */
  getMany(keys: object & ArrayLike<Key>): (Row | undefined)[]
  /** The rows between bounds, in order. All when no option is given. */
  range(options?: RowRangeOptions<Key, Row>): LazyRange<Row>
  /** The rows that have the key, or begin with these parts of one. */
  equalRange(key: KeyPrefix<Key>): LazyRange<Row>
  /** The first row that is not before the key. */
  lowerBound(key: KeyPrefix<Key>): Row | undefined
  /** The first row that comes after the key, and after all that begin with it. */
  upperBound(key: KeyPrefix<Key>): Row | undefined
  /** The first row. */
  first(): Row | undefined
  /** The last row. */
  last(): Row | undefined
  /** All rows, in order. */
  [Symbol.iterator](): IterableIterator<Row, undefined, unknown>
}

/** An ordered index in a writable segment; `Deleted` is `boolean` when unique, else `number`. */
export interface OrderedIndex<Key, Row, Deleted extends boolean | number = boolean> extends ReadonlyOrderedIndex<
  Key,
  Row
> {
  /**
   * Erases the rows that have the key; views of them become stale.
   *
   * @returns whether there was one, or how many for an index that is not unique
   */
  delete(key: Key): Deleted
  /**
   * Erases the rows between bounds; views of them become stale.
   *
   * @param options - as for `range`; `{}` means all rows
   * @returns how many were erased
   */
  eraseRange(options: RowRangeOptions<Key, Row>): number
}

/** The live face of an index in a writable segment; `IndexName` are the names of the table's unique indexes. */
export type LiveIndex<R extends AnyStructType, I, IndexName = string> =
  I extends Index<infer K, infer Spec>
    ? {
        hashedUnique: HashedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        hashedNonUnique: HashedIndex<IndexKey<R, Spec>, ReadonlyView<R>, number>
        orderedUnique: OrderedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        orderedNonUnique: OrderedIndex<IndexKey<R, Spec>, ReadonlyView<R>, number>
        sequenced: SequencedIndex<R, IndexName>
        randomAccess: RandomAccessIndex<R, IndexName>
        rankedUnique: RankedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        rankedNonUnique: RankedIndex<IndexKey<R, Spec>, ReadonlyView<R>, number>
      }[K]
    : never

/** The live face of an index where nothing is written. */
export type ReadonlyLiveIndex<R extends AnyStructType, I> =
  I extends Index<infer K, infer Spec>
    ? {
        hashedUnique: ReadonlyHashedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        hashedNonUnique: ReadonlyHashedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        orderedUnique: ReadonlyOrderedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        orderedNonUnique: ReadonlyOrderedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        sequenced: ReadonlySequencedIndex<R>
        randomAccess: ReadonlyRandomAccessIndex<R>
        rankedUnique: ReadonlyRankedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
        rankedNonUnique: ReadonlyRankedIndex<IndexKey<R, Spec>, ReadonlyView<R>>
      }[K]
    : never

/** A multi-index in a segment, read in place. */
export interface ReadonlyMultiIndex<R extends AnyStructType, Indexes extends object> extends Iterable<ReadonlyView<R>> {
  /** The type of the rows. */
  readonly rowType: R
  /** The number of rows. */
  readonly size: number
  /** The indexes by name. */
  readonly by: { readonly [N in keyof Indexes]: ReadonlyLiveIndex<R, Indexes[N]> }
  /** All rows, in the order of the first index. */
  [Symbol.iterator](): IterableIterator<ReadonlyView<R>, undefined, unknown>
  /** Copies all rows out. */
  toObject(): Infer<R>[]
  /** The rows for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
  /**
   * Walks all rows and indexes.
   *
   * @throws CorruptionError when the segment contradicts itself
   */
  checkInvariants(): void
}

/**
 * A multi-index in a writable segment. Rows are read-only views even here, since writing them in place would break the
 * indexes: `modify` and `replace` change them. Every method does its work wholly or leaves everything as it was.
 */
export interface MultiIndex<R extends AnyStructType, Indexes extends object> extends ReadonlyMultiIndex<R, Indexes> {
  readonly by: { readonly [N in keyof Indexes]: LiveIndex<R, Indexes[N], UniqueNames<Indexes>> }
  /**
   * Inserts a row into all indexes.
   *
   * @returns a view of it; or the row in the way and the unique index it is in, when nothing was inserted
   * @throws InvalidValueError when the row does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  insert(row: Input<R>): InsertResult<UniqueNames<Indexes>, ReadonlyView<R>>
  /**
   * Changes some fields of a row and moves it in the indexes.
   *
   * @param row - a view found through any index
   * @returns the row; or the one in the way and the unique index it is in, when nothing was changed
   * @throws InvalidValueError when a field does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   * @throws StaleViewError when the row was erased
   */
  // eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- only for the unknown fields of any struct
  modify(row: ReadonlyView<R>, patch: StructPatch<R>): ModifyResult<UniqueNames<Indexes>, ReadonlyView<R>>
  /**
   * Writes all fields of a row anew; otherwise as `modify`. Views of the row stay valid.
   *
   * @param row - a view found through any index
   */
  replace(row: ReadonlyView<R>, value: Input<R>): ModifyResult<UniqueNames<Indexes>, ReadonlyView<R>>
  /**
   * Erases a row; views of it become stale.
   *
   * @param row - a view found through any index
   * @throws StaleViewError when it was erased before
   */
  erase(row: ReadonlyView<R>): void
  /**
   * Erases the rows that a function picks; views of them become stale.
   *
   * @param predicate - called with each row, in the order of the first index, before the first is erased
   * @returns how many were erased
   * @throws InvalidValueError when it does not return a boolean; nothing is erased, as when it throws
   * @throws StaleViewError when it changes the table; nothing else is erased
   */
  eraseIf(predicate: (row: ReadonlyView<R>) => boolean): number
  /**
   * Moves a row to another table of the same type in the same segment. The row stays where it is in memory, so that views of
   * it and pointers to it stay valid. In indexes with an order of their own it comes last, among equal keys it stands by
   * its age.
   *
   * @param row - a view found through any index
   * @param other - where it goes
   * @returns the row; or the one in the way there and the unique index it is in, when nothing was changed
   * @throws InvalidValueError when the other table has another type or is in another segment; nothing is changed
   * @throws OutOfSpaceError when there is no room; nothing is changed
   * @throws StaleViewError when the row was erased
   */
  moveTo(row: ReadonlyView<R>, other: MultiIndex<R, Indexes>): MoveResult<UniqueNames<Indexes>, ReadonlyView<R>>
  /** Erases all rows and gives their memory back. */
  clear(): void
  /** Makes room in the indexes for at least so many rows in all. */
  reserve(count: number): void
}

/** Elements between two bounds, looked up while they are iterated. Each iteration starts anew and copies nothing. */
export interface LazyRange<T> extends Iterable<T> {
  /** The elements, one after the other. */
  [Symbol.iterator](): IterableIterator<T, undefined, unknown>
  /** All elements in an array. */
  toArray(): T[]
}

/**
 * What part of an ordered container `range` gives. Bounds follow the order of the container, also where it is descending;
 * those left out are open.
 */
export interface RangeOptions<Bound, Prefix = never> {
  /** Only what comes after this key. */
  readonly gt?: Bound | undefined
  /** Only this key and what comes after it. */
  readonly gte?: Bound | undefined
  /** Only what comes before this key. */
  readonly lt?: Bound | undefined
  /** Only what comes before this key, and the key itself. */
  readonly lte?: Bound | undefined
  /** Only keys that start with this; for keys whose last given part is a string. */
  readonly prefix?: Prefix | undefined
  /** Last element first. */
  readonly reverse?: boolean | undefined
  /** The most elements to give, 0 or more. */
  readonly limit?: number | undefined
}

/**
 * Whole keys and the leading parts of composite ones: `['CN']` and `['CN', 9]` for a key of two parts. Keys of one part
 * are themselves.
 */
export type KeyPrefix<Key> = Key extends readonly [infer First, ...infer Rest]
  ? readonly [First] | (Rest extends readonly [] ? never : readonly [First, ...TuplePrefix<Rest>])
  : Key

type TuplePrefix<Rest extends readonly unknown[]> =
  KeyPrefix<Rest> extends infer Prefix extends readonly unknown[] ? Prefix : never

/** What `prefix` of a range takes: a string, or leading parts of a composite key that end with a string. */
export type PrefixOf<Key> = EndingInString<KeyPrefix<Key>>

type EndingInString<Prefix> = Prefix extends readonly [...unknown[], infer Last]
  ? string extends Last
    ? Prefix
    : never
  : string extends Prefix
    ? string
    : never

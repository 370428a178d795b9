/* eslint-disable @typescript-eslint/no-empty-object-type -- hashed forms add nothing, but messages should name them */
import { requireKeyType } from '../types/key-type.js'
import { makeType, requireType } from '../types/make-type.js'
import type { Infer, Input, KeyType, ReadonlyView, Type, TypeInfo, View } from '../types/type.js'
import type { EntryMethods, OrderedMethods, ReadonlyEntryMethods, RoomMethods } from './map-type.js'
import type { LazyRange } from './range.js'

/** Values by key, hashed, of which several may have equal keys. */
export interface HashMultimapType<K extends KeyType, V extends Type> extends Type {
  readonly kind: 'hashMultimap'
  readonly key: K
  readonly value: V
  readonly '~': HashMultimapInfo<K, V>
}

/** Values by key, in the order of the keys, of which several may be equal. */
export interface OrderedMultimapType<K extends KeyType, V extends Type> extends Type {
  readonly kind: 'orderedMultimap'
  readonly key: K
  readonly value: V
  readonly '~': OrderedMultimapInfo<K, V>
}

/** What the compiler knows about a hashed multimap. */
export interface HashMultimapInfo<K extends KeyType, V extends Type> extends TypeInfo {
  readonly value: [Infer<K>, Infer<V>][]
  readonly input: object & Iterable<readonly [Input<K>, Input<V>]>
  readonly view: HashMultimap<K, V>
  readonly readonlyView: ReadonlyHashMultimap<K, V>
  readonly opened: HashMultimap<K, V>
  readonly readonlyOpened: ReadonlyHashMultimap<K, V>
  readonly key: false
  readonly assignable: false
}

/** What the compiler knows about an ordered multimap. */
export interface OrderedMultimapInfo<K extends KeyType, V extends Type> extends TypeInfo {
  readonly value: [Infer<K>, Infer<V>][]
  readonly input: object & Iterable<readonly [Input<K>, Input<V>]>
  readonly view: OrderedMultimap<K, V>
  readonly readonlyView: ReadonlyOrderedMultimap<K, V>
  readonly opened: OrderedMultimap<K, V>
  readonly readonlyOpened: ReadonlyOrderedMultimap<K, V>
  readonly key: false
  readonly assignable: false
}

/** What all multimaps can do, where nothing is written. */
export interface ReadonlyMultimapMethods<K extends KeyType, V extends Type> extends ReadonlyEntryMethods<K, V> {
  /** The values of a key, or views of them, in order of insertion. Time and memory are linear in their number. */
  getAll(key: Input<K>): ReadonlyView<V>[]
  /** The number of entries of a key. Linear in that number. */
  count(key: Input<K>): number
  /** The entries of a key, in order of insertion. */
  equalRange(key: Input<K>): LazyRange<[ReadonlyView<K>, ReadonlyView<V>]>
  /** Copies all entries out. */
  toObject(): [Infer<K>, Infer<V>][]
}

/** What all multimaps can do in a writable segment. Keys are read-only even there. */
export interface MultimapMethods<K extends KeyType, V extends Type> extends EntryMethods<K, V> {
  /** The values of a key, or views of them, in order of insertion. Time and memory are linear in their number. */
  getAll(key: Input<K>): View<V>[]
  /** The number of entries of a key. Linear in that number. */
  count(key: Input<K>): number
  /** The entries of a key, in order of insertion. */
  equalRange(key: Input<K>): LazyRange<[ReadonlyView<K>, View<V>]>
  /** Copies all entries out. */
  toObject(): [Infer<K>, Infer<V>][]
  /**
   * Adds an entry, behind those whose keys are equal.
   *
   * @throws InvalidValueError when key or value does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  add(key: Input<K>, value: Input<V>): this
  /**
   * Erases all entries of a key; views of them become stale.
   *
   * @returns how many there were
   */
  delete(key: Input<K>): number
  /**
   * Erases one entry; views of it become stale.
   *
   * @param view - of its value or its key, as `get`, `getAll` or iterating has given it; what an optional or a pointer leads to is no
   *   view of the entry: erase by key and index there
   * @returns true
   * @throws StaleViewError when it was erased before
   * @throws InvalidValueError when it is no view of an entry of this container
   */
  erase(view: object & (View<V> | ReadonlyView<V> | ReadonlyView<K>)): boolean
  /**
   * Erases one of the entries of a key; views of it become stale.
   *
   * @param index - its position among them, in order of insertion; negative ones count from the end
   * @returns whether there was one
   * @throws InvalidValueError when `index` is no integer
   */
  erase(key: Input<K>, index: number): boolean
}

/** A hashed multimap in a segment, read in place. Iteration has no promised order, but equal keys are side by side. */
export interface ReadonlyHashMultimap<K extends KeyType, V extends Type> extends ReadonlyMultimapMethods<K, V> {}

/** A hashed multimap in a writable segment. Iteration has no promised order, but equal keys are side by side. */
export interface HashMultimap<K extends KeyType, V extends Type> extends MultimapMethods<K, V>, RoomMethods {}

/** An ordered multimap in a segment, read in place; iteration is in the order of the keys, equal ones as they were added. */
export interface ReadonlyOrderedMultimap<K extends KeyType, V extends Type>
  extends ReadonlyMultimapMethods<K, V>, OrderedMethods<Input<K>, [ReadonlyView<K>, ReadonlyView<V>]> {}

/** An ordered multimap in a writable segment; iteration is in the order of the keys, equal ones as they were added. */
export interface OrderedMultimap<K extends KeyType, V extends Type>
  extends MultimapMethods<K, V>, OrderedMethods<Input<K>, [ReadonlyView<K>, View<V>]> {}

/**
 * Values by key, several of which may have equal keys: found in constant time, in no promised order. Those of one key keep
 * their order of insertion.
 *
 * @example
 * ```ts
 * const Index = hashMultimap(string, u32)
 * const index = Segment.inMemory().construct('index', Index, [['to', 1], ['be', 2], ['to', 5]])
 * index.add('be', 6).getAll('be') // [2, 6]
 * index.count('to') // 2
 * index.delete('to') // 2
 * index.erase('be', 0) // true: the first of them
 * ```
 * @throws InvalidOptionError when values of the key's type cannot be keys
 */
export function hashMultimap<K extends KeyType, V extends Type>(key: K, value: V): HashMultimapType<K, V> {
  requireKeyType(key, 'key of hashMultimap')
  requireType(value, 'value of hashMultimap')
  return makeType<HashMultimapType<K, V>>({ kind: 'hashMultimap', key, value })
}

/**
 * Values by key, several of which may have equal keys: found in logarithmic time, in the order of the keys. Those of one key
 * keep their order of insertion.
 *
 * @throws InvalidOptionError when values of the key's type cannot be keys
 */
export function orderedMultimap<K extends KeyType, V extends Type>(key: K, value: V): OrderedMultimapType<K, V> {
  requireKeyType(key, 'key of orderedMultimap')
  requireType(value, 'value of orderedMultimap')
  return makeType<OrderedMultimapType<K, V>>({ kind: 'orderedMultimap', key, value })
}

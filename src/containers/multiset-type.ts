/* eslint-disable @typescript-eslint/no-empty-object-type -- hashed forms add nothing, but messages should name them */
import { requireKeyType } from '../types/key-type.js'
import { makeType } from '../types/make-type.js'
import type { Infer, Input, KeyType, ReadonlyView, Type, TypeInfo } from '../types/type.js'
import type { OrderedMethods, RoomMethods } from './map-type.js'
import type { LazyRange } from './range.js'
import type { ReadonlyKeyMethods } from './set-type.js'

/** Keys, hashed, of which several may be equal. */
export interface HashMultisetType<K extends KeyType> extends Type {
  readonly kind: 'hashMultiset'
  readonly key: K
  readonly '~': HashMultisetInfo<K>
}

/** Keys in order, of which several may be equal. */
export interface OrderedMultisetType<K extends KeyType> extends Type {
  readonly kind: 'orderedMultiset'
  readonly key: K
  readonly '~': OrderedMultisetInfo<K>
}

/** What the compiler knows about a hashed multiset. */
export interface HashMultisetInfo<K extends KeyType> extends TypeInfo {
  readonly value: Infer<K>[]
  readonly input: object & Iterable<Input<K>>
  readonly view: HashMultiset<K>
  readonly readonlyView: ReadonlyHashMultiset<K>
  readonly opened: HashMultiset<K>
  readonly readonlyOpened: ReadonlyHashMultiset<K>
  readonly key: false
  readonly assignable: false
}

/** What the compiler knows about an ordered multiset. */
export interface OrderedMultisetInfo<K extends KeyType> extends TypeInfo {
  readonly value: Infer<K>[]
  readonly input: object & Iterable<Input<K>>
  readonly view: OrderedMultiset<K>
  readonly readonlyView: ReadonlyOrderedMultiset<K>
  readonly opened: OrderedMultiset<K>
  readonly readonlyOpened: ReadonlyOrderedMultiset<K>
  readonly key: false
  readonly assignable: false
}

/** What all multisets can do, where nothing is written. */
export interface ReadonlyMultisetMethods<K extends KeyType> extends ReadonlyKeyMethods<K> {
  /** The keys equal to one, as the set holds them, in order of insertion. Time and memory are linear in their number. */
  getAll(key: Input<K>): ReadonlyView<K>[]
  /** How often a key is there. Linear in that number. */
  count(key: Input<K>): number
  /** The keys equal to one, in order of insertion. */
  equalRange(key: Input<K>): LazyRange<ReadonlyView<K>>
  /** Copies all keys out. */
  toObject(): Infer<K>[]
}

/** What all multisets can do in a writable segment. Keys are read-only even there. */
export interface MultisetMethods<K extends KeyType> extends ReadonlyMultisetMethods<K> {
  /**
   * Adds a key, behind those that are equal.
   *
   * @throws InvalidValueError when it does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  add(key: Input<K>): this
  /**
   * Erases all keys equal to one; views of them become stale.
   *
   * @returns how many there were
   */
  delete(key: Input<K>): number
  /**
   * Erases one key; views of it become stale.
   *
   * @param view - of the key, as `get`, `getAll` or iterating has given it
   * @returns true
   * @throws StaleViewError when it was erased before
   * @throws InvalidValueError when it is no view of a key of this set
   */
  erase(view: object & ReadonlyView<K>): boolean
  /**
   * Erases one of several equal keys; views of it become stale.
   *
   * @param index - its position among them, in order of insertion; negative ones count from the end
   * @returns whether there was one
   * @throws InvalidValueError when `index` is no integer
   */
  erase(key: Input<K>, index: number): boolean
  /** Erases all keys and gives their memory back. */
  clear(): void
}

/** A hashed multiset in a segment, read in place. Iteration has no promised order, but equal keys are side by side. */
export interface ReadonlyHashMultiset<K extends KeyType> extends ReadonlyMultisetMethods<K> {}

/** A hashed multiset in a writable segment. Iteration has no promised order, but equal keys are side by side. */
export interface HashMultiset<K extends KeyType> extends MultisetMethods<K>, RoomMethods {}

/** An ordered multiset in a segment, read in place; iteration is in order, equal keys as they were added. */
export interface ReadonlyOrderedMultiset<K extends KeyType>
  extends ReadonlyMultisetMethods<K>, OrderedMethods<Input<K>, ReadonlyView<K>> {}

/** An ordered multiset in a writable segment; iteration is in order, equal keys as they were added. */
export interface OrderedMultiset<K extends KeyType>
  extends MultisetMethods<K>, OrderedMethods<Input<K>, ReadonlyView<K>> {}

/**
 * Keys, of which several may be equal: found in constant time, in no promised order.
 *
 * @throws InvalidOptionError when values of the type cannot be keys
 */
export function hashMultiset<K extends KeyType>(key: K): HashMultisetType<K> {
  requireKeyType(key, 'key of hashMultiset')
  return makeType<HashMultisetType<K>>({ kind: 'hashMultiset', key })
}

/**
 * Keys, of which several may be equal: found in logarithmic time, in order.
 *
 * @throws InvalidOptionError when values of the type cannot be keys
 */
export function orderedMultiset<K extends KeyType>(key: K): OrderedMultisetType<K> {
  requireKeyType(key, 'key of orderedMultiset')
  return makeType<OrderedMultisetType<K>>({ kind: 'orderedMultiset', key })
}

/* eslint-disable @typescript-eslint/no-empty-object-type -- hashed forms add nothing, but messages should name them */
import { requireKeyType } from '../types/key-type.js'
import { makeType } from '../types/make-type.js'
import type { Infer, Input, KeyType, ReadonlyView, Type, TypeInfo } from '../types/type.js'
import type { OrderedMethods, RoomMethods } from './map-type.js'

/** Different keys, hashed. */
export interface HashSetType<K extends KeyType> extends Type {
  readonly kind: 'hashSet'
  readonly key: K
  readonly '~': HashSetInfo<K>
}

/** Different keys, in order. */
export interface OrderedSetType<K extends KeyType> extends Type {
  readonly kind: 'orderedSet'
  readonly key: K
  readonly '~': OrderedSetInfo<K>
}

/** What the compiler knows about a hashed set. */
export interface HashSetInfo<K extends KeyType> extends TypeInfo {
  readonly value: Set<Infer<K>>
  readonly input: object & Iterable<Input<K>>
  readonly view: HashSet<K>
  readonly readonlyView: ReadonlyHashSet<K>
  readonly opened: HashSet<K>
  readonly readonlyOpened: ReadonlyHashSet<K>
  readonly key: false
  readonly assignable: false
}

/** What the compiler knows about an ordered set. */
export interface OrderedSetInfo<K extends KeyType> extends TypeInfo {
  readonly value: Set<Infer<K>>
  readonly input: object & Iterable<Input<K>>
  readonly view: OrderedSet<K>
  readonly readonlyView: ReadonlyOrderedSet<K>
  readonly opened: OrderedSet<K>
  readonly readonlyOpened: ReadonlyOrderedSet<K>
  readonly key: false
  readonly assignable: false
}

/** What sets and multisets can do, where nothing is written. */
export interface ReadonlyKeyMethods<K extends KeyType> extends Iterable<ReadonlyView<K>> {
  /** The type of the keys. */
  readonly keyType: K
  /** The number of keys. */
  readonly size: number
  /** The key as the set holds it, or a view of it; the first one added of several, `undefined` when there is none. */
  get(key: Input<K>): ReadonlyView<K> | undefined
  /** Whether the key is there. */
  has(key: Input<K>): boolean
  /** Many keys as the set holds them, `undefined` for those missing; faster than as many `get`s. */
  getMany(keys: object & ArrayLike<Input<K>>): (ReadonlyView<K> | undefined)[]
  /** Calls back for each key; twice the same argument, as sets of JavaScript do. */
  forEach(callback: (value: ReadonlyView<K>, key: ReadonlyView<K>) => void): void
  /** The keys. */
  [Symbol.iterator](): IterableIterator<ReadonlyView<K>, undefined, unknown>
  /** `[key, key]` of each key, as sets of JavaScript do. */
  entries(): IterableIterator<[ReadonlyView<K>, ReadonlyView<K>], undefined, unknown>
  /** The keys. */
  keys(): IterableIterator<ReadonlyView<K>, undefined, unknown>
  /** The keys. */
  values(): IterableIterator<ReadonlyView<K>, undefined, unknown>
  /** The keys for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
  /**
   * Walks the whole set.
   *
   * @throws CorruptionError when the segment contradicts itself
   */
  checkInvariants(): void
}

/** What sets with unique keys can do, where nothing is written. */
export interface ReadonlySetMethods<K extends KeyType> extends ReadonlyKeyMethods<K> {
  /** Copies all keys out. */
  toObject(): Set<Infer<K>>
}

/** What sets with unique keys can do in a writable segment. Keys are read-only even there. */
export interface SetMethods<K extends KeyType> extends ReadonlySetMethods<K> {
  /**
   * Adds a key; one that is there stays as it is.
   *
   * @throws InvalidValueError when it does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  add(key: Input<K>): this
  /**
   * Erases a key; views of it become stale.
   *
   * @returns whether it was there
   */
  delete(key: Input<K>): boolean
  /** Erases all keys and gives their memory back. */
  clear(): void
}

/** A hashed set in a segment, read in place. Iteration has no promised order. */
export interface ReadonlyHashSet<K extends KeyType> extends ReadonlySetMethods<K> {}

/** A hashed set in a writable segment. Iteration has no promised order. */
export interface HashSet<K extends KeyType> extends SetMethods<K>, RoomMethods {}

/** An ordered set in a segment, read in place; iteration is in order. */
export interface ReadonlyOrderedSet<K extends KeyType>
  extends ReadonlySetMethods<K>, OrderedMethods<Input<K>, ReadonlyView<K>> {}

/** An ordered set in a writable segment; iteration is in order. */
export interface OrderedSet<K extends KeyType> extends SetMethods<K>, OrderedMethods<Input<K>, ReadonlyView<K>> {}

/**
 * Different keys: found in constant time, in no promised order.
 *
 * @throws InvalidOptionError when values of the type cannot be keys
 */
export function hashSet<K extends KeyType>(key: K): HashSetType<K> {
  requireKeyType(key, 'key of hashSet')
  return makeType<HashSetType<K>>({ kind: 'hashSet', key })
}

/**
 * Different keys: found in logarithmic time, in order.
 *
 * @throws InvalidOptionError when values of the type cannot be keys
 */
export function orderedSet<K extends KeyType>(key: K): OrderedSetType<K> {
  requireKeyType(key, 'key of orderedSet')
  return makeType<OrderedSetType<K>>({ kind: 'orderedSet', key })
}

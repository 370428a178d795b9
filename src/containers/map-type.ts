/* eslint-disable @typescript-eslint/no-empty-object-type -- hashed forms add nothing, but messages should name them */
import { requireKeyType } from '../types/key-type.js'
import { makeType, requireType } from '../types/make-type.js'
import type { Infer, Input, KeyType, ReadonlyView, Type, TypeInfo, View } from '../types/type.js'
import type { LazyRange, PrefixOf, RangeOptions } from './range.js'

/** Values by key, hashed. */
export interface HashMapType<K extends KeyType, V extends Type> extends Type {
  readonly kind: 'hashMap'
  readonly key: K
  readonly value: V
  readonly '~': HashMapInfo<K, V>
}

/** Values by key, in the order of the keys. */
export interface OrderedMapType<K extends KeyType, V extends Type> extends Type {
  readonly kind: 'orderedMap'
  readonly key: K
  readonly value: V
  readonly '~': OrderedMapInfo<K, V>
}

/** What the compiler knows about a hashed map. */
export interface HashMapInfo<K extends KeyType, V extends Type> extends TypeInfo {
  readonly value: Map<Infer<K>, Infer<V>>
  readonly input: object & Iterable<readonly [Input<K>, Input<V>]>
  readonly view: HashMap<K, V>
  readonly readonlyView: ReadonlyHashMap<K, V>
  readonly opened: HashMap<K, V>
  readonly readonlyOpened: ReadonlyHashMap<K, V>
  readonly key: false
  readonly assignable: false
}

/** What the compiler knows about an ordered map. */
export interface OrderedMapInfo<K extends KeyType, V extends Type> extends TypeInfo {
  readonly value: Map<Infer<K>, Infer<V>>
  readonly input: object & Iterable<readonly [Input<K>, Input<V>]>
  readonly view: OrderedMap<K, V>
  readonly readonlyView: ReadonlyOrderedMap<K, V>
  readonly opened: OrderedMap<K, V>
  readonly readonlyOpened: ReadonlyOrderedMap<K, V>
  readonly key: false
  readonly assignable: false
}

/** What maps and multimaps can do, where nothing is written. */
export interface ReadonlyEntryMethods<K extends KeyType, V extends Type> extends Iterable<
  [ReadonlyView<K>, ReadonlyView<V>]
> {
  /** The type of the keys. */
  readonly keyType: K
  /** The type of the values. */
  readonly valueType: V
  /** The number of entries. */
  readonly size: number
  /** The value of a key, or a view of it; the first one added of several, `undefined` when there is none. */
  get(key: Input<K>): ReadonlyView<V> | undefined
  /** Whether the key is there. */
  has(key: Input<K>): boolean
  /** The values of many keys, `undefined` for those missing; faster than as many `get`s. */
  getMany(keys: object & ArrayLike<Input<K>>): (ReadonlyView<V> | undefined)[]
  /** Calls back for each entry. */
  forEach(callback: (value: ReadonlyView<V>, key: ReadonlyView<K>) => void): void
  /** `[key, value]` of each entry. */
  [Symbol.iterator](): IterableIterator<[ReadonlyView<K>, ReadonlyView<V>], undefined, unknown>
  /** `[key, value]` of each entry. */
  entries(): IterableIterator<[ReadonlyView<K>, ReadonlyView<V>], undefined, unknown>
  /** The keys. */
  keys(): IterableIterator<ReadonlyView<K>, undefined, unknown>
  /** The values. */
  values(): IterableIterator<ReadonlyView<V>, undefined, unknown>
  /** The entries for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
  /**
   * Walks the whole map.
   *
   * @throws CorruptionError when the segment contradicts itself
   */
  checkInvariants(): void
}

/** What maps and multimaps can do in a writable segment. Keys are read-only even there. */
export interface EntryMethods<K extends KeyType, V extends Type> extends ReadonlyEntryMethods<K, V> {
  get(key: Input<K>): View<V> | undefined
  getMany(keys: object & ArrayLike<Input<K>>): (View<V> | undefined)[]
  forEach(callback: (value: View<V>, key: ReadonlyView<K>) => void): void
  /** `[key, value]` of each entry. */
  [Symbol.iterator](): IterableIterator<[ReadonlyView<K>, View<V>], undefined, unknown>
  entries(): IterableIterator<[ReadonlyView<K>, View<V>], undefined, unknown>
  values(): IterableIterator<View<V>, undefined, unknown>
  /** Erases all entries and gives their memory back. */
  clear(): void
}

/** What maps with unique keys can do, where nothing is written. */
export interface ReadonlyMapMethods<K extends KeyType, V extends Type> extends ReadonlyEntryMethods<K, V> {
  /** Copies all entries out. */
  toObject(): Map<Infer<K>, Infer<V>>
}

/** What maps with unique keys can do in a writable segment. Keys are read-only even there. */
export interface MapMethods<K extends KeyType, V extends Type> extends EntryMethods<K, V> {
  /** Copies all entries out. */
  toObject(): Map<Infer<K>, Infer<V>>
  /**
   * Writes the value of a key; one that was there is replaced in place.
   *
   * @throws InvalidValueError when key or value does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  set(key: Input<K>, value: Input<V>): this
  /**
   * Erases the entry of a key; views of it become stale.
   *
   * @returns whether there was one
   */
  delete(key: Input<K>): boolean
}

/** What hashed and flat maps and sets add in a writable segment. */
export interface RoomMethods {
  /**
   * Makes room for so many entries in all, so that adding them moves nothing.
   *
   * @param count - an integer from 0 on; what is less than there is room for changes nothing
   * @throws OutOfSpaceError when there is no room; nothing is changed
   */
  reserve(count: number): void
}

/** What ordered maps and sets add: an entry is `[key, value]`, or the key of a set. */
export interface OrderedMethods<Key, Entry> {
  /** The entries between bounds, in order. All when no option is given. */
  range(options?: RangeOptions<Key, PrefixOf<Key>>): LazyRange<Entry>
  /** The entries of a key, in order of insertion; none or one where keys are unique. */
  equalRange(key: Key): LazyRange<Entry>
  /** The first entry whose key is not before the given one. */
  lowerBound(key: Key): Entry | undefined
  /** The first entry whose key comes after the given one. */
  upperBound(key: Key): Entry | undefined
  /** The first entry. */
  first(): Entry | undefined
  /** The last entry. */
  last(): Entry | undefined
}

/** A hashed map in a segment, read in place. Iteration has no promised order. */
export interface ReadonlyHashMap<K extends KeyType, V extends Type> extends ReadonlyMapMethods<K, V> {}

/** A hashed map in a writable segment. Iteration has no promised order. */
export interface HashMap<K extends KeyType, V extends Type> extends MapMethods<K, V>, RoomMethods {}

/** An ordered map in a segment, read in place; iteration is in the order of the keys. */
export interface ReadonlyOrderedMap<K extends KeyType, V extends Type>
  extends ReadonlyMapMethods<K, V>, OrderedMethods<Input<K>, [ReadonlyView<K>, ReadonlyView<V>]> {}

/** An ordered map in a writable segment; iteration is in the order of the keys. */
export interface OrderedMap<K extends KeyType, V extends Type>
  extends MapMethods<K, V>, OrderedMethods<Input<K>, [ReadonlyView<K>, View<V>]> {}

/**
 * Values by key: found in constant time, in no promised order.
 *
 * @throws InvalidOptionError when values of the key's type cannot be keys
 */
export function hashMap<K extends KeyType, V extends Type>(key: K, value: V): HashMapType<K, V> {
  requireKeyType(key, 'key of hashMap')
  requireType(value, 'value of hashMap')
  return makeType<HashMapType<K, V>>({ kind: 'hashMap', key, value })
}

/**
 * Values by key: found in logarithmic time, in the order of the keys.
 *
 * @throws InvalidOptionError when values of the key's type cannot be keys
 */
export function orderedMap<K extends KeyType, V extends Type>(key: K, value: V): OrderedMapType<K, V> {
  requireKeyType(key, 'key of orderedMap')
  requireType(value, 'value of orderedMap')
  return makeType<OrderedMapType<K, V>>({ kind: 'orderedMap', key, value })
}

import { requireKeyType } from '../types/key-type.js'
import { makeType, requireType } from '../types/make-type.js'
import type { Infer, Input, KeyType, ReadonlyView, Type, TypeInfo, View } from '../types/type.js'
import type { MapMethods, OrderedMethods, ReadonlyMapMethods, RoomMethods } from './map-type.js'
import type { ReadonlySetMethods, SetMethods } from './set-type.js'

/** Values by key, side by side in the order of the keys. */
export interface FlatMapType<K extends KeyType, V extends Type> extends Type {
  readonly kind: 'flatMap'
  readonly key: K
  readonly value: V
  readonly '~': FlatMapInfo<K, V>
}

/** Different keys, side by side in order. */
export interface FlatSetType<K extends KeyType> extends Type {
  readonly kind: 'flatSet'
  readonly key: K
  readonly '~': FlatSetInfo<K>
}

/** What the compiler knows about a flat map. */
export interface FlatMapInfo<K extends KeyType, V extends Type> extends TypeInfo {
  readonly value: Map<Infer<K>, Infer<V>>
  readonly input: object & Iterable<readonly [Input<K>, Input<V>]>
  readonly view: FlatMap<K, V>
  readonly readonlyView: ReadonlyFlatMap<K, V>
  readonly opened: FlatMap<K, V>
  readonly readonlyOpened: ReadonlyFlatMap<K, V>
  readonly key: false
  readonly assignable: false
}

/** What the compiler knows about a flat set. */
export interface FlatSetInfo<K extends KeyType> extends TypeInfo {
  readonly value: Set<Infer<K>>
  readonly input: object & Iterable<Input<K>>
  readonly view: FlatSet<K>
  readonly readonlyView: ReadonlyFlatSet<K>
  readonly opened: FlatSet<K>
  readonly readonlyOpened: ReadonlyFlatSet<K>
  readonly key: false
  readonly assignable: false
}

/** What flat maps and sets add, where nothing is written. */
export interface ReadonlyFlatMethods {
  /** The number of entries that fit before room must be found. */
  readonly capacity: number
}

/** What flat maps and sets add in a writable segment. */
export interface FlatMethods extends ReadonlyFlatMethods, RoomMethods {
  /** Gives back the room that no entry uses. */
  shrinkToFit(): void
}

/** A flat map in a segment, read in place; iteration is in the order of the keys. */
export interface ReadonlyFlatMap<K extends KeyType, V extends Type>
  extends ReadonlyMapMethods<K, V>, OrderedMethods<Input<K>, [ReadonlyView<K>, ReadonlyView<V>]>, ReadonlyFlatMethods {}

/**
 * A flat map in a writable segment; iteration is in the order of the keys. Entries move when others come before them or go,
 * and when there is no room left: then all views of keys and values are stale.
 */
export interface FlatMap<K extends KeyType, V extends Type>
  extends MapMethods<K, V>, OrderedMethods<Input<K>, [ReadonlyView<K>, View<V>]>, FlatMethods {}

/** A flat set in a segment, read in place; iteration is in order. */
export interface ReadonlyFlatSet<K extends KeyType>
  extends ReadonlySetMethods<K>, OrderedMethods<Input<K>, ReadonlyView<K>>, ReadonlyFlatMethods {}

/**
 * A flat set in a writable segment; iteration is in order. Keys move when others come before them or go, and when there is no
 * room left: then all views of them are stale.
 */
export interface FlatSet<K extends KeyType>
  extends SetMethods<K>, OrderedMethods<Input<K>, ReadonlyView<K>>, FlatMethods {}

/**
 * Values by key in one block, sorted: the least memory and the fastest iteration of all maps. Found in logarithmic time;
 * adding and erasing move all that comes behind, so it is for maps that are small, built in order, or hardly changed.
 *
 * As those of a vector, entries move, and no pointer leads to them.
 *
 * @example
 * ```ts
 * const Codes = flatMap(string, u16)
 * const codes = Segment.inMemory().construct('codes', Codes, [['CN', 86], ['GB', 44]])
 * [...codes.set('DE', 49).keys()] // ['CN', 'DE', 'GB']
 * codes.lowerBound('D') // ['DE', 49]
 * ```
 * @throws InvalidOptionError when values of the key's type cannot be keys
 */
export function flatMap<K extends KeyType, V extends Type>(key: K, value: V): FlatMapType<K, V> {
  requireKeyType(key, 'key of flatMap')
  requireType(value, 'value of flatMap')
  return makeType<FlatMapType<K, V>>({ kind: 'flatMap', key, value })
}

/**
 * Different keys in one block, sorted; otherwise as `flatMap`.
 *
 * @throws InvalidOptionError when values of the type cannot be keys
 */
export function flatSet<K extends KeyType>(key: K): FlatSetType<K> {
  requireKeyType(key, 'key of flatSet')
  return makeType<FlatSetType<K>>({ kind: 'flatSet', key })
}

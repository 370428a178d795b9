/**
 * A type is a frozen object that describes a layout: `kind` and the data of that kind. What TypeScript knows about it
 * hangs on the member `'~'`, which exists for the compiler only and holds nothing at run time.
 *
 * Each kind has an interface of its own for `'~'` (`VectorInfo<T>`), and everything below looks its members up. Members
 * of an interface are resolved late, type arguments at once; only the former lets a type contain itself.
 */

import type { KeyedKind } from './keyed-kinds.js'

/** The kinds of types. */
export type Kind =
  | ScalarKind
  | 'string'
  | 'bytes'
  | 'struct'
  | 'array'
  | 'enumeration'
  | 'optional'
  | 'withDefault'
  | 'variant'
  | 'vector'
  | 'deque'
  | 'list'
  | KeyedKind
  | 'offsetPtr'
  | 'weakPtr'
  | 'sharedPtr'
  | 'uniquePtr'
  | 'multiIndex'

/** The kinds of scalars. */
export type ScalarKind = 'bool' | 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64' | 'u64' | 'i64'

/** What the compiler knows about a type. All `unknown`: asking for more here would resolve recursive types too early. */
export interface TypeInfo {
  /** The plain value, as `toObject()` gives it. */
  readonly value: unknown
  /** All that writing accepts. */
  readonly input: unknown
  /** What reading gives in a writable segment. */
  readonly view: unknown
  /** What reading gives in a segment that is not written. */
  readonly readonlyView: unknown
  /** What finding an object of the type in a writable segment gives. */
  readonly opened: unknown
  /** What finding an object of the type in a segment that is not written gives. */
  readonly readonlyOpened: unknown
  /** `true` when values can be keys of maps, sets and indexes. */
  readonly key: unknown
  /** `true` when `view.field = value` is typed, because reading gives what writing takes. */
  readonly assignable: unknown
}

/** Any type: a value that describes a layout. */
export interface Type {
  readonly kind: Kind
  /** For the compiler only; not there at run time. */
  readonly '~': TypeInfo
}

/** The plain value of a type: what `toObject()` gives and writing accepts. */
export type Infer<T extends Type> = T['~']['value']

/** Everything that writing accepts: plain values, views, and any iterable but a string for sequences, maps and sets. */
export type Input<T extends Type> = T['~']['input']

/** What reading gives in a writable segment. */
export type View<T extends Type> = T['~']['view']

/** What reading gives where nothing is written: sealed segments, rows of a multi-index, elements of sets, keys. */
export type ReadonlyView<T extends Type> = T['~']['readonlyView']

/** What `construct`, `find` and `make` give: a live container, a view of a struct, or a `Ref` for all else. */
export type Opened<T extends Type> = T['~']['opened']

/** What `find` gives in a segment that is not written. */
export type ReadonlyOpened<T extends Type> = T['~']['readonlyOpened']

/** A type whose values can be keys: scalars, string, bytes, enumerations, and structs and arrays of those. */
export interface KeyType extends Type {
  readonly '~': KeyTypeInfo
}

/** What the compiler knows about a type whose values can be keys. */
export interface KeyTypeInfo extends TypeInfo {
  readonly key: true
}

/** `T` if it is a type, else nothing; for members of records whose types must not be asked for too early. */
export type TypeOf<T> = T extends Type ? T : never

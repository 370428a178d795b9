import { InvalidOptionError } from '../errors/errors.js'
import { quote } from '../types/make-type.js'
import type { AnyStructType, FieldsOf, FieldType } from '../types/struct-views.js'
import type { Input, Type, TypeOf } from '../types/type.js'

/** The kinds of indexes. */
export type IndexKind =
  'hashedUnique' | 'hashedNonUnique' | 'orderedUnique' | 'orderedNonUnique' | 'sequenced' | 'randomAccess'

/** The kinds of indexes that hold each key once. */
export type UniqueKind = 'hashedUnique' | 'orderedUnique'

/** A part of a key, ordered from high to low. */
export interface Descending<Path extends string> {
  /** The field. */
  readonly descending: Path
}

/** One part of a key: a field, or one in descending order. */
export type KeyPart = string | Descending<string>

/** A key: one part, or a list of parts; an empty one where rows are in an order of their own. */
export type KeySpec = KeyPart | readonly KeyPart[]

/** An index of a multi-index: what it is, and by which fields. */
export interface Index<K extends IndexKind, Spec> {
  readonly kind: K
  readonly key: Spec
}

/** An index of rows of a known type, as the constructors give it; `R` is for the compiler only. */
export interface IndexDefinition<K extends IndexKind, Spec, R> extends Index<K, Spec> {
  readonly '~row'?: RowAnchor<R>
}

/** Ties a definition to its row type. */
export type RowAnchor<R> = (row: R) => void

/** The type behind `withDefault`, else the type itself. */
type Unwrap<T> = T extends { readonly kind: 'withDefault'; readonly value: infer Inner } ? Inner : T

/** The paths of fields that can be keys: `'id'`, `'at'`, `'at.lat'`. */
export type KeyPath<R> = R extends AnyStructType
  ? {
      [K in keyof FieldsOf<R> & string]:
        | (FieldType<R, K>['~']['key'] extends true ? K : never)
        | (Unwrap<FieldsOf<R>[K]> extends infer Inner extends AnyStructType ? `${K}.${KeyPath<Inner>}` : never)
    }[keyof FieldsOf<R> & string]
  : string

/** What the constructors of indexes accept for rows of a type; members, so that messages list the paths themselves. */
export interface KeySpecs<R> {
  readonly path: KeyPath<R>
  readonly hashed: KeyPath<R> | readonly KeyPath<R>[]
  readonly ordered: KeyPath<R> | Descending<KeyPath<R>> | readonly (KeyPath<R> | Descending<KeyPath<R>>)[]
}

type FieldAt<R, Path extends string> = R extends AnyStructType
  ? Path extends keyof FieldsOf<R>
    ? FieldsOf<R>[Path]
    : Path extends `${infer Head}.${infer Rest}`
      ? Head extends keyof FieldsOf<R>
        ? FieldAt<Unwrap<FieldsOf<R>[Head]>, Rest>
        : never
      : never
  : never

type PartInput<R, Part> = Part extends string
  ? Input<TypeOf<FieldAt<R, Part>>>
  : Part extends Descending<infer Path>
    ? Input<TypeOf<FieldAt<R, Path>>>
    : never

/** The key that lookups take: the value of the field, or for a list of parts an array of values. */
export type IndexKey<R extends Type, Spec> = Spec extends readonly unknown[]
  ? { readonly [I in keyof Spec]: PartInput<R, Spec[I]> }
  : PartInput<R, Spec>

/**
 * The field in descending order; as a part of an ordered key.
 *
 * @param path - a field, with dots a nested one: `'at.lat'`
 */
export function desc<const Path extends string>(path: Path): Descending<Path> {
  return Object.freeze({ descending: path })
}

/**
 * An index that finds a row by its key in constant time and refuses a second row with the same key.
 *
 * @param key - a field, with dots a nested one, or a list of them
 * @throws InvalidOptionError when the key names no field, one twice, or a descending one
 */
export function hashedUnique<R, const Spec extends KeySpecs<R>['hashed']>(
  key: Spec,
): IndexDefinition<'hashedUnique', Spec, R> {
  return define('hashedUnique', key)
}

/**
 * An index that finds rows by their key in constant time. Rows with equal keys keep the order of their insertion.
 *
 * @param key - a field, with dots a nested one, or a list of them
 * @throws InvalidOptionError when the key names no field, one twice, or a descending one
 */
export function hashedNonUnique<R, const Spec extends KeySpecs<R>['hashed']>(
  key: Spec,
): IndexDefinition<'hashedNonUnique', Spec, R> {
  return define('hashedNonUnique', key)
}

/**
 * An index in the order of its keys that refuses a second row with the same key.
 *
 * @param key - a field, with dots a nested one, or `desc` of one, or a list of these
 * @throws InvalidOptionError when the key names no field, or one twice
 */
export function orderedUnique<R, const Spec extends KeySpecs<R>['ordered']>(
  key: Spec,
): IndexDefinition<'orderedUnique', Spec, R> {
  return define('orderedUnique', key)
}

/**
 * An index in the order of its keys. Rows with equal keys keep the order of their insertion.
 *
 * @param key - a field, with dots a nested one, or `desc` of one, or a list of these
 * @throws InvalidOptionError when the key names no field, or one twice
 */
export function orderedNonUnique<R, const Spec extends KeySpecs<R>['ordered']>(
  key: Spec,
): IndexDefinition<'orderedNonUnique', Spec, R> {
  return define('orderedNonUnique', key)
}

/**
 * An index in an order of its own: rows are appended when they are inserted, and may be moved. It has no key. To move a row,
 * or to insert one anywhere, takes constant time; each row takes 12 bytes more.
 */
export function sequenced<R>(): IndexDefinition<'sequenced', readonly [], R> {
  return POSITIONAL.sequenced
}

/**
 * As `sequenced`, with rows found by their position, and their position found, in constant time. To insert, move or erase a row
 * takes time linear in the number of rows behind it; each row takes 8 bytes more.
 */
export function randomAccess<R>(): IndexDefinition<'randomAccess', readonly [], R> {
  return POSITIONAL.randomAccess
}

const NO_KEY: readonly [] = Object.freeze([])
const POSITIONAL = {
  sequenced: Object.freeze({ kind: 'sequenced', key: NO_KEY }),
  randomAccess: Object.freeze({ kind: 'randomAccess', key: NO_KEY }),
} as const

function define<K extends IndexKind, Spec, R>(kind: K, key: Spec): IndexDefinition<K, Spec, R> {
  checkKeySpec(kind, key)
  return Object.freeze({ kind, key: Array.isArray(key) ? (Object.freeze([...(key as unknown[])]) as Spec) : key })
}

/** The paths of a key, in order. */
export function keyPaths(key: KeySpec): string[] {
  const parts: readonly KeyPart[] = typeof key === 'string' || 'descending' in key ? [key] : key
  return parts.map((part) => (typeof part === 'string' ? part : part.descending))
}

function checkKeySpec(kind: IndexKind, key: unknown): void {
  const seen = new Set<string>()
  const parts: readonly unknown[] = Array.isArray(key) ? key : [key]
  if (parts.length === 0) throw new InvalidOptionError(`${kind} has no key. Name at least one field.`)
  for (const part of parts) {
    const descending = typeof part === 'object' && part !== null && 'descending' in part
    const path = descending ? part.descending : part
    if (typeof path !== 'string')
      throw new InvalidOptionError(`${kind} has a key that is not a field name: key=${quote(path)}.`, { actual: path })
    if (descending && kind.startsWith('hashed'))
      throw new InvalidOptionError(
        `${kind} has no order, so no descending key: key=${quote(path)}. Name the field without desc, or use an ordered index.`,
        { actual: path },
      )
    if (seen.has(path))
      throw new InvalidOptionError(`${kind} names a field twice: key=${quote(path)}. Remove one.`, { actual: path })
    seen.add(path)
  }
}

import { InvalidOptionError } from '../errors/errors.js'
import { requireKeyType } from '../types/key-type.js'
import { quote } from '../types/make-type.js'
import type { AnyStructType, FieldsOf, FieldType } from '../types/struct-views.js'
import type { Infer, Input, KeyType, Type, TypeOf } from '../types/type.js'

/** A part of a key, ordered from high to low. */
export interface Descending<Part> {
  /** The field, or what else it is. */
  readonly descending: Part
}

/** A part of a key that is computed from the row and kept in the segment. */
export interface Computed<T extends Type> {
  /** Its name. */
  readonly computed: string
  /** Which version of the function has computed it. */
  readonly version: number
  /** The type of its values. */
  readonly type: T
}

/** As `computed` gives it, with the rows that its function takes; those are for the compiler only. */
export interface ComputedKey<T extends Type, Row> extends Computed<T> {
  readonly '~row'?: RowAnchor<Row>
}

/** The row itself as a part of a key. */
export interface Whole {
  readonly whole: true
}

/** Which rows are in a partial index, kept in the segment; `Row` is what its function takes. */
export interface Predicate<Row> {
  /** Its name. */
  readonly predicate: string
  /** Which version of the function has decided. */
  readonly version: number
  readonly '~row'?: RowAnchor<Row>
}

/** Ties a definition to its row type. */
export type RowAnchor<R> = (row: R) => void

/** The plain rows of a type; where it is not known yet, what every function takes. */
export type RowValue<R> = R extends Type ? Infer<R> : never

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

type WholeOf<R> = R extends AnyStructType ? (R['~']['key'] extends true ? Whole : never) : Whole

/** What the constructors of indexes accept for rows of a type; members, so that messages list the paths themselves. */
export interface KeySpecs<R> {
  readonly part: KeyPath<R> | ComputedKey<KeyType, RowValue<R>> | WholeOf<R>
  readonly hashed: this['part'] | readonly this['part'][]
  readonly ordered: this['part'] | Descending<this['part']> | readonly (this['part'] | Descending<this['part']>)[]
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

type PartInput<R extends Type, Part> = Part extends string
  ? Input<TypeOf<FieldAt<R, Part>>>
  : Part extends Descending<infer Inner>
    ? PartInput<R, Inner>
    : Part extends Computed<infer T>
      ? Input<T>
      : Part extends Whole
        ? Input<R>
        : never

/** The key that lookups take: the value of the field, or for a list of parts an array of values. */
export type IndexKey<R extends Type, Spec> = Spec extends readonly unknown[]
  ? { readonly [I in keyof Spec]: PartInput<R, Spec[I]> }
  : PartInput<R, Spec>

/** A key without the row that its functions take, which would be repeated in every message and declaration. */
export type KeyOf<Spec> = Spec extends readonly unknown[]
  ? { readonly [I in keyof Spec]: PartOf<Spec[I]> }
  : PartOf<Spec>

type PartOf<Part> =
  Part extends Descending<infer Inner> ? Descending<PartOf<Inner>> : Part extends Computed<infer T> ? Computed<T> : Part

/**
 * The whole row as a key: all fields in order of declaration. Lookups take a row. Only for rows whose every field can be
 * a key.
 */
export const whole: Whole = Object.freeze({ whole: true })

/**
 * The part of a key in descending order, in an ordered index.
 *
 * @param part - a field, with dots a nested one: `'at.lat'`; or `computed(...)`, or `whole`
 */
export function desc<const Part>(part: Part): Descending<Part> {
  return Object.freeze({ descending: part })
}

/**
 * A key that a function computes from the row. Its values are kept in the segment beside the row, so that reading needs no
 * function. Where several indexes of a table use the same name, it is computed and stored once.
 *
 * The function gets a plain copy of the row, as `toObject()` would give it, with defaults filled in. It is called once for
 * each row inserted, and whenever a row is modified or replaced, before anything is written; if it throws, nothing has
 * changed. It must depend on nothing but the row, and must not change the segment.
 *
 * @param name - what it is called in the segment and in messages
 * @param version - 0 to 2,147,483,647; take another one when the function gives other values: a segment of another version
 * is `SchemaMismatchError`, instead of answers that mix both
 * @param type - of the values: one that can be a key
 * @param compute - without it the table can be read, but not be changed
 * @throws InvalidOptionError when an argument is not what it must be
 * @example
 * ```ts
 * const City = struct({ id: u32, name: string })
 * const Cities = multiIndex(City, {
 *   id: hashedUnique('id'),
 *   initial: orderedNonUnique(computed('initial', 1, string, (row) => row.name.slice(0, 1))),
 * })
 * const cities = Segment.inMemory({ capacity: '1 MiB' }).construct('cities', Cities, [{ id: 1, name: 'Ulm' }])
 * cities.by.initial.count('U') // 1
 * ```
 */
export function computed<Row, T extends KeyType>(
  name: string,
  version: number,
  type: T,
  compute?: (row: Row) => Input<T>,
): ComputedKey<T, Row> {
  requireIdentity('computed', name, version, compute)
  requireKeyType(type, `computed ${quote(name)}`)
  return Object.freeze({ computed: name, version, type, compute })
}

/**
 * Which rows are in an index, as its option `where`. The answers are kept in the segment, so that reading needs no function.
 * The function is called as that of {@link computed} is.
 *
 * @param name - what it is called in the segment and in messages
 * @param version - as for {@link computed}
 * @param test - gets a plain copy of the row and gives `true` or `false`; without it the table can be read, but not be
 * changed
 * @throws InvalidOptionError when an argument is not what it must be
 * @example
 * ```ts
 * const City = struct({ id: u32, population: f64 })
 * const Cities = multiIndex(City, {
 *   id: hashedUnique('id'),
 *   big: orderedNonUnique('population', { where: predicate('big', 1, (row) => row.population > 1e6) }),
 * })
 * const cities = Segment.inMemory({ capacity: '1 MiB' }).construct('cities', Cities, [{ id: 1, population: 5 }])
 * cities.by.big.size // 0
 * ```
 */
export function predicate<Row>(name: string, version: number, test?: (row: Row) => boolean): Predicate<Row> {
  requireIdentity('predicate', name, version, test)
  return Object.freeze({ predicate: name, version, test })
}

const VERSION_MOST = 2 ** 31 - 1

function requireIdentity(what: string, name: unknown, version: unknown, compute: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new InvalidOptionError(`${what} has no name: name=${quote(name)}.`, { actual: name })
  if (!(Number.isInteger(version) && (version as number) >= 0 && (version as number) <= VERSION_MOST))
    throw new InvalidOptionError(
      `${what} has no version: name=${quote(name)}, version=${quote(version)}, allowed=0..${VERSION_MOST}.`,
      { actual: version },
    )
  if (compute !== undefined && typeof compute !== 'function')
    throw new InvalidOptionError(
      `${what} has no function: name=${quote(name)}, value=${quote(compute)}. Leave it out where the table is only read.`,
      { actual: compute },
    )
}

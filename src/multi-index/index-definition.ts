import { InvalidOptionError } from '../errors/errors.js'
import { isComputed, isWhole, partsOf } from '../types/index-spec.js'
import { quote } from '../types/make-type.js'
import type { KeySpecs, Predicate, RowAnchor } from './key-parts.js'

/** The kinds of indexes. */
export type IndexKind =
  | 'hashedUnique'
  | 'hashedNonUnique'
  | 'orderedUnique'
  | 'orderedNonUnique'
  | 'rankedUnique'
  | 'rankedNonUnique'
  | 'sequenced'
  | 'randomAccess'

/** The kinds of indexes that hold each key once. */
export type UniqueKind = 'hashedUnique' | 'orderedUnique' | 'rankedUnique'

/** An index of a multi-index: what it is, and by which fields. */
export interface Index<K extends IndexKind, Spec> {
  readonly kind: K
  readonly key: Spec
}

/** An index of rows of a known type, as the constructors give it; `R` is for the compiler only, `Row` what its functions take. */
export interface IndexDefinition<K extends IndexKind, Spec, R, Row = unknown> extends Index<K, Spec> {
  readonly where?: Predicate<Row> | undefined
  readonly '~row'?: RowAnchor<R>
}

/** What else an index may be given. */
export interface IndexOptions<Row> {
  /** Which rows are in the index; all when left out. Such an index is smaller, and unique only among its rows. */
  readonly where?: Predicate<Row> | undefined
}

/**
 * An index that finds a row by its key in constant time and refuses a second row with the same key.
 *
 * @param key - a field, with dots a nested one, `computed(...)`, `whole`, or a list of them
 * @param options - `where` makes it a partial index
 * @throws InvalidOptionError when the key names no field, one twice, or a descending one
 */
export function hashedUnique<R, const Spec extends KeySpecs<R>['hashed'], Row>(
  key: Spec,
  options?: IndexOptions<Row>,
): IndexDefinition<'hashedUnique', Spec, R, Row> {
  return define('hashedUnique', key, options)
}

/**
 * An index that finds rows by their key in constant time. Rows with equal keys keep the order of their insertion.
 *
 * @param key - a field, with dots a nested one, `computed(...)`, `whole`, or a list of them
 * @param options - `where` makes it a partial index
 * @throws InvalidOptionError when the key names no field, one twice, or a descending one
 */
export function hashedNonUnique<R, const Spec extends KeySpecs<R>['hashed'], Row>(
  key: Spec,
  options?: IndexOptions<Row>,
): IndexDefinition<'hashedNonUnique', Spec, R, Row> {
  return define('hashedNonUnique', key, options)
}

/**
 * An index in the order of its keys that refuses a second row with the same key.
 *
 * @param key - a field, with dots a nested one, `computed(...)`, `whole`, or `desc` of one, or a list of these
 * @param options - `where` makes it a partial index
 * @throws InvalidOptionError when the key names no field, or one twice
 */
export function orderedUnique<R, const Spec extends KeySpecs<R>['ordered'], Row>(
  key: Spec,
  options?: IndexOptions<Row>,
): IndexDefinition<'orderedUnique', Spec, R, Row> {
  return define('orderedUnique', key, options)
}

/**
 * An index in the order of its keys. Rows with equal keys keep the order of their insertion.
 *
 * @param key - a field, with dots a nested one, `computed(...)`, `whole`, or `desc` of one, or a list of these
 * @param options - `where` makes it a partial index
 * @throws InvalidOptionError when the key names no field, or one twice
 */
export function orderedNonUnique<R, const Spec extends KeySpecs<R>['ordered'], Row>(
  key: Spec,
  options?: IndexOptions<Row>,
): IndexDefinition<'orderedNonUnique', Spec, R, Row> {
  return define('orderedNonUnique', key, options)
}

/**
 * An ordered index that also tells the position of a row and finds a row by its position, and refuses a second row with the
 * same key.
 *
 * @param key - a field, with dots a nested one, `computed(...)`, `whole`, or `desc` of one, or a list of these
 * @param options - `where` makes it a partial index
 * @throws InvalidOptionError when the key names no field, or one twice
 */
export function rankedUnique<R, const Spec extends KeySpecs<R>['ordered'], Row>(
  key: Spec,
  options?: IndexOptions<Row>,
): IndexDefinition<'rankedUnique', Spec, R, Row> {
  return define('rankedUnique', key, options)
}

/**
 * An ordered index that also tells the position of a row and finds a row by its position. Rows with equal keys keep the order
 * of their insertion.
 *
 * @param key - a field, with dots a nested one, `computed(...)`, `whole`, or `desc` of one, or a list of these
 * @param options - `where` makes it a partial index
 * @throws InvalidOptionError when the key names no field, or one twice
 */
export function rankedNonUnique<R, const Spec extends KeySpecs<R>['ordered'], Row>(
  key: Spec,
  options?: IndexOptions<Row>,
): IndexDefinition<'rankedNonUnique', Spec, R, Row> {
  return define('rankedNonUnique', key, options)
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

function define<K extends IndexKind, Spec, R, Row>(
  kind: K,
  key: Spec,
  options: IndexOptions<Row> | undefined,
): IndexDefinition<K, Spec, R, Row> {
  checkKey(kind, key)
  const where = whereOf(kind, options)
  const frozen = Array.isArray(key) ? (Object.freeze([...(key as unknown[])]) as Spec) : key
  return Object.freeze(where === undefined ? { kind, key: frozen } : { kind, key: frozen, where })
}

function checkKey(kind: IndexKind, key: unknown): void {
  const seen = new Set<string>()
  const parts = partsOf(key)
  if (parts.length === 0) throw new InvalidOptionError(`${kind} has no key. Name at least one field.`)
  for (const { source, isDescending } of parts) {
    const name = nameOf(kind, source)
    if (isDescending && kind.startsWith('hashed'))
      throw new InvalidOptionError(
        `${kind} has no order, so no descending key: key=${name}. Name the field without desc, or use an ordered index.`,
        { actual: source },
      )
    if (seen.has(name))
      throw new InvalidOptionError(`${kind} names a part of its key twice: key=${name}. Remove one.`, {
        actual: source,
      })
    seen.add(name)
  }
}

/** A part of a key as messages name it. */
function nameOf(kind: IndexKind, source: unknown): string {
  if (isWhole(source)) return 'whole'
  if (isComputed(source)) return `computed(${quote(source.computed)})`
  if (typeof source === 'string') return quote(source)
  throw new InvalidOptionError(
    `${kind} has a key that is not a field name: key=${quote(source)}. Or use computed(...) or whole.`,
    { actual: source },
  )
}

function whereOf<Row>(kind: IndexKind, options: IndexOptions<Row> | undefined): Predicate<Row> | undefined {
  const given: unknown = options ?? {}
  if (typeof given !== 'object' || Object.keys(given as object).some((name) => name !== 'where'))
    throw new InvalidOptionError(`${kind} has unknown options: value=${quote(given)}, allowed=where.`, {
      actual: given,
    })
  const where: unknown = options?.where
  if (where === undefined || (typeof where === 'object' && where !== null && 'predicate' in where))
    return options?.where
  throw new InvalidOptionError(
    `${kind} has no predicate: where=${quote(where)}. Use predicate('name', 1, (row) => row.field > 0).`,
    { actual: where },
  )
}

import { InvalidOptionError } from '../errors/errors.js'
import { quote } from './make-type.js'
import type { Type } from './type.js'

/** The indexes of a multi-index as data: what descriptions, layouts and messages need of them. */

/** A key that is computed from the row. */
export interface ComputedSpec {
  readonly computed: string
  readonly version: number
  readonly type: Type
  readonly compute?: ((row: never) => unknown) | undefined
}

/** Which rows are in an index. */
export interface PredicateSpec {
  readonly predicate: string
  readonly version: number
  readonly test?: ((row: never) => unknown) | undefined
}

/** An index. */
export interface IndexSpec {
  readonly kind: string
  readonly key: unknown
  readonly where?: PredicateSpec | undefined
}

/** Indexes by name. */
export type IndexSpecs = Readonly<Record<string, IndexSpec>>

/** The row itself as a key. */
export interface WholeSpec {
  readonly whole: true
}

/** A part of a key: the path of a field, what is computed, or the row. */
export interface PartSpec {
  readonly source: string | ComputedSpec | WholeSpec
  readonly isDescending: boolean
}

/** The parts of a key. */
export function partsOf(key: unknown): PartSpec[] {
  return (Array.isArray(key) ? (key as readonly unknown[]) : [key]).map((part) =>
    typeof part === 'object' && part !== null && 'descending' in part
      ? { source: part.descending as PartSpec['source'], isDescending: true }
      : { source: part as PartSpec['source'], isDescending: false },
  )
}

/** The key that has these parts. */
export function keyOf(parts: readonly PartSpec[]): unknown {
  const key = parts.map(({ source, isDescending }) => (isDescending ? { descending: source } : source))
  return key.length === 1 ? key[0] : key
}

/** Whether a part is computed. */
export function isComputed(source: unknown): source is ComputedSpec {
  return typeof source === 'object' && source !== null && 'computed' in source
}

/** Whether a part is the row itself. */
export function isWhole(source: unknown): source is WholeSpec {
  return typeof source === 'object' && source !== null && 'whole' in source
}

/** What is computed for the indexes of a multi-index, by name. */
export interface DerivedSpecs {
  readonly computed: ReadonlyMap<string, ComputedSpec>
  readonly predicates: ReadonlyMap<string, PredicateSpec>
}

/**
 * What is computed for some indexes, in the order in which they name it. One that several name is listed once, with its
 * function if one of them has it.
 *
 * @throws InvalidOptionError when they name two versions of one
 */
export function derivedOf(indexes: IndexSpecs): DerivedSpecs {
  const computed = new Map<string, ComputedSpec>()
  const predicates = new Map<string, PredicateSpec>()
  for (const { key, where } of Object.values(indexes)) {
    for (const { source } of partsOf(key)) {
      if (!isComputed(source)) continue
      const known = sameVersion(computed.get(source.computed), source, source.computed)
      if (known?.compute === undefined) computed.set(source.computed, source)
    }
    if (where === undefined) continue
    const known = sameVersion(predicates.get(where.predicate), where, where.predicate)
    if (known?.test === undefined) predicates.set(where.predicate, where)
  }
  return { computed, predicates }
}

function sameVersion<Spec extends { version: number }>(
  known: Spec | undefined,
  { version }: Spec,
  name: string,
): Spec | undefined {
  if (known === undefined || known.version === version) return known
  throw new InvalidOptionError(
    `indexes name two versions of one function: name=${quote(name)}, versions=${known.version} and ${version}. Use one.`,
    { actual: name },
  )
}

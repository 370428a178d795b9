/** Validators for what most stores want to be sure of; each is made by a plain function, for `validate`. */
import { InvalidOptionError, ValidationError } from '../../errors/errors.js'
import { diffSegments } from '../../segment/diff/diff.js'
import { quote } from '../../types/make-type.js'
import type { SnapshotOf } from '../reading/snapshot.js'
import type { Validator } from './publish-options.js'
import type { CountedTable, Lookup, RequiredKeys } from './validator-types.js'

/** What `rowCountWithin` allows. */
export interface RowCountOptions<Table extends string> {
  /** Which table, map, set or sequence; all of them when left out. */
  readonly table?: Table | undefined
  /** The least number of elements, as a share of their number in the current version: 0.9 allows a tenth to go. Default 0. */
  readonly min?: number | undefined
  /** The largest number of elements, as a share of their number in the current version. Default no limit. */
  readonly max?: number | undefined
}

/**
 * A validator that compares the number of elements with that of the current version. Where there is no current version, or it has
 * no element of the kind, there is nothing to compare with, and nothing is refused.
 *
 * @throws InvalidOptionError when `min` or `max` is negative or no number, or `min` is above `max`
 * @example
 * ```ts
 * await store.publish(build, { validate: rowCountWithin({ table: 'cities', min: 0.9, max: 1.1 }) })
 * ```
 */
export function rowCountWithin<S extends object>(options: RowCountOptions<CountedTable<S>>): Validator<S> {
  const { table, min = 0, max = Infinity } = options
  requireShare('rowCountWithin', 'min', min)
  requireShare('rowCountWithin', 'max', max)
  if (min > max) refuseOption('rowCountWithin', 'min', min, `at most max=${max}`)
  return (candidate, current) => {
    if (current === undefined) return
    for (const name of table === undefined ? Object.keys(candidate) : [table]) {
      const count = countOf(tableOf(candidate, name))
      const before = countOf(tableOf(current, name))
      if (count === undefined && table !== undefined) refuseTable('rowCountWithin', name, 'one with a size or length')
      if (count === undefined || before === undefined || before === 0) continue
      if (count >= min * before && count <= max * before) continue
      throw new ValidationError(
        `the number of elements is out of bounds: table=${name}, count=${count}, current=${before}, ` +
          `ratio=${round(count / before)}, min=${min}, max=${max}. Publish what is whole, or allow the change.`,
        { path: name, expected: before, actual: count },
      )
    }
  }
}

/**
 * A validator that refuses a version in which keys are missing: those that are known to be there in every sound version.
 *
 * @param lookup - the name of a table, of one of its indexes, and keys of it (of an ordered index also leading parts of keys); or
 * the name of a map or set and keys of it
 * @example
 * ```ts
 * await store.publish(build, { validate: [requireKeys('cities', 'id', [2643743]), requireKeys('lexicon', ['the'])] })
 * ```
 */
export function requireKeys<S extends object>(...lookup: RequiredKeys<S>): Validator<S> {
  const [table, ...rest] = lookup as [string, ...unknown[]]
  const index = rest.length === 2 ? String(rest[0]) : undefined
  const keys = rest.at(-1)
  if (typeof keys !== 'object' || keys === null || !(Symbol.iterator in keys)) {
    return refuseOption('requireKeys', 'keys', keys, 'a list of keys')
  }
  const wanted = [...(keys as Iterable<unknown>)]
  return (candidate) => {
    const found = tableOf(candidate, table)
    const place = index === undefined ? found : tableOf(tableOf(found, 'by'), index)
    if (!isLookup(place)) return refuseTable('requireKeys', table, `one with keys, index=${index ?? 'none'}`)
    const missing = wanted.filter((key) => !place.has(key))
    if (missing.length === 0) return
    const shown = missing.slice(0, SHOWN_MOST).map(showKey).join(', ')
    const where = index === undefined ? `table=${table}` : `table=${table}, index=${index}`
    throw new ValidationError(
      `required keys are missing: ${where}, missing=${missing.length} of ${wanted.length}, ` +
        `keys=${shown}${missing.length > SHOWN_MOST ? ', ...' : ''}. Publish what is whole.`,
      { path: table, expected: wanted.length, actual: wanted.length - missing.length },
    )
  }
}

/** What `changedShareWithin` allows. */
export interface ChangedShareOptions {
  /** How many elements may be added, removed or changed, as a share of those in the current version: 0.2 is a fifth. */
  readonly max: number
}

/**
 * A validator that compares a table, map, set or sequence with that in the current version, element by element, and refuses a version
 * that changes too much. Elements are told apart as `diffSegments` does: by the first unique index, or by their keys. Where there is
 * no current version, or nothing in it, there is nothing to compare with, and nothing is refused.
 *
 * Looks each element up once and copies none; keeps the thread while it does.
 *
 * @throws InvalidOptionError when `max` is negative or no number
 * @example
 * ```ts
 * await store.publish(build, { validate: changedShareWithin('cities', { max: 0.2 }) })
 * ```
 */
export function changedShareWithin<S extends object>(
  table: CountedTable<S>,
  { max }: ChangedShareOptions,
): Validator<S> {
  requireShare('changedShareWithin', 'max', max)
  return (candidate, current) => {
    if (current === undefined) return
    const [summary] = diffSegments(current.segment, candidate.segment, { tables: [table] }).summary()
    if (summary?.countAfter === undefined) return refuseTable('changedShareWithin', table, 'one with elements')
    const { added, removed, changed, countBefore: before = 0 } = summary
    const share = (added + removed + changed) / before
    if (before === 0 || share <= max) return
    throw new ValidationError(
      `too much has changed: table=${table}, added=${added}, removed=${removed}, changed=${changed}, current=${before}, ` +
        `share=${round(share)}, max=${max}. Publish what is right, or allow the change.`,
      { path: table, expected: max, actual: share },
    )
  }
}

/**
 * A validator with a name, for its message, and a condition that must hold.
 *
 * @param condition - gets the version as it was read back, and the current one if there is one; what it throws refuses as well
 * @example
 * ```ts
 * await store.publish(build, {
 *   validate: requireThat('editions grow', (candidate, current) => candidate.edition > (current?.edition ?? 0)),
 * })
 * ```
 */
export function requireThat<S extends object>(
  name: string,
  condition: (candidate: SnapshotOf<S>, current: SnapshotOf<S> | undefined) => boolean | Promise<boolean>,
): Validator<S> {
  return async (candidate, current) => {
    if (await condition(candidate, current)) return
    throw new ValidationError(
      `a condition does not hold: name=${quote(name)}, generation=${candidate.generation}, current=${current?.generation ?? 'none'}. Publish what meets it.`,
      { path: name },
    )
  }
}

/** Keys named in a message; the others are counted. */
const SHOWN_MOST = 5

function tableOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[name] : undefined
}

function isLookup(table: unknown): table is Lookup<unknown> {
  return typeof tableOf(table, 'has') === 'function'
}

/** Of containers only: a struct may have a field of such a name. */
function countOf(table: unknown): number | undefined {
  if (typeof tableOf(table, 'checkInvariants') !== 'function') return undefined
  const count = tableOf(table, 'size') ?? tableOf(table, 'length')
  return typeof count === 'number' ? count : undefined
}

function showKey(key: unknown): string {
  return Array.isArray(key) ? `[${key.map(quote).join(', ')}]` : quote(key)
}

function round(share: number): number {
  return Math.round(share * 1e4) / 1e4
}

function requireShare(validator: string, name: string, share: unknown): void {
  if (typeof share !== 'number' || !(share >= 0)) refuseOption(validator, name, share, 'a share, 0 or more')
}

function refuseOption(validator: string, name: string, actual: unknown, expected: string): never {
  throw new InvalidOptionError(`cannot make validator: ${validator}, ${name}=${quote(actual)}, expected=${expected}.`, {
    path: name,
    actual,
    expected,
  })
}

function refuseTable(validator: string, table: string, expected: string): never {
  throw new InvalidOptionError(
    `validator cannot look at table: ${validator}, table=${quote(table)}, expected=${expected}.`,
    { path: table, expected },
  )
}

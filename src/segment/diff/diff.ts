import { InvalidOptionError } from '../../errors/errors.js'
import { Memory } from '../../memory/memory.js'
import { quote } from '../../types/make-type.js'
import type { StoredObject } from '../segment-info.js'
import type { Segment } from '../segment.js'
import { Comparison } from './comparison.js'
import { changed, copyLater, differencesOf, nothing, type Difference } from './differences.js'
import type { FieldChange } from './field-changes.js'
import { isContainer, sidesOf, type Side } from './sides.js'

/** What differs between two versions: an element of a table, a table that is a single value, or the type of a table. */
export interface Change {
  /** Name of the table. */
  readonly table: string
  readonly kind: 'added' | 'removed' | 'changed'
  /**
   * Which element: the key of an entry, the key of a row in the table's first unique index, a position in a sequence. `undefined`
   * for a single value, for a table as a whole, and for rows that no unique index tells apart.
   */
  readonly key: unknown
  /** What it was, as a plain value; for a key of a multimap all its values, of a multiset their number. */
  readonly before?: unknown
  /** What it is. */
  readonly after?: unknown
  /** The fields that differ, when it was a struct and is one. */
  readonly fields?: readonly FieldChange[]
  /**
   * Only of a table that was added, removed or got another type: the types, as one would write them. Changes of its elements
   * follow.
   */
  readonly type?: { readonly before?: string; readonly after?: string }
}

/** How many changes a table has. */
export interface TableSummary {
  readonly table: string
  /** What became of the table itself. */
  readonly type: 'same' | 'added' | 'removed' | 'changed'
  /** Elements, or keys of a multimap or multiset, or 1 for a single value. */
  readonly added: number
  readonly removed: number
  readonly changed: number
  /** Number of elements in each version; `undefined` where there is no table, or a single value. */
  readonly countBefore: number | undefined
  readonly countAfter: number | undefined
}

/** What to compare. */
export interface DiffOptions {
  /** Names of tables; all when left out. */
  readonly tables?: readonly string[]
}

/** The two segments of a comparison, and how to let them go. */
export interface DiffSource {
  readonly before: Segment
  readonly after: Segment
  /** Called once, when the iteration has ended. */
  readonly release: () => void
}

/**
 * The changes from one version to another, found anew by each iteration: one after the other, none is kept. Both versions are
 * held while it runs, and let go at its end, also when it is left by `break` or an exception.
 */
export class Diff implements Iterable<Change> {
  readonly #open: () => DiffSource
  readonly #tables: ReadonlySet<string> | undefined

  /**
   * Made by `diffSegments` and `Store.diff`.
   *
   * @internal
   */
  constructor(open: () => DiffSource, { tables }: DiffOptions = {}) {
    if (tables !== undefined && !(Array.isArray(tables) && tables.every((name) => typeof name === 'string'))) {
      throw new InvalidOptionError(`cannot compare: tables=${quote(tables)}, expected=a list of names.`, {
        path: 'tables',
      })
    }
    this.#open = open
    this.#tables = tables === undefined ? undefined : new Set(tables)
  }

  /** The changes, table by table, those by name. @throws CorruptionError, ClosedError, and what opening a version throws */
  *[Symbol.iterator](): Generator<Change, void> {
    const source = this.#open()
    try {
      for (const pair of this.#pairs(source)) yield* changesOf(pair)
    } finally {
      source.release()
    }
  }

  /** Counts the changes of each table, also of those that have none. Copies nothing. @throws as iterating does */
  summary(): TableSummary[] {
    const source = this.#open()
    try {
      return this.#pairs(source).map(summaryOf)
    } finally {
      source.release()
    }
  }

  #pairs({ before, after }: DiffSource): Pair[] {
    const older = new Map(before.stored().map((object) => [object.name, object]))
    const newer = new Map(after.stored().map((object) => [object.name, object]))
    const names = [...new Set([...older.keys(), ...newer.keys()])].sort((a, b) => (a < b ? -1 : 1))
    return names
      .filter((name) => this.#tables?.has(name) !== false)
      .map((table) => ({ table, older: older.get(table), newer: newer.get(table) }))
  }
}

/**
 * Compares two sealed segments by what they say of themselves; no schema is needed. Objects are compared by name; neighbouring
 * types, such as a row with one more field, by the names of their fields.
 *
 * Maps and sets are compared by key, multimaps and multisets by key with all its values or their number, tables by their first
 * unique index that both have, or without one as rows that are there so many times; vectors, deques, lists and arrays by position:
 * what is inserted at the front changes all. Numbers are equal as for `Object.is`. Pointers are equal when what they lead to is;
 * pointers in there are not followed.
 *
 * O(elements), each looked up once in the other segment and compared where it lies; only what differs is copied. Tables without
 * a unique index take 8 bytes a row and are sorted.
 *
 * @param before - the older one
 * @param after - the newer one
 * @throws InvalidOptionError while one of them is private, when iterating; closing them is the caller's
 *
 * @example
 * ```ts
 * for (const { table, kind, key, fields } of diffSegments(before, after)) console.log(table, kind, key, fields)
 * ```
 */
export function diffSegments(before: Segment, after: Segment, options: DiffOptions = {}): Diff {
  return new Diff(() => ({ before, after, release: nothing }), options)
}

interface Pair {
  readonly table: string
  readonly older: StoredObject | undefined
  readonly newer: StoredObject | undefined
}

function comparisonOf({ older, newer }: Pair): Comparison {
  const none = (): Memory => new Memory(new ArrayBuffer(0), 0, 0, false)
  return new Comparison(older?.memory ?? none(), newer?.memory ?? none())
}

function kindOf({ older, newer }: Pair): TableSummary['type'] {
  if (older === undefined) return 'added'
  if (newer === undefined) return 'removed'
  return older.description === newer.description ? 'same' : 'changed'
}

function* changesOf(pair: Pair): Generator<Change, void> {
  const { table, older, newer } = pair
  const kind = kindOf(pair)
  const type = {
    ...(older === undefined ? {} : { before: older.type }),
    ...(newer === undefined ? {} : { after: newer.type }),
  }
  const comparison = comparisonOf(pair)
  const whole = wholeOf(comparison, pair)
  if (whole !== undefined) {
    const change = changeOf(table, whole)
    yield kind === 'same' ? change : { ...change, type }
  } else if (kind !== 'same') yield { table, kind, key: undefined, type }
  for (const [a, b] of sidePairs(pair)) {
    for (const difference of differencesOf(comparison, a, b)) yield changeOf(table, difference)
  }
}

function changeOf(table: string, { kind, key, before, after, fields }: Difference): Change {
  const changedFields = fields()
  return {
    table,
    kind,
    key: key(),
    ...(kind === 'added' ? {} : { before: before() }),
    ...(kind === 'removed' ? {} : { after: after() }),
    ...(changedFields === undefined ? {} : { fields: changedFields }),
  }
}

/** What differs in an object that is a single value, on at least one side. */
function wholeOf(comparison: Comparison, { older, newer }: Pair): Difference | undefined {
  const [a, b] = [valueOf(older), valueOf(newer)]
  if (a !== undefined && b !== undefined) {
    if (older!.description === newer!.description && comparison.isSame(a.layout, a.address, b.layout, b.address))
      return undefined
    return changed(comparison, nothing, a.layout, a.address, b.layout, b.address)
  }
  if (a === undefined && b === undefined) return undefined
  const before = a === undefined ? nothing : copyLater(a.layout, a.memory, a.address)
  const after = b === undefined ? nothing : copyLater(b.layout, b.memory, b.address)
  const kind = older === undefined ? 'added' : newer === undefined ? 'removed' : 'changed'
  return { kind, key: nothing, before, after, fields: nothing }
}

function valueOf(object: StoredObject | undefined): StoredObject | undefined {
  return object === undefined || isContainer(object.layout) ? undefined : object
}

/** The containers to compare: each with an empty one when there is no other, or none it has anything in common with. */
function sidePairs({ older, newer }: Pair): (readonly [Side, Side])[] {
  const [a, b] = [containerOf(older), containerOf(newer)]
  const empty = (object: StoredObject): StoredObject & { address: undefined } =>
    ({ ...object, address: undefined }) as never
  if (a !== undefined && b !== undefined) {
    const sides = sidesOf(a, b)
    if (sides !== undefined) return [sides]
  }
  return [...(a === undefined ? [] : [sidesOf(a, empty(a))!]), ...(b === undefined ? [] : [sidesOf(empty(b), b)!])]
}

function containerOf(object: StoredObject | undefined): StoredObject | undefined {
  return object !== undefined && isContainer(object.layout) ? object : undefined
}

function summaryOf(pair: Pair): TableSummary {
  const counts = { added: 0, removed: 0, changed: 0 }
  const comparison = comparisonOf(pair)
  const whole = wholeOf(comparison, pair)
  if (whole !== undefined) counts[whole.kind]++
  for (const [a, b] of sidePairs(pair)) {
    for (const { kind } of differencesOf(comparison, a, b)) counts[kind]++
  }
  const [countBefore, countAfter] = [countOf(pair.older), countOf(pair.newer)]
  return { table: pair.table, type: kindOf(pair), ...counts, countBefore, countAfter }
}

function countOf(object: StoredObject | undefined): number | undefined {
  const container = containerOf(object)
  if (container === undefined) return undefined
  const [side] = sidesOf(container, container)!
  return side.form === 'sequence' ? side.length : side.structure.size(side.header)
}

import { View } from '../types/view.js'
import { modelOf } from './kinds.js'
import type { TypeModel } from './type-model.js'
import { isView } from './views.js'

/** Where two values differ first. */
export interface Difference {
  /** The way there: `[3].at.lat`, `words["to"]`; `value` for the whole. */
  readonly path: string
  /** What is there, written out; `missing` when nothing is. */
  readonly actual: string
  /** What should be there. */
  readonly expected: string
}

const MISSING = 'missing'

/**
 * Compares what reading gave with a plain value, by the rules of its type: `-0` and `NaN` are told from others in values and
 * equal as in keys where they are keys, bytes by content, an `f32` after rounding, defaults filled in, hashed containers and
 * multi-indexes in any order, all others in theirs.
 *
 * @param actual - a view, a live container, a `Ref`, or an array of such, as `toArray()` of a range gives it; anything else is
 * compared as it is
 * @param expected - a plain value, or a view of the same type
 * @returns where they differ first; `undefined` when they are equal
 * @throws ClosedError, StaleViewError as reading does
 *
 * @example
 * ```ts
 * import { Segment, string, struct, u32, vector } from 'hotseg'
 * import { difference } from 'hotseg/testing'
 *
 * const Words = vector(struct({ text: string, count: u32 }))
 * const words = Segment.inMemory().construct('words', Words, [{ text: 'to', count: 2 }])
 * difference(words, [{ text: 'to', count: 3 }]) // { path: '[0].count', actual: '2', expected: '3' }
 * ```
 */
export function difference(actual: unknown, expected: unknown): Difference | undefined {
  return differ(actual, expected, '')
}

/**
 * Whether what reading gave is equal to a plain value, as {@link difference} compares them.
 *
 * @param view - a view, a live container, a `Ref`, or an array of such
 * @param value - a plain value, or a view of the same type
 */
export function equalsValue(view: unknown, value: unknown): boolean {
  return difference(view, value) === undefined
}

function differ(actual: unknown, expected: unknown, path: string): Difference | undefined {
  if (actual instanceof View) {
    const model = modelOf(actual['hotseg.layout'].type)
    return differBy(model, plain(actual), isView(expected) ? expected.toObject() : expected, path)
  }
  if (Array.isArray(actual) && Array.isArray(expected))
    return differIn(indexed(actual), indexed(expected), path, (a, b, inner) => differ(a, b, inner))
  if (isObject(actual) && isObject(expected))
    return differIn(named(actual), named(expected), path, (a, b, inner) => differ(a, b, inner))
  const same = Object.is(actual, expected) || (isBytes(actual) && isBytes(expected) && hex(actual) === hex(expected))
  return same ? undefined : found(path, shown(actual), shown(expected))
}

const plain = (view: View): unknown => (isView(view) ? view.toObject() : undefined)

/** Compares two plain values of a type. */
function differBy(model: TypeModel, actual: unknown, expected: unknown, path: string): Difference | undefined {
  const [own, wanted] = [textOf(model, actual), textOf(model, expected)]
  if (own === wanted) return undefined
  const [ownPieces, wantedPieces] = [piecesOf(model, actual), piecesOf(model, expected)]
  if (ownPieces === undefined || wantedPieces === undefined) return found(path, own, wanted)
  const inner = differIn(ownPieces, wantedPieces, path, (a, b, at) => differBy(a.model, a.value, b.value, at))
  return inner ?? found(path, own, wanted)
}

type Pieces<T> = ReadonlyMap<string, T>

function differIn<T>(
  actual: Pieces<T>,
  expected: Pieces<T>,
  path: string,
  compare: (actual: T, expected: T, path: string) => Difference | undefined,
): Difference | undefined {
  for (const step of new Set([...expected.keys(), ...actual.keys()])) {
    const [own, wanted] = [actual.get(step), expected.get(step)]
    const at = `${path}${step}`
    if (!actual.has(step)) return found(at, MISSING, shown(wanted))
    if (!expected.has(step)) return found(at, shown(own), MISSING)
    const inner = compare(own!, wanted!, at)
    if (inner !== undefined) return inner
  }
  return undefined
}

function textOf(model: TypeModel, value: unknown): string {
  try {
    return model.text(value)
  } catch {
    return shown(value)
  }
}

interface Piece {
  readonly model: TypeModel
  readonly value: unknown
}

function piecesOf(model: TypeModel, value: unknown): Pieces<Piece> | undefined {
  try {
    return model.pieces(value)
  } catch {
    return undefined
  }
}

function found(path: string, actual: string, expected: string): Difference {
  return { path: path === '' ? 'value' : path.replace(/^\./, ''), actual, expected }
}

const indexed = (list: readonly unknown[]): Pieces<unknown> => new Map(list.map((each, i) => [`[${i}]`, each]))
const named = (object: object): Pieces<unknown> =>
  new Map(Object.entries(object).map(([name, each]): [string, unknown] => [`.${name}`, each]))
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16)).join()

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'model' in value && 'value' in value)
    return textOf(value.model as TypeModel, value.value)
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'bigint') return `${value}n`
  try {
    const text = JSON.stringify(value) as string | undefined
    return text ?? String(value)
  } catch {
    return String(value)
  }
}

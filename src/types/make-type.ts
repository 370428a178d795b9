import { InvalidOptionError } from '../errors/errors.js'
import { isKeyed, type KeyedKind } from './keyed-kinds.js'
import type { Kind, Type } from './type.js'

const KINDS: ReadonlySet<unknown> = new Set<Exclude<Kind, KeyedKind>>([
  ...(['bool', 'u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'u64', 'i64'] as const),
  ...(['string', 'bytes', 'struct', 'array', 'enumeration', 'optional', 'withDefault', 'variant'] as const),
  ...(['vector', 'deque', 'list', 'multiIndex'] as const),
  ...(['offsetPtr', 'weakPtr', 'sharedPtr', 'uniquePtr'] as const),
])

/**
 * Freezes the data of a type. The member `'~'` is left out: it exists for the compiler only, which is why this is the one
 * place with a cast.
 */
export function makeType<T extends Type>(data: Omit<T, '~'>): T {
  return Object.freeze(data) as T
}

/**
 * Whether a value is a type. Told by `kind`, not by class, so that types of another copy of the package count too; by an
 * own data property, so that a field called `kind` that is a getter is not called.
 */
export function isType(value: unknown): value is Type {
  if (typeof value !== 'object' || value === null) return false
  const kind: unknown = Object.getOwnPropertyDescriptor(value, 'kind')?.value
  return KINDS.has(kind) || isKeyed(kind)
}

/**
 * Refuses an argument that is not a type.
 *
 * @param place - what the argument is, as the message names it: `element of vector`
 * @throws InvalidOptionError when it is not a type
 */
export function requireType(value: unknown, place: string): asserts value is Type {
  if (isType(value)) return
  const hint =
    value === undefined
      ? 'It may not have been initialised yet: write fields that refer to later types as getters.'
      : 'Pass a type such as u32, string or struct({ ... }).'
  throw new InvalidOptionError(`${place} is not a type: value=${quote(value)}. ${hint}`, { actual: value })
}

/** A value as messages show it: short, on one line, never throwing. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'bigint') return `${value.toString()}n`
  if (isType(value)) return value.kind
  if (Array.isArray(value)) return `[${value.length} elements]`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}

import type fc from 'fast-check'
import { pathText } from '../types/layout.js'
import type { Type } from '../types/type.js'
import { modelOf } from './kinds.js'

/** A value that a type refuses. */
export interface NearMiss {
  /** The value: right but for one thing. */
  readonly value: unknown
  /** Where that is, as `InvalidValueError.path` spells it: `[3].at.lat`; `value` for the whole. */
  readonly path: string
}

const DEPTH = 2

/**
 * Values with exactly one thing wrong, often deep inside: a number out of range, `null` for a missing value, a field that is
 * missing, an element too many.
 *
 * @param type - any type
 * @throws InvalidOptionError when `type` is none
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { Segment, string, struct, u8, vector } from 'hotseg'
 * import { invalid } from 'hotseg/testing'
 *
 * const Words = vector(struct({ text: string, count: u8 }))
 * fc.assert(
 *   fc.property(invalid(Words), ({ value, path }) => {
 *     try {
 *       Segment.inMemory().construct('words', Words, value as never)
 *     } catch (error) {
 *       return (error as { path?: string }).path === path
 *     }
 *     return value === undefined // constructs an empty one
 *   }),
 * )
 * ```
 */
export function invalid(type: Type): fc.Arbitrary<NearMiss> {
  return modelOf(type)
    .drawWrong({ depth: DEPTH, isPlain: true, hasLeads: false })!
    .map(({ value, path }) => ({ value, path: pathText(path, path.length) }))
}

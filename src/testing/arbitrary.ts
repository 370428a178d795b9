import type fc from 'fast-check'
import type { Infer, Input, Type } from '../types/type.js'
import { modelOf } from './kinds.js'

/** What {@link arbitrary} is to draw. */
export interface ArbitraryOptions {
  /**
   * Whether fields with a default may be left out, numbers may be such that an `f32` rounds them, and lists of entries may
   * repeat a key: all that writing accepts, rather than what `toObject()` gives. Not, when left out.
   */
  readonly inputs?: boolean | undefined
  /** How many times a struct that contains itself may do so, one inside the other; 2 when left out. */
  readonly depth?: number | undefined
}

const DEPTH = 2

/**
 * Valid plain values of a type, rich in edge cases: limits of integers, `-0`, `NaN` and infinities, strings with every kind of
 * code unit and lone surrogates, empty containers, optional fields that are missing. Keys are unique where a container holds
 * each once, and rows of a multi-index do not clash. Pointers are null: there is no segment yet to point into.
 *
 * @param type - any type
 * @param options - what is drawn
 * @throws InvalidOptionError when `type` is none
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { Segment, string, struct, u32, vector } from 'hotseg'
 * import { arbitrary, difference } from 'hotseg/testing'
 *
 * const City = struct({ id: u32, name: string })
 * fc.assert(
 *   fc.property(arbitrary(vector(City)), (cities) => {
 *     const segment = Segment.inMemory()
 *     const stored = segment.construct('cities', vector(City), cities)
 *     return difference(stored, cities) === undefined
 *   }),
 * )
 * ```
 */
export function arbitrary<T extends Type>(
  type: T,
  options: ArbitraryOptions & { readonly inputs: true },
): fc.Arbitrary<Input<T>>
export function arbitrary<T extends Type>(type: T, options?: ArbitraryOptions): fc.Arbitrary<Infer<T>>
export function arbitrary(type: Type, { inputs = false, depth = DEPTH }: ArbitraryOptions = {}): fc.Arbitrary<unknown> {
  return modelOf(type).draw({ depth, isPlain: !inputs, hasLeads: false })!
}

import { makeType, requireType } from '../types/make-type.js'
import type { Infer, Input, Type, TypeInfo } from '../types/type.js'
import type { ReadonlyVector, Vector } from './vector-type.js'

/** A sequence that grows at both ends. */
export interface DequeType<T extends Type> extends Type {
  readonly kind: 'deque'
  readonly element: T
  readonly '~': DequeInfo<T>
}

/** What the compiler knows about a deque. */
export interface DequeInfo<T extends Type> extends TypeInfo {
  readonly value: Infer<T>[]
  readonly input: object & Iterable<Input<T>>
  readonly view: Deque<T>
  readonly readonlyView: ReadonlyDeque<T>
  readonly opened: Deque<T>
  readonly readonlyOpened: ReadonlyDeque<T>
  readonly key: false
  readonly assignable: false
}

/** A deque in a segment, read in place: all that a vector can do. */
export type ReadonlyDeque<T extends Type> = ReadonlyVector<T>

/**
 * A deque in a writable segment: all that a vector can do, and both ends. `insert` and `erase` move the elements on the
 * shorter side. The capacity is a power of two.
 */
export interface Deque<T extends Type> extends Vector<T> {
  /**
   * Prepends, so that the values come first in the order given; views of other elements stay good while there is room.
   * Amortised O(1) for each value; a block is allocated in the segment when there is no room.
   *
   * @returns the new length
   * @throws InvalidValueError when one does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  unshift(...values: Input<T>[]): number
  /**
   * Takes the first element off; views of all elements become stale. O(1), allocates nothing in the segment.
   *
   * @returns it, copied out; `undefined` when the deque is empty
   */
  shift(): Infer<T> | undefined
}

/**
 * A sequence that grows at both ends: a ring of slots in one block.
 *
 * @param element - the type of the elements
 * @throws InvalidOptionError when `element` is not a type
 * @example
 * ```ts
 * import { deque, Segment, u32 } from 'hotseg'
 * const segment = Segment.inMemory()
 * const recent = segment.construct('recent', deque(u32), [2, 3])
 * recent.unshift(1)
 * recent.push(4)
 * recent.shift() // 1
 * recent.toObject() // [2, 3, 4]
 * ```
 */
export function deque<T extends Type>(element: T): DequeType<T> {
  requireType(element, 'element of deque')
  return makeType<DequeType<T>>({ kind: 'deque', element })
}

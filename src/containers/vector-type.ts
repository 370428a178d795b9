import { makeType, requireType } from '../types/make-type.js'
import type { Infer, Input, ReadonlyView, Type, TypeInfo, View } from '../types/type.js'

/** A sequence that grows. */
export interface VectorType<T extends Type> extends Type {
  readonly kind: 'vector'
  readonly element: T
  readonly '~': VectorInfo<T>
}

/** What the compiler knows about a vector. */
export interface VectorInfo<T extends Type> extends TypeInfo {
  readonly value: Infer<T>[]
  readonly input: object & Iterable<Input<T>>
  readonly view: Vector<T>
  readonly readonlyView: ReadonlyVector<T>
  readonly opened: Vector<T>
  readonly readonlyOpened: ReadonlyVector<T>
  readonly key: false
  readonly assignable: false
}

/** A vector in a segment, read in place. */
export interface ReadonlyVector<T extends Type> extends Iterable<ReadonlyView<T>> {
  /** The type of the elements. */
  readonly elementType: T
  /** The number of elements. */
  readonly length: number
  /** The number of elements that fit before room must be found. */
  readonly capacity: number
  /**
   * Reads an element.
   *
   * @param index - a position; negative ones count from the end
   * @returns the value or a view; `undefined` outside the vector
   */
  at(index: number): ReadonlyView<T> | undefined
  /**
   * Calls back for each element in order. Where these are structs, all calls get one and the same view, which is put on one
   * element after the other: it must not be kept, and throws `StaleViewError` after the end. O(length), makes one view.
   */
  forEach(callback: (value: ReadonlyView<T>, index: number) => void): void
  /** The elements in order. */
  [Symbol.iterator](): IterableIterator<ReadonlyView<T>, undefined, unknown>
  /** `[index, element]` in order. */
  entries(): IterableIterator<[number, ReadonlyView<T>], undefined, unknown>
  /** The positions. */
  keys(): IterableIterator<number, undefined, unknown>
  /** The elements in order. */
  values(): IterableIterator<ReadonlyView<T>, undefined, unknown>
  /** Copies all elements out. */
  toObject(): Infer<T>[]
  /** The elements for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
  /**
   * Walks the whole vector.
   *
   * @throws CorruptionError when the segment contradicts itself
   */
  checkInvariants(): void
}

/**
 * A vector in a writable segment. Every method that writes does so wholly or not at all: it throws `InvalidValueError` when
 * a value does not fit and `OutOfSpaceError` when there is no room, and then nothing has changed.
 */
export interface Vector<T extends Type> extends ReadonlyVector<T> {
  at(index: number): View<T> | undefined
  forEach(callback: (value: View<T>, index: number) => void): void
  [Symbol.iterator](): IterableIterator<View<T>, undefined, unknown>
  entries(): IterableIterator<[number, View<T>], undefined, unknown>
  values(): IterableIterator<View<T>, undefined, unknown>
  /**
   * Writes an element in place.
   *
   * @param index - a position within the vector; negative ones count from the end
   * @throws InvalidValueError when there is no such position
   */
  set(index: number, value: Input<T>): void
  /** Replaces all elements. */
  assign(values: object & Iterable<Input<T>>): void
  /**
   * Appends; amortised constant time.
   *
   * @returns the new length
   */
  push(...values: Input<T>[]): number
  /**
   * Takes the last element off.
   *
   * @returns it, copied out; `undefined` when the vector is empty
   */
  pop(): Infer<T> | undefined
  /**
   * Inserts before a position; those behind it move, and views of them become stale.
   *
   * @param index - 0 to `length`; negative ones count from the end
   */
  insert(index: number, value: Input<T>): void
  /**
   * Erases elements; those behind them move, and views of all of these become stale.
   *
   * @param index - a position within the vector; negative ones count from the end
   * @param count - how many; 1 when left out
   */
  erase(index: number, count?: number): void
  /** Erases all elements; the room is kept. */
  clear(): void
  /** Makes room for at least so many elements in all. */
  reserve(count: number): void
  /** Gives back the room that no element uses. */
  shrinkToFit(): void
}

/** A sequence that grows, its elements side by side. */
export function vector<T extends Type>(element: T): VectorType<T> {
  requireType(element, 'element of vector')
  return makeType<VectorType<T>>({ kind: 'vector', element })
}

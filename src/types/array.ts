import { InvalidOptionError } from '../errors/errors.js'
import { makeType, quote, requireType } from './make-type.js'
import type { Infer, Input, ReadonlyView, Type, TypeInfo, View } from './type.js'

/** A fixed number of elements. */
export interface ArrayType<T extends Type> extends Type {
  readonly kind: 'array'
  readonly element: T
  readonly length: number
  readonly '~': ArrayInfo<T>
}

/** What the compiler knows about an array. */
export interface ArrayInfo<T extends Type> extends TypeInfo {
  readonly value: Infer<T>[]
  readonly input: object & Iterable<Input<T>>
  readonly view: FixedArray<T>
  readonly readonlyView: ReadonlyFixedArray<T>
  readonly opened: FixedArray<T>
  readonly readonlyOpened: ReadonlyFixedArray<T>
  readonly key: T['~']['key']
  readonly assignable: false
}

/** An array in a segment, read in place. */
export interface ReadonlyFixedArray<T extends Type> extends Iterable<ReadonlyView<T>> {
  /** The type of the elements. */
  readonly elementType: T
  /** The number of elements, which never changes. */
  readonly length: number
  /**
   * Reads an element.
   *
   * @param index - a position; negative ones count from the end
   * @returns the value or a view; `undefined` outside the array
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
   * Walks the whole array.
   *
   * @throws CorruptionError when the segment contradicts itself
   */
  checkInvariants(): void
}

/** An array in a writable segment. */
export interface FixedArray<T extends Type> extends ReadonlyFixedArray<T> {
  at(index: number): View<T> | undefined
  forEach(callback: (value: View<T>, index: number) => void): void
  [Symbol.iterator](): IterableIterator<View<T>, undefined, unknown>
  entries(): IterableIterator<[number, View<T>], undefined, unknown>
  values(): IterableIterator<View<T>, undefined, unknown>
  /**
   * Writes an element in place.
   *
   * @param index - a position within the array; negative ones count from the end
   * @throws InvalidValueError when the value does not fit; nothing is written
   */
  set(index: number, value: Input<T>): void
  /**
   * Writes all elements.
   *
   * @param values - as many as the array has
   * @throws InvalidValueError when one does not fit or their number is wrong; nothing is written
   */
  assign(values: object & Iterable<Input<T>>): void
}

const LENGTH_MAX = 2 ** 31 - 1

/**
 * A fixed number of elements, stored in place.
 *
 * @param length - an integer from 0 to 2^31 - 1
 * @throws InvalidOptionError when it is not
 */
export function array<T extends Type>(element: T, length: number): ArrayType<T> {
  requireType(element, 'element of array')
  if (!Number.isInteger(length) || length < 0 || length > LENGTH_MAX)
    throw new InvalidOptionError(`array has a wrong length: length=${quote(length)}, allowed=0..2147483647.`, {
      actual: length,
    })
  return makeType<ArrayType<T>>({ kind: 'array', element, length })
}

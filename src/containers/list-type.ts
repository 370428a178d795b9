import { makeType, requireType } from '../types/make-type.js'
import type { ReadonlyRef, Ref } from '../types/ref.js'
import type { Infer, Input, ReadonlyView, Type, TypeInfo, View } from '../types/type.js'

/** A chain of elements that never move. */
export interface ListType<T extends Type> extends Type {
  readonly kind: 'list'
  readonly element: T
  readonly '~': ListInfo<T>
}

/** What the compiler knows about a list. */
export interface ListInfo<T extends Type> extends TypeInfo {
  readonly value: Infer<T>[]
  readonly input: object & Iterable<Input<T>>
  readonly view: List<T>
  readonly readonlyView: ReadonlyList<T>
  readonly opened: List<T>
  readonly readonlyOpened: ReadonlyList<T>
  readonly key: false
  readonly assignable: false
}

/** An element of a list where nothing is written: its value, and the way to those beside it. */
export interface ReadonlyListPosition<T extends Type> extends ReadonlyRef<T> {
  /**
   * The element after this one. O(1).
   *
   * @returns `undefined` behind the last one
   */
  next(): ReadonlyListPosition<T> | undefined
  /**
   * The element before this one. O(1).
   *
   * @returns `undefined` before the first one
   */
  previous(): ReadonlyListPosition<T> | undefined
}

/**
 * An element of a list in a writable segment: its value, which can be assigned to, and the way to those beside it. It stays
 * good wherever the element is chained, also in another list, and throws `StaleViewError` once the element is erased. An
 * `offsetPtr` to the type of the elements takes positions.
 */
export interface ListPosition<T extends Type> extends Ref<T> {
  /**
   * The element after this one. O(1).
   *
   * @returns `undefined` behind the last one
   */
  next(): ListPosition<T> | undefined
  /**
   * The element before this one. O(1).
   *
   * @returns `undefined` before the first one
   */
  previous(): ListPosition<T> | undefined
}

/** What tells an element: a position, or the view of an element that is a struct or a container. */
export type ListPlace<T extends Type> =
  | ListPosition<T>
  | (View<T> & {
      /** Copies the element out. */
      toObject(): unknown
    })

/** A list in a segment, read in place. Positions and iterators go from one element to the next. */
export interface ReadonlyList<T extends Type> extends Iterable<ReadonlyView<T>> {
  /** The type of the elements. */
  readonly elementType: T
  /** The number of elements. */
  readonly length: number
  /** The number of elements, as other containers without positions by number call it. */
  readonly size: number
  /** The position of the first element, `undefined` when there is none. O(1). */
  first(): ReadonlyListPosition<T> | undefined
  /** The position of the last element, `undefined` when there is none. O(1). */
  last(): ReadonlyListPosition<T> | undefined
  /** Calls back for each element in order; views may be kept. */
  forEach(callback: (value: ReadonlyView<T>) => void): void
  /** The elements in order. */
  [Symbol.iterator](): IterableIterator<ReadonlyView<T>, undefined, unknown>
  /** The elements in order. */
  values(): IterableIterator<ReadonlyView<T>, undefined, unknown>
  /** The positions in order. */
  positions(): IterableIterator<ReadonlyListPosition<T>, undefined, unknown>
  /** Copies all elements out. */
  toObject(): Infer<T>[]
  /** The elements for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
  /**
   * Walks the whole list.
   *
   * @throws CorruptionError when the segment contradicts itself
   */
  checkInvariants(): void
}

/**
 * A list in a writable segment. Elements never move: views, positions and pointers stay good until their element is erased,
 * whatever happens to others. Every method that writes does so wholly or not at all; functions are called before anything is
 * written, and one that throws, or changes the list, leaves it as it was. An open iteration throws `StaleViewError` at its next
 * step when the list has changed; `removeIf` erases on the way.
 */
export interface List<T extends Type> extends ReadonlyList<T> {
  first(): ListPosition<T> | undefined
  last(): ListPosition<T> | undefined
  forEach(callback: (value: View<T>) => void): void
  [Symbol.iterator](): IterableIterator<View<T>, undefined, unknown>
  values(): IterableIterator<View<T>, undefined, unknown>
  positions(): IterableIterator<ListPosition<T>, undefined, unknown>
  /**
   * Appends. O(1) for each value, which takes a block in the segment.
   *
   * @returns the new length
   * @throws InvalidValueError when one does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  push(...values: Input<T>[]): number
  /**
   * Prepends, so that the values come first in the order given; else as `push`.
   *
   * @returns the new length
   */
  unshift(...values: Input<T>[]): number
  /** Takes the last element off. @returns it, copied out; `undefined` when the list is empty */
  pop(): Infer<T> | undefined
  /** Takes the first element off. @returns it, copied out; `undefined` when the list is empty */
  shift(): Infer<T> | undefined
  /**
   * Inserts before an element. O(1).
   *
   * @returns the position of the new element
   * @throws InvalidValueError when the value does not fit, or the position is of no element of this list; nothing is written
   */
  insertBefore(position: ListPlace<T>, value: Input<T>): ListPosition<T>
  /** Inserts after an element; else as `insertBefore`. @returns the position of the new element */
  insertAfter(position: ListPlace<T>, value: Input<T>): ListPosition<T>
  /**
   * Erases an element; views of it, and pointers to it, become stale. O(1).
   *
   * @throws InvalidValueError when the position is of no element of this list
   * @throws StaleViewError when it was erased before
   */
  erase(position: ListPlace<T>): void
  /** Erases all elements. O(length). */
  clear(): void
  /** Replaces all elements. */
  assign(values: object & Iterable<Input<T>>): void
  /**
   * Moves elements of a list, this or another, to before an element of this list. They stay where they are in the segment:
   * views, positions and pointers stay good. O(elements moved).
   *
   * @param before - where they come; `undefined` for the end
   * @param from - a list of the same type in the same segment
   * @param first - the first that is moved; left out, the first of the list
   * @param end - the one behind the last that is moved; left out, all up to the end
   * @throws InvalidValueError when these are no elements of the lists, or `end` comes before `first`; nothing is changed
   */
  splice(before: ListPlace<T> | undefined, from: List<T>, first?: ListPlace<T>, end?: ListPlace<T>): void
  /**
   * Sorts; equal elements keep their order. O(n log n), and an array of all elements on the JavaScript heap.
   *
   * @param compare - as for Array's `sort`; left out, elements that can be keys are ordered as keys
   * @throws InvalidOptionError when it is left out and elements cannot be keys
   */
  sort(compare?: (a: View<T>, b: View<T>) => number): void
  /** Turns the order round. O(length). */
  reverse(): void
  /**
   * Erases the elements for which a function returns `true`.
   *
   * @returns how many
   */
  removeIf(predicate: (value: View<T>) => boolean): number
  /**
   * Erases elements that equal the one before them that stays.
   *
   * @param equal - left out, elements that can be keys are compared as keys
   * @returns how many
   */
  unique(equal?: (kept: View<T>, next: View<T>) => boolean): number
  /**
   * Moves all elements of another list here, so that both, when sorted, come out sorted; of equal elements those of this list
   * come first. They stay where they are in the segment. O(n + m).
   *
   * @param other - a list of the same type in the same segment; empty afterwards
   * @param compare - as for `sort`
   */
  merge(other: List<T>, compare?: (a: View<T>, b: View<T>) => number): void
}

/**
 * A chain of elements that never move, so that pointers may lead to them, and that can be put in another order, and in
 * another list, without being copied.
 *
 * @param element - the type of the elements
 * @throws InvalidOptionError when `element` is not a type
 * @example
 * ```ts
 * import { list, Segment, string } from 'hotseg'
 * const segment = Segment.inMemory()
 * const steps = segment.construct('steps', list(string), ['mix', 'bake'])
 * const bake = steps.last()
 * if (bake !== undefined) steps.insertBefore(bake, 'knead')
 * steps.toObject() // ['mix', 'knead', 'bake']
 * bake?.previous()?.value // 'knead'
 * ```
 */
export function list<T extends Type>(element: T): ListType<T> {
  requireType(element, 'element of list')
  return makeType<ListType<T>>({ kind: 'list', element })
}

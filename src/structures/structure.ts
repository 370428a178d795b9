import type { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import type { Key, KeyPolicy } from './key-policy.js'

/**
 * What indexes need of a structure of elements, whatever orders them; where no key does, the key has no parts. A change goes in
 * steps, so that one may span several structures and still fail as a whole: first every structure reserves what it will
 * need, then all link.
 */
export interface Structure {
  readonly memory: Memory
  /** A new, empty header block. @throws OutOfSpaceError */
  create(heap: Heap): number
  /** Number of elements. */
  size(header: number): number
  /** The counter that every insertion and deletion advances. */
  changes(header: number): number
  /** Offset of the first element with the key, or 0. */
  find(header: number, key: Key): number
  /** Whether this element, which has the key, is in it. */
  contains(header: number, key: Key, offset: number): boolean
  /**
   * Allocates what linking one more element may need.
   *
   * @param age - its place among equal keys
   * @param leaving - an element that is unlinked first, if any
   * @throws OutOfSpaceError
   */
  reserve(heap: Heap, header: number, key: Key, age: number, leaving?: number): void
  /** Adds an element after `reserve`. Cannot fail. */
  link(heap: Heap, header: number, key: Key, offset: number): void
  /** Takes an element out. Cannot fail in a sound structure. */
  unlink(heap: Heap, header: number, key: Key, offset: number): void
  /** Goes through all elements, in order if there is one. */
  cursor(header: number): Cursor
  /** Frees all but the header; the elements are the caller's. */
  clear(heap: Heap, header: number): void
  /** Frees all; the elements are the caller's. */
  destroy(heap: Heap, header: number): void
  /** Allocates room for so many keys in all, where that makes sense. @throws OutOfSpaceError - nothing is changed */
  reserveTotal(heap: Heap, header: number, total: number): void
  /** Puts what `reserveTotal` allocated in place. Cannot fail. */
  adoptTotal(heap: Heap, header: number): void
  /**
   * Walks all blocks and elements.
   *
   * @param claim - called once with each block of the structure itself
   * @param visit - called once with each element
   * @throws CorruptionError naming the first contradiction
   */
  check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void
}

/** What containers and indexes need of a hash table, a tree or a sorted array. */
export interface KeyedStructure extends Structure {
  /** Goes through the elements that have the key, the oldest first. */
  equal(header: number, key: Key): Cursor
  /**
   * Looks up many keys; `undefined` ones are not there.
   *
   * @param found - gets the offset of each key's first element or 0, whatever it held before
   */
  findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void
}

/** A position in an ordered structure: before entry `index` of block `leaf`; leaf 0 is the end of an empty one. */
export interface Position {
  readonly leaf: number
  readonly index: number
}

/** What ordered containers and indexes need besides. */
export interface OrderedStructure extends KeyedStructure {
  readonly policy: KeyPolicy
  /**
   * The first position whose element is not before a key.
   *
   * @param partCount - how many leading parts of the key are given
   * @param isPrefix - whether the last of them is a string that continues
   * @param isAfter - the first position after all elements that begin with the key, instead
   */
  seek(header: number, key: Key, partCount: number, isPrefix: boolean, isAfter: boolean): Position
  /** The position of the first element; index 0 of leaf 0 when there is none. */
  first(header: number): Position
  /** The position behind the last element. */
  end(header: number): Position
  /** Offset of the element at a position, or 0 behind the last one. */
  elementAt(position: Position): number
  /** Offset of the last element, or 0. */
  last(header: number): number
  /** Number of elements between two positions. */
  distance(from: Position, to: Position): number
  /** Goes from one position to another, or back; gives `most` elements at most. */
  between(from: Position, to: Position, most: number, isReverse: boolean): Cursor
}

/** A way through elements. */
export interface Cursor {
  /** Offset of the next element, 0 at the end. */
  next(): number
}

/**
 * Elements side by side in the order of their keys (docs/format.md, "Sorted array").
 *
 * ```
 * header | arrayOffset | changes |
 * array  | length | capacity | element | element | ...        elements from byte 8, at multiples of the stride
 * ```
 *
 * Elements move when others come or go before them, or the array grows: then the array gets another serial, or another
 * block, and views of its elements are stale. Invariants
 * 1. Keys ascend, no two are equal.
 * 2. What stands behind the last element is nobody's: a new one is written there, and brought to its place by `link`.
 */
import { CorruptionError, OutOfSpaceError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Key, KeyPolicy } from './key-policy.js'
import type { Cursor, OrderedStructure, Position } from './structure.js'

const HEADER_BYTES = 8
const ARRAY_OFFSET = 0
const CHANGES_OFFSET = 4

const LENGTH_OFFSET = 0
const CAPACITY_OFFSET = 4
const ELEMENTS_GRANULES = 1
const CAPACITY_LEAST = 4

/** Operations on sorted arrays of one kind; `header` is the offset of an array's header block, 0 for an empty one. */
export class SortedArray implements OrderedStructure {
  readonly memory: Memory
  readonly policy: KeyPolicy
  /** Granules from one element to the next. */
  private readonly stride: number
  /** An array with room for more that is to take the place of the present one; 0 for none. */
  private grown = 0
  /** Whether the element linked last became the last one, as the next one may, too. */
  private isAppending = false

  /** @param elementBytes - bytes of an element */
  constructor(memory: Memory, policy: KeyPolicy, elementBytes: number) {
    this.memory = memory
    this.policy = policy
    this.stride = Math.ceil(elementBytes / GRANULE_BYTES)
  }

  create(heap: Heap): number {
    return heap.allocateZeroed(HEADER_BYTES)
  }

  size(header: number): number {
    return this.lengthOf(this.arrayOf(header))
  }

  changes(header: number): number {
    return header === 0 ? 0 : this.memory.word(header * GRANULE_BYTES + CHANGES_OFFSET)
  }

  /** Offset of the block with the elements, which views of them stand on; 0 when there is none. */
  arrayOf(header: number): number {
    return header === 0 ? 0 : this.memory.word(header * GRANULE_BYTES + ARRAY_OFFSET)
  }

  /** Number of elements that fit. */
  capacity(header: number): number {
    return this.capacityOf(this.arrayOf(header))
  }

  private capacityOf(array: number): number {
    return array === 0 ? 0 : this.memory.word(array * GRANULE_BYTES + CAPACITY_OFFSET)
  }

  /** Number of elements. @throws CorruptionError when they are not all inside the segment */
  private lengthOf(array: number): number {
    if (array === 0) return 0
    const length = this.memory.word(array * GRANULE_BYTES + LENGTH_OFFSET)
    const end = this.placeOf(array, length) * GRANULE_BYTES
    if (end > this.memory.byteLength) throw this.memory.fault(end)
    return length
  }

  private placeOf(array: number, index: number): number {
    return array + ELEMENTS_GRANULES + index * this.stride
  }

  find(header: number, key: Key): number {
    const array = this.arrayOf(header)
    const length = this.lengthOf(array)
    if (length === 0 || (this.isAppending && this.isBehind(array, length, key))) return 0
    const index = this.rank(array, length, key, this.policy.parts.length, false, false)
    if (index === length) return 0
    const offset = this.placeOf(array, index)
    return this.policy.equals(this.memory, key, offset) ? offset : 0
  }

  /** Whether a key comes behind all elements. */
  private isBehind(array: number, length: number, key: Key): boolean {
    const last = this.placeOf(array, length - 1)
    return this.policy.compare(this.memory, key, last, this.policy.parts.length, false) > 0
  }

  /** Number of elements before the key, or with `isAfter` before the first that is behind it. */
  private rank(
    array: number,
    length: number,
    key: Key,
    partCount: number,
    isPrefix: boolean,
    isAfter: boolean,
  ): number {
    const { memory, policy } = this
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = policy.compare(memory, key, this.placeOf(array, middle), partCount, isPrefix)
      if (order > 0 || (isAfter && order === 0)) low = middle + 1
      else high = middle
    }
    return low
  }

  contains(header: number, key: Key, offset: number): boolean {
    return this.find(header, key) === offset
  }

  equal(header: number, key: Key): Cursor {
    const offset = this.find(header, key)
    return new SortedCursor(offset, offset === 0 ? 0 : 1, this.stride)
  }

  findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      found[i] = key === undefined ? 0 : this.find(header, key)
    }
  }

  seek(header: number, key: Key, partCount: number, isPrefix: boolean, isAfter: boolean): Position {
    const leaf = this.arrayOf(header)
    return { leaf, index: this.rank(leaf, this.lengthOf(leaf), key, partCount, isPrefix, isAfter) }
  }

  first(header: number): Position {
    return { leaf: this.arrayOf(header), index: 0 }
  }

  end(header: number): Position {
    const leaf = this.arrayOf(header)
    return { leaf, index: this.lengthOf(leaf) }
  }

  elementAt({ leaf, index }: Position): number {
    return index < this.lengthOf(leaf) ? this.placeOf(leaf, index) : 0
  }

  last(header: number): number {
    const { leaf, index } = this.end(header)
    return index === 0 ? 0 : this.placeOf(leaf, index - 1)
  }

  distance(from: Position, to: Position): number {
    return Math.max(0, to.index - from.index)
  }

  between(from: Position, to: Position, most: number, isReverse: boolean): Cursor {
    const count = Math.min(most, this.distance(from, to))
    return isReverse
      ? new SortedCursor(this.placeOf(to.leaf, to.index - 1), count, -this.stride)
      : new SortedCursor(this.placeOf(from.leaf, from.index), count, this.stride)
  }

  cursor(header: number): Cursor {
    return this.between(this.first(header), this.end(header), Infinity, false)
  }

  /**
   * Zeroed bytes behind the last element, for one that is to be linked; in a larger array, if the present one is full.
   *
   * @returns offset of the new element
   * @throws OutOfSpaceError - nothing is changed
   */
  makeElement(heap: Heap, header: number): number {
    const present = this.arrayOf(header)
    const length = this.lengthOf(present)
    const capacity = this.capacityOf(present)
    this.grown = 0
    if (length >= capacity) this.grow(heap, present, Math.max(length + 1, capacity * 2, CAPACITY_LEAST), length + 1)
    const offset = this.placeOf(this.grown === 0 ? present : this.grown, length)
    this.memory.clear(offset * GRANULE_BYTES, this.stride * GRANULE_BYTES)
    return offset
  }

  reserve(): void {
    // Room was made with the element.
  }

  reserveTotal(heap: Heap, header: number, total: number): void {
    this.grown = 0
    const present = this.arrayOf(header)
    if (total > this.capacityOf(present)) this.grow(heap, present, total, total)
  }

  adoptTotal(heap: Heap, header: number): void {
    if (this.grown === 0) return
    this.adopt(heap, header)
    this.addChange(header)
  }

  /** Makes an array of more capacity, with a copy of the elements. */
  private grow(heap: Heap, present: number, capacity: number, needed: number): void {
    const { memory } = this
    const grown = this.allocate(heap, capacity, needed)
    const length = this.lengthOf(present)
    memory.setU32(grown * GRANULE_BYTES + LENGTH_OFFSET, length)
    const from = this.placeOf(present, 0) * GRANULE_BYTES
    if (present !== 0) memory.move(this.placeOf(grown, 0) * GRANULE_BYTES, from, length * this.stride * GRANULE_BYTES)
    this.grown = grown
  }

  // Where there is no room for as much as would be good, what is needed may still fit.
  private allocate(heap: Heap, capacity: number, needed: number): number {
    try {
      const array = heap.allocateZeroed(this.bytesFor(capacity))
      this.memory.setU32(array * GRANULE_BYTES + CAPACITY_OFFSET, capacity)
      return array
    } catch (error) {
      if (capacity === needed || !(error instanceof OutOfSpaceError)) throw error
      return this.allocate(heap, needed, needed)
    }
  }

  private bytesFor(capacity: number): number {
    return (ELEMENTS_GRANULES + capacity * this.stride) * GRANULE_BYTES
  }

  private adopt(heap: Heap, header: number): void {
    if (this.grown === 0) return
    const old = this.arrayOf(header)
    this.memory.setU32(header * GRANULE_BYTES + ARRAY_OFFSET, this.grown)
    this.grown = 0
    if (old !== 0) heap.free(old)
  }

  link(heap: Heap, header: number, key: Key, offset: number): void {
    this.adopt(heap, header)
    const array = this.arrayOf(header)
    const length = this.lengthOf(array)
    this.isAppending = length === 0 || this.isBehind(array, length, key)
    if (!this.isAppending) {
      const { memory } = this
      const place = this.placeOf(array, this.rank(array, length, key, this.policy.parts.length, false, false))
      const bytes = this.stride * GRANULE_BYTES
      const element = memory.copyOut(offset * GRANULE_BYTES, bytes)
      memory.move(place * GRANULE_BYTES + bytes, place * GRANULE_BYTES, (offset - place) * GRANULE_BYTES)
      memory.setBytes(place * GRANULE_BYTES, element)
      heap.renew(array)
    }
    this.setLength(header, array, length + 1)
  }

  unlink(heap: Heap, header: number, _key: Key, offset: number): void {
    const array = this.arrayOf(header)
    const length = this.lengthOf(array)
    const index = (offset - this.placeOf(array, 0)) / this.stride
    this.require(header, Number.isInteger(index) && index >= 0 && index < length, 'an element is not in it')
    const behind = this.placeOf(array, index + 1)
    const bytes = (this.placeOf(array, length) - behind) * GRANULE_BYTES
    this.memory.move(offset * GRANULE_BYTES, behind * GRANULE_BYTES, bytes)
    this.isAppending = false
    this.setLength(header, array, length - 1)
    heap.renew(array)
  }

  private setLength(header: number, array: number, length: number): void {
    this.memory.setU32(array * GRANULE_BYTES + LENGTH_OFFSET, length)
    this.addChange(header)
  }

  private addChange(header: number): void {
    this.memory.setU32(header * GRANULE_BYTES + CHANGES_OFFSET, this.changes(header) + 1)
  }

  /** Gives back the room that no element uses. */
  shrink(heap: Heap, header: number): void {
    const array = this.arrayOf(header)
    const length = this.lengthOf(array)
    if (length === this.capacityOf(array)) return
    if (length === 0) this.clear(heap, header)
    else if (heap.resize(array, this.bytesFor(length))) {
      this.memory.setU32(array * GRANULE_BYTES + CAPACITY_OFFSET, length)
    }
  }

  clear(heap: Heap, header: number): void {
    const array = this.arrayOf(header)
    if (array !== 0) heap.free(array)
    this.memory.setU32(header * GRANULE_BYTES + ARRAY_OFFSET, 0)
    this.isAppending = false
    this.addChange(header)
  }

  destroy(heap: Heap, header: number): void {
    this.clear(heap, header)
    heap.free(header)
  }

  check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void {
    if (header === 0) return
    claim(header)
    const array = this.arrayOf(header)
    if (array === 0) return
    claim(array)
    const { memory, policy } = this
    const length = this.lengthOf(array)
    const capacity = this.capacityOf(array)
    this.require(header, length <= capacity, 'it has more elements than room')
    const room = Heap.of(memory).payloadBytes(array)
    this.require(header, this.bytesFor(capacity) <= room, 'its block is too short')
    for (let index = 0; index < length; index++) {
      const offset = this.placeOf(array, index)
      const before = this.placeOf(array, index - 1)
      const isAfter =
        index === 0 || policy.compare(memory, policy.decode(memory, offset), before, policy.parts.length, false) > 0
      this.require(header, isAfter, 'elements are not in order')
      visit(offset)
    }
  }

  private require(header: number, holds: boolean, what: string): void {
    if (holds) return
    if (this.memory.lost) throw this.memory.fault(0)
    const offset = header * GRANULE_BYTES
    throw new CorruptionError(`sorted array is damaged: ${what}, offset=${offset}. Run verify.`, { offset })
  }
}

/** Elements side by side, in one direction. */
class SortedCursor implements Cursor {
  private offset: number
  private left: number
  private readonly step: number

  constructor(first: number, count: number, step: number) {
    this.offset = first
    this.left = count
    this.step = step
  }

  next(): number {
    if (this.left-- <= 0) return 0
    const { offset } = this
    this.offset += this.step
    return offset
  }
}

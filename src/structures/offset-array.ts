/**
 * Elements found by their position (docs/format.md, "Array of offsets").
 *
 * ```
 * header  | count | changes | arrayOffset | capacity |
 * array   | offset of each element ... |
 * element | ... | position |
 * ```
 */
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES } from '../memory/memory.js'
import type { Key } from './key-policy.js'
import { Positional } from './positional.js'
import type { Cursor } from './structure.js'

export const ARRAY_LINK_BYTES = 4
const ARRAY = 2
const CAPACITY = 3

const POSITION = 0

const CAPACITY_LEAST = 4

/** Operations on arrays of one kind; `header` is the offset of an array's header block, 0 for an empty one. */
export class OffsetArray extends Positional {
  private grown = 0
  private grownCapacity = 0

  /** Offset of the element at a position from 0 to the size; 0 at the size and beyond it. */
  at(header: number, position: number): number {
    return position < this.size(header) ? this.word(this.word(header, ARRAY), position) : 0
  }

  /** The position of an element. */
  positionOf(offset: number): number {
    return this.own(offset, POSITION)
  }

  first(header: number): number {
    return this.at(header, 0)
  }

  last(header: number): number {
    const size = this.size(header)
    return size === 0 ? 0 : this.at(header, size - 1)
  }

  next(header: number, offset: number): number {
    return this.at(header, this.positionOf(offset) + 1)
  }

  contains(header: number, _key: Key, offset: number): boolean {
    return this.at(header, this.positionOf(offset)) === offset
  }

  reserve(heap: Heap, header: number): void {
    this.grown = 0
    const capacity = this.word(header, CAPACITY)
    const needed = this.size(header) + 1
    if (needed > capacity) this.make(heap, Math.max(needed, capacity * 2, CAPACITY_LEAST))
  }

  reserveTotal(heap: Heap, header: number, total: number): void {
    this.grown = 0
    if (total > this.word(header, CAPACITY)) this.make(heap, total)
  }

  private make(heap: Heap, capacity: number): void {
    this.grown = heap.allocate(capacity * 4)
    this.grownCapacity = capacity
  }

  adoptTotal(heap: Heap, header: number): void {
    if (this.grown === 0) return
    const old = this.word(header, ARRAY)
    if (old !== 0) {
      this.memory.move(this.grown * GRANULE_BYTES, old * GRANULE_BYTES, this.size(header) * 4)
      heap.free(old)
    }
    this.setWord(header, ARRAY, this.grown)
    this.setWord(header, CAPACITY, this.grownCapacity)
    this.grown = 0
  }

  link(heap: Heap, header: number, _key: Key, offset: number): void {
    this.adoptTotal(heap, header)
    this.put(this.word(header, ARRAY), this.size(header), offset)
    this.count(header, 1)
  }

  private put(array: number, position: number, offset: number): void {
    this.setWord(array, position, offset)
    this.setOwn(offset, POSITION, position)
  }

  unlinkAll(header: number, offsets: readonly number[]): void {
    const array = this.word(header, ARRAY)
    let end = this.size(header)
    for (const offset of offsets) {
      this.require(header, this.contains(header, [], offset), 'an element is not at its position')
      const position = this.positionOf(offset)
      this.setWord(array, position, 0)
      end = Math.min(end, position)
    }
    for (let position = end; position < this.size(header); position++) {
      const offset = this.word(array, position)
      if (offset !== 0) this.put(array, end++, offset)
    }
    this.count(header, -offsets.length)
  }

  protected bring(header: number, offsets: readonly number[], isMoving: Set<number>, before: number): void {
    const to = before === 0 ? this.size(header) : this.positionOf(before)
    let [from, end] = [to, to]
    for (const offset of offsets) {
      const position = this.positionOf(offset)
      from = Math.min(from, position)
      end = Math.max(end, position + 1)
    }
    const array = this.word(header, ARRAY)
    const staying = (start: number, stop: number): number[] => {
      const between: number[] = []
      for (let position = start; position < stop; position++) {
        const offset = this.word(array, position)
        if (!isMoving.has(offset)) between.push(offset)
      }
      return between
    }
    let position = from
    for (const part of [staying(from, to), offsets, staying(to, end)])
      for (const offset of part) this.put(array, position++, offset)
    this.count(header, 0)
  }

  arrange(header: number, offsets: readonly number[]): void {
    const array = this.word(header, ARRAY)
    for (let position = 0; position < offsets.length; position++) this.put(array, position, offsets[position]!)
    this.count(header, 0)
  }

  walk(header: number, from: number, isReverse: boolean, most: number): Cursor {
    const start = from !== 0 ? this.positionOf(from) : isReverse ? this.size(header) - 1 : 0
    return new ArrayCursor(this, header, start, isReverse, Math.min(most, this.countMost(header)))
  }

  /** Empties the array and gives its block back; the elements are the caller's. */
  clear(heap: Heap, header: number): void {
    const array = this.word(header, ARRAY)
    if (array !== 0) heap.free(array)
    this.setWord(header, ARRAY, 0)
    this.setWord(header, CAPACITY, 0)
    this.count(header, -this.size(header))
  }

  destroy(heap: Heap, header: number): void {
    const array = this.word(header, ARRAY)
    if (array !== 0) heap.free(array)
    heap.free(header)
  }

  check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void {
    if (header === 0) return
    claim(header)
    const array = this.word(header, ARRAY)
    const capacity = this.word(header, CAPACITY)
    const size = this.size(header)
    if (array !== 0) claim(array)
    this.require(header, size <= capacity, 'it has more elements than room')
    const room = array === 0 ? 0 : Heap.of(this.memory).payloadBytes(array)
    this.require(header, capacity * 4 <= room, 'its array is too short')
    for (let position = 0; position < size; position++) {
      const offset = this.word(array, position)
      visit(offset)
      this.require(header, this.positionOf(offset) === position, 'an element has another position')
    }
  }
}

class ArrayCursor implements Cursor {
  private readonly array: OffsetArray
  private readonly header: number
  private readonly step: number
  private position: number
  private left: number

  constructor(array: OffsetArray, header: number, start: number, isReverse: boolean, most: number) {
    this.array = array
    this.header = header
    this.step = isReverse ? -1 : 1
    this.position = start
    this.left = most
  }

  next(): number {
    if (this.position < 0 || this.left-- <= 0) return 0
    const offset = this.array.at(this.header, this.position)
    this.position += this.step
    return offset
  }
}

import { CorruptionError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Key } from './key-policy.js'
import type { Cursor, Structure } from './structure.js'

export const POSITIONAL_HEADER_BYTES = 16
const COUNT = 0
const CHANGES = 1

/**
 * Elements in an order that users choose, not a key: their key has no parts. What chains and arrays of offsets have in common;
 * both header blocks begin with `count` and `changes`, and both keep words of theirs in the elements.
 */
export abstract class Positional implements Structure {
  readonly memory: Memory
  /** Byte offset of the structure's words in an element. */
  protected readonly linkOffset: number

  /** @param linkOffset - byte offset of the structure's words in an element */
  constructor(memory: Memory, linkOffset: number) {
    this.memory = memory
    this.linkOffset = linkOffset
  }

  /** Offset of the first element, 0 when there is none. */
  abstract first(header: number): number
  /** Offset of the last element, 0 when there is none. */
  abstract last(header: number): number
  /** Offset of the element after one, 0 after the last. */
  abstract next(header: number, offset: number): number
  /** Takes elements out. Cannot fail in a sound structure. */
  abstract unlinkAll(header: number, offsets: readonly number[]): void
  /** Puts all elements in the order given. Cannot fail in a sound structure. */
  abstract arrange(header: number, offsets: readonly number[]): void
  /**
   * Goes from an element to the last one, or back to the first.
   *
   * @param from - the element to begin with; 0 for the first, in reverse for the last
   * @param most - give no more elements
   */
  abstract walk(header: number, from: number, isReverse: boolean, most: number): Cursor
  abstract contains(header: number, key: Key, offset: number): boolean
  abstract reserve(heap: Heap, header: number): void
  abstract link(heap: Heap, header: number, key: Key, offset: number): void
  abstract clear(heap: Heap, header: number): void
  abstract destroy(heap: Heap, header: number): void
  abstract reserveTotal(heap: Heap, header: number, total: number): void
  abstract adoptTotal(heap: Heap, header: number): void
  abstract check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void
  protected abstract bring(header: number, offsets: readonly number[], isMoving: Set<number>, before: number): void

  create(heap: Heap): number {
    return heap.allocateZeroed(POSITIONAL_HEADER_BYTES)
  }

  size(header: number): number {
    return header === 0 ? 0 : this.word(header, COUNT)
  }

  changes(header: number): number {
    return header === 0 ? 0 : this.word(header, CHANGES)
  }

  /** Every element has the key of no parts. */
  find(header: number): number {
    return this.first(header)
  }

  unlink(_heap: Heap, header: number, _key: Key, offset: number): void {
    this.unlinkAll(header, [offset])
  }

  cursor(header: number): Cursor {
    return this.walk(header, 0, false, Infinity)
  }

  /**
   * Brings elements before another one, in the order given. Cannot fail in a sound structure.
   *
   * @param before - 0 for the end; when it is one of them, they come to where it stands
   */
  relocate(header: number, offsets: readonly number[], before: number): void {
    const isMoving = new Set(offsets)
    let behind = before
    for (let steps = isMoving.size; steps > 0 && isMoving.has(behind); steps--) behind = this.next(header, behind)
    this.bring(header, offsets, isMoving, behind)
  }

  protected count(header: number, by: number): void {
    this.setWord(header, COUNT, this.size(header) + by)
    this.setWord(header, CHANGES, this.word(header, CHANGES) + 1)
  }

  /** A bound for walks: links of a damaged structure may lead in a circle, and no sound one has more elements. */
  protected countMost(header: number): number {
    return Math.min(this.size(header), this.memory.byteLength / (2 * GRANULE_BYTES))
  }

  protected word(header: number, index: number): number {
    return this.memory.word((header * 2 + index) * 4)
  }

  protected setWord(header: number, index: number, value: number): void {
    this.memory.setU32((header * 2 + index) * 4, value)
  }

  /** Word `index` of the structure's in an element. */
  protected own(offset: number, index: number): number {
    return this.memory.word(offset * GRANULE_BYTES + this.linkOffset + index * 4)
  }

  protected setOwn(offset: number, index: number, value: number): void {
    this.memory.setU32(offset * GRANULE_BYTES + this.linkOffset + index * 4, value)
  }

  protected require(header: number, holds: boolean, what: string): void {
    if (holds) return
    if (this.memory.lost) throw this.memory.fault(0)
    throw new CorruptionError(`order of elements is damaged: ${what}, offset=${header * GRANULE_BYTES}. Run verify.`, {
      offset: header * GRANULE_BYTES,
    })
  }
}

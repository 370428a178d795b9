/**
 * Elements chained through words of their own (docs/format.md, "Chain").
 *
 * ```
 * header  | count | changes | first | last |
 * element | ... | next | previous | owner |          owner: serial of the header block
 * ```
 */
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES } from '../memory/memory.js'
import type { Key } from './key-policy.js'
import { Positional } from './positional.js'
import type { Cursor } from './structure.js'

export const CHAIN_LINK_BYTES = 12
const FIRST = 2
const LAST = 3

const NEXT = 0
const PREVIOUS = 1
const OWNER = 2

/** Operations on chains of one kind; `header` is the offset of a chain's header block, 0 for an empty one. */
export class Chain extends Positional {
  first(header: number): number {
    return header === 0 ? 0 : this.word(header, FIRST)
  }

  last(header: number): number {
    return header === 0 ? 0 : this.word(header, LAST)
  }

  next(_header: number, offset: number): number {
    return this.own(offset, NEXT)
  }

  /** Offset of the element before one, 0 before the first. */
  previous(offset: number): number {
    return this.own(offset, PREVIOUS)
  }

  contains(header: number, _key: Key, offset: number): boolean {
    return header !== 0 && this.own(offset, OWNER) === this.serial(header)
  }

  reserve(): void {
    // The words in the element are all that linking needs.
  }

  link(_heap: Heap, header: number, _key: Key, offset: number): void {
    this.setOwn(offset, OWNER, this.serial(header))
    this.attach(header, offset, 0)
    this.count(header, 1)
  }

  unlinkAll(header: number, offsets: readonly number[]): void {
    for (const offset of offsets) {
      this.require(header, this.contains(header, [], offset), 'an element is not in the chain')
      this.detach(header, offset)
    }
    this.count(header, -offsets.length)
  }

  protected bring(header: number, offsets: readonly number[], _isMoving: Set<number>, before: number): void {
    for (const offset of offsets) this.detach(header, offset)
    for (const offset of offsets) this.attach(header, offset, before)
    this.count(header, 0)
  }

  private serial(header: number): number {
    return this.memory.word(header * GRANULE_BYTES - GRANULE_BYTES)
  }

  private detach(header: number, offset: number): void {
    this.join(header, this.previous(offset), this.own(offset, NEXT))
  }

  private attach(header: number, offset: number, before: number): void {
    this.join(header, before === 0 ? this.last(header) : this.previous(before), offset)
    this.join(header, offset, before)
  }

  /** Makes one element follow another; 0 stands for the header. */
  private join(header: number, previous: number, next: number): void {
    if (previous === 0) this.setWord(header, FIRST, next)
    else this.setOwn(previous, NEXT, next)
    if (next === 0) this.setWord(header, LAST, previous)
    else this.setOwn(next, PREVIOUS, previous)
  }

  arrange(header: number, offsets: readonly number[]): void {
    let previous = 0
    for (const offset of offsets) {
      this.join(header, previous, offset)
      previous = offset
    }
    this.join(header, previous, 0)
    this.count(header, 0)
  }

  walk(header: number, from: number, isReverse: boolean, most: number): Cursor {
    const start = from !== 0 ? from : isReverse ? this.last(header) : this.first(header)
    return new ChainCursor(this, start, isReverse, Math.min(most, this.countMost(header)))
  }

  /** Empties the chain; the elements are the caller's. */
  clear(_heap: Heap, header: number): void {
    this.join(header, 0, 0)
    this.count(header, -this.size(header))
  }

  destroy(heap: Heap, header: number): void {
    heap.free(header)
  }

  reserveTotal(): void {
    // As for `reserve`.
  }

  adoptTotal(): void {
    // As for `reserve`.
  }

  check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void {
    if (header === 0) return
    claim(header)
    const most = this.countMost(header)
    let previous = 0
    let count = 0
    for (let offset = this.first(header); offset !== 0; offset = this.own(offset, NEXT)) {
      this.require(header, count++ < most, 'there are more elements than it counts')
      visit(offset)
      this.require(header, this.previous(offset) === previous, 'an element is wrong about the way back')
      this.require(header, this.contains(header, [], offset), 'an element belongs to another chain')
      previous = offset
    }
    this.require(header, this.last(header) === previous, 'the last element is another one')
    this.require(header, count === this.size(header), 'the number of elements is wrong')
  }
}

class ChainCursor implements Cursor {
  private readonly chain: Chain
  private readonly isReverse: boolean
  private offset: number
  private left: number

  constructor(chain: Chain, start: number, isReverse: boolean, most: number) {
    this.chain = chain
    this.isReverse = isReverse
    this.offset = start
    this.left = most
  }

  next(): number {
    const { chain, offset } = this
    if (offset === 0 || this.left-- <= 0) return 0
    this.offset = this.isReverse ? chain.previous(offset) : chain.next(0, offset)
    return offset
  }
}

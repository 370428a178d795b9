import { CorruptionError, OutOfSpaceError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import { countOf } from '../heap/heap-layout.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { tally } from '../memory/tuning.js'
import { checkHashTable } from './hash-check.js'
import { HashCursor } from './hash-cursor.js'
import { CHANGES, COUNT, HASH_HEADER_BYTES, KEYS, LOAD_PARTS, LOAD_USED } from './hash-layout.js'
import { LOG2_SLOTS, LOG2_SLOTS_LEAST, LOG2_SLOTS_MOST, TABLE } from './hash-layout.js'
import type { Key, KeyPolicy } from './key-policy.js'
import { RingCursor } from './ring-cursor.js'
import type { Cursor, KeyedStructure } from './structure.js'
import { textKey } from './text-words.js'

/** Operations on hash tables of one kind; `header` is the offset of a table's header block, 0 for an empty one. */
export abstract class HashTable implements KeyedStructure {
  readonly memory: Memory
  readonly policy: KeyPolicy
  /** Byte offset of the two link words in an element; -1 where keys are unique. */
  readonly linkOffset: number
  private grown = 0
  private grownLog2 = 0

  /** @param linkOffset - byte offset of the link words in an element; -1 where keys are unique */
  constructor(memory: Memory, policy: KeyPolicy, linkOffset: number) {
    this.memory = memory
    this.policy = policy
    this.linkOffset = linkOffset
  }

  /** A new, empty header block. */
  create(heap: Heap): number {
    return heap.allocateZeroed(HASH_HEADER_BYTES)
  }

  /** Number of elements. */
  size(header: number): number {
    return header === 0 ? 0 : this.word(header, COUNT)
  }

  /** The counter that every insertion and deletion advances. */
  changes(header: number): number {
    return header === 0 ? 0 : this.word(header, CHANGES)
  }

  abstract find(header: number, key: Key): number

  contains(header: number, key: Key, offset: number): boolean {
    const first = this.find(header, key)
    let element = first
    for (let steps = this.size(header); steps > 0 && element !== 0; steps--) {
      if (element === offset) return true
      if (this.linkOffset < 0) return false
      element = this.next(element)
    }
    return false
  }

  /** Word index of the slot of a key, or -1. */
  slotOf(header: number, key: Key): number {
    return header === 0 ? -1 : this.probe(header, this.policy.hash(key), key)
  }

  /** As `slotOf`, with the hash of the key, which was taken last. */
  private probe(header: number, hash: number, key: Key): number {
    const { memory, policy } = this
    const { isInteger, isText } = policy
    const u32 = memory.u32
    const table = u32[header * 2 + TABLE]
    const log2 = u32[header * 2 + LOG2_SLOTS]!
    if (table === 0) return -1
    if (table === undefined || (log2 - LOG2_SLOTS_LEAST) >>> 0 > LOG2_SLOTS_MOST) throw this.damaged(header)
    const mask = (1 << log2) - 1
    const keyWord = policy.byteOffset / 4
    let slot = hash >>> (32 - log2)
    for (let probes = mask; probes >= 0; probes--) {
      const word = (table + slot) * 2
      const offset = u32[word + 1]
      if (offset === 0) return -1
      if (offset === undefined) throw memory.fault(word * 4)
      if (u32[word] === hash) {
        if (isInteger) return word
        if (isText) {
          const text = u32[offset * 2 + keyWord] ?? this.fail(offset)
          if (textKey.matches(memory, text, textKey.head, 0, textKey.end)) return word
        } else if (policy.equals(memory, key, offset)) return word
      }
      slot = (slot + 1) & mask
    }
    return -1
  }

  private fail(offset: number): never {
    throw this.memory.fault(offset * GRANULE_BYTES)
  }

  reserve(heap: Heap, header: number): void {
    this.makeTable(heap, header, this.word(header, KEYS) + 1)
  }

  reserveTotal(heap: Heap, header: number, total: number): void {
    this.makeTable(heap, header, total)
  }

  adoptTotal(heap: Heap, header: number): void {
    if (this.grown === 0) return
    this.grow(heap, header)
    // Elements have changed their places.
    this.count(header, 0)
  }

  /** A table for `total` keys, if the present one is too small; freed by the scope this runs in when that fails. */
  private makeTable(heap: Heap, header: number, total: number): void {
    this.grown = 0
    const log2 = this.slotCount(header) === 0 ? 0 : this.word(header, LOG2_SLOTS)
    let needed = Math.max(log2, LOG2_SLOTS_LEAST)
    while (total * LOAD_PARTS > 2 ** needed * LOAD_USED) needed++
    if (needed === log2) return
    if (needed > LOG2_SLOTS_MOST) throw new OutOfSpaceError(`hash table is full: keys=${total}`)
    this.grown = heap.allocateZeroed(2 ** needed * 8)
    this.grownLog2 = needed
  }

  /** Puts the new table in place, if one was made. Cannot fail. */
  private grow(heap: Heap, header: number): void {
    if (this.grown === 0) return
    const { memory } = this
    const old = this.word(header, TABLE)
    const slots = this.slotCount(header)
    const u32 = memory.u32
    for (let slot = 0; slot < slots; slot++) {
      const offset = u32[old * 2 + slot * 2 + 1]!
      if (offset !== 0) this.place(this.grown, this.grownLog2, u32[old * 2 + slot * 2]!, offset)
    }
    memory.setU32((header * 2 + TABLE) * 4, this.grown)
    memory.setU32((header * 2 + LOG2_SLOTS) * 4, this.grownLog2)
    this.grown = 0
    if (old === 0) return
    tally.resizes++
    heap.free(old)
  }

  private place(table: number, log2: number, hash: number, offset: number): void {
    const { memory } = this
    const mask = (1 << log2) - 1
    let slot = hash >>> (32 - log2)
    for (let probes = mask; memory.u32[table * 2 + slot * 2 + 1] !== 0; probes--) {
      if (probes < 0) throw this.damaged(table)
      slot = (slot + 1) & mask
    }
    memory.setU32((table * 2 + slot * 2) * 4, hash)
    memory.setU32((table * 2 + slot * 2 + 1) * 4, offset)
  }

  /** Adds an element after `reserve`. Cannot fail; where keys are unique the key must not be there. */
  link(heap: Heap, header: number, key: Key, offset: number): void {
    this.grow(heap, header)
    const { memory } = this
    const first = this.linkOffset < 0 ? -1 : this.slotOf(header, key)
    if (first >= 0) this.joinRing(first, offset)
    else {
      if (this.linkOffset >= 0) this.setLinks(offset, offset, offset)
      this.place(this.word(header, TABLE), this.word(header, LOG2_SLOTS), this.policy.hash(key), offset)
      memory.setU32((header * 2 + KEYS) * 4, this.word(header, KEYS) + 1)
    }
    this.count(header, 1)
  }

  /** Takes an element out. Cannot fail in a sound table. @throws CorruptionError when the element is not there */
  unlink(_heap: Heap, header: number, key: Key, offset: number): void {
    const slot = this.slotOf(header, key)
    if (slot < 0) throw this.damaged(header)
    const { memory } = this
    const next = this.linkOffset < 0 ? offset : this.next(offset)
    if (next !== offset) {
      const previous = this.previous(offset)
      this.setNext(previous, next)
      this.setPrevious(next, previous)
      if (memory.u32[slot + 1] === offset) memory.setU32((slot + 1) * 4, next)
    } else {
      if (memory.u32[slot + 1] !== offset) throw this.damaged(header)
      this.shiftBack(header, slot)
      memory.setU32((header * 2 + KEYS) * 4, this.word(header, KEYS) - 1)
    }
    this.count(header, -1)
  }

  // The slot falls free; whatever behind it would no longer be reached from its home moves into the gap.
  private shiftBack(header: number, slotWord: number): void {
    const { memory } = this
    const table = this.word(header, TABLE)
    const log2 = this.word(header, LOG2_SLOTS)
    const mask = (1 << log2) - 1
    const u32 = memory.u32
    let gap = slotWord / 2 - table
    let slot = gap
    for (let probes = mask; probes >= 0; probes--) {
      slot = (slot + 1) & mask
      const word = (table + slot) * 2
      const offset = u32[word + 1]!
      if (offset === 0) break
      const home = u32[word]! >>> (32 - log2)
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue
      memory.setU32((table + gap) * 8, u32[word]!)
      memory.setU32((table + gap) * 8 + 4, offset)
      gap = slot
    }
    memory.setU32((table + gap) * 8, 0)
    memory.setU32((table + gap) * 8 + 4, 0)
  }

  /** Equal keys stay in the order in which their elements were made, also when one comes back after a change. */
  private joinRing(slot: number, offset: number): void {
    const { memory } = this
    const first = memory.u32[slot + 1]!
    const age = this.age(offset)
    let after = this.previous(first)
    for (let steps = memory.byteLength / GRANULE_BYTES; steps > 0 && this.age(after) > age; steps--) {
      after = this.previous(after)
      if (after === this.previous(first)) {
        memory.setU32((slot + 1) * 4, offset)
        break
      }
    }
    const next = this.next(after)
    this.setLinks(offset, next, after)
    this.setNext(after, offset)
    this.setPrevious(next, offset)
  }

  /** How many elements were made before. */
  age(offset: number): number {
    return countOf(this.memory.word(offset * GRANULE_BYTES - GRANULE_BYTES))
  }

  /** The element after this one among those with the same key; after the last comes the first. */
  next(offset: number): number {
    return this.memory.word(offset * GRANULE_BYTES + this.linkOffset)
  }

  /** The element before this one among those with the same key. */
  previous(offset: number): number {
    return this.memory.word(offset * GRANULE_BYTES + this.linkOffset + 4)
  }

  private setNext(offset: number, next: number): void {
    this.memory.setU32(offset * GRANULE_BYTES + this.linkOffset, next)
  }

  private setPrevious(offset: number, previous: number): void {
    this.memory.setU32(offset * GRANULE_BYTES + this.linkOffset + 4, previous)
  }

  private setLinks(offset: number, next: number, previous: number): void {
    this.setNext(offset, next)
    this.setPrevious(offset, previous)
  }

  private count(header: number, by: number): void {
    const { memory } = this
    memory.setU32((header * 2 + COUNT) * 4, this.word(header, COUNT) + by)
    memory.setU32((header * 2 + CHANGES) * 4, this.word(header, CHANGES) + 1)
  }

  /** Frees table and header; the elements are the caller's. */
  destroy(heap: Heap, header: number): void {
    const table = this.word(header, TABLE)
    if (table !== 0) heap.free(table)
    heap.free(header)
  }

  /** Empties the table and gives its slots back; the elements are the caller's. */
  clear(heap: Heap, header: number): void {
    const table = this.word(header, TABLE)
    if (table !== 0) heap.free(table)
    const { memory } = this
    for (const word of [COUNT, TABLE, LOG2_SLOTS, KEYS]) memory.setU32((header * 2 + word) * 4, 0)
    memory.setU32((header * 2 + CHANGES) * 4, this.word(header, CHANGES) + 1)
  }

  /** Number of slots; 0 for an empty table. @throws CorruptionError when they are not all inside the segment */
  slotCount(header: number): number {
    if (header === 0) return 0
    const table = this.word(header, TABLE)
    if (table === 0) return 0
    const log2 = this.word(header, LOG2_SLOTS)
    if (log2 < LOG2_SLOTS_LEAST || log2 > LOG2_SLOTS_MOST) throw this.damaged(header)
    const slots = 2 ** log2
    if (table * GRANULE_BYTES + slots * 8 > this.memory.byteLength) throw this.damaged(header)
    return slots
  }

  equal(header: number, key: Key): Cursor {
    return new RingCursor(this, this.find(header, key))
  }

  check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void {
    checkHashTable(this, header, claim, visit)
  }

  cursor(header: number): Cursor {
    return new HashCursor(this, header)
  }

  /** Offset of the element in a slot, 0 if it is free. */
  slotAt(header: number, slot: number): number {
    return this.memory.word((this.word(header, TABLE) * 2 + slot * 2 + 1) * 4)
  }

  /** Mean number of slots looked at to find a key that is there. O(slots). */
  meanProbes(header: number): number {
    const slots = this.slotCount(header)
    const log2 = Math.log2(slots)
    let probes = 0
    let keys = 0
    for (let slot = 0; slot < slots; slot++) {
      if (this.slotAt(header, slot) === 0) continue
      const hash = this.memory.word((this.word(header, TABLE) * 2 + slot * 2) * 4)
      probes += ((slot - (hash >>> (32 - log2))) & (slots - 1)) + 1
      keys++
    }
    return keys === 0 ? 0 : probes / keys
  }

  /** A word of a table's header block. */
  word(header: number, index: number): number {
    return this.memory.word((header * 2 + index) * 4)
  }

  protected damaged(header: number): Error {
    if (this.memory.lost) return this.memory.fault(0)
    return new CorruptionError(`hash table is damaged: offset=${header * GRANULE_BYTES}. Run verify.`, {
      offset: header * GRANULE_BYTES,
    })
  }

  /** Looks up many keys at a time, so that the cache misses of one overlap with those of the others. */
  abstract findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void
}

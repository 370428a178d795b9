/**
 * Open addressing over (hash, offset) pairs (docs/format.md, "Hash table").
 *
 * ```
 * header | count | tableOffset | log2Slots | changes | keys |
 * table  | hash | offset |  hash | offset |  ...                       2^log2Slots slots; offset 0: free
 * ```
 *
 * Where equal keys are allowed, elements with equal keys share one slot and form a ring through two link words in the
 * element, oldest first. Invariants
 * 1. A key's slot is reached from its home without meeting a free one: deletion shifts back.
 * 2. At most 5/8 of the slots are in use, so every probe ends.
 */
import { CorruptionError, OutOfSpaceError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import { countOf } from '../heap/heap-layout.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { tally } from '../memory/tuning.js'
import { mix, TextKey } from './hash.js'
import { textKey, type Key, type KeyPolicy } from './key-policy.js'
import { RingCursor } from './ring-cursor.js'
import type { Cursor, KeyedStructure } from './structure.js'

export const HASH_HEADER_BYTES = 20
export const RING_LINK_BYTES = 8
const COUNT = 0
const TABLE = 1
const LOG2_SLOTS = 2
const CHANGES = 3
const KEYS = 4

const LOG2_SLOTS_LEAST = 3
const LOG2_SLOTS_MOST = 28
const LOAD_FIFTHS = 5
const LOAD_PARTS = 8

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
  protected slotOf(header: number, key: Key): number {
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
          if (textKey.matches(memory, u32[offset * 2 + keyWord] ?? this.fail(offset))) return word
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
    while (total * LOAD_PARTS > 2 ** needed * LOAD_FIFTHS) needed++
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
  private age(offset: number): number {
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

  /**
   * Walks all slots and rings.
   *
   * @param claim - called once with each block of the table itself
   * @param visit - called once with each element
   * @throws CorruptionError naming the first contradiction
   */
  check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void {
    if (header === 0) return
    claim(header)
    if (this.word(header, TABLE) !== 0) claim(this.word(header, TABLE))
    const { memory, policy } = this
    const slots = this.slotCount(header)
    const most = memory.byteLength / (2 * GRANULE_BYTES)
    let keys = 0
    let count = 0
    for (let slot = 0; slot < slots; slot++) {
      const offset = this.slotAt(header, slot)
      if (offset === 0) continue
      keys++
      const key = policy.decode(memory, offset)
      const found = this.slotOf(header, key)
      this.require(header, found === this.word(header, TABLE) * 2 + slot * 2, 'a key is not found in its slot')
      let element = offset
      do {
        this.require(header, count++ < most, 'a ring of equal keys does not close')
        visit(element)
        if (this.linkOffset < 0) break
        const next = this.next(element)
        this.require(header, this.previous(next) === element, 'a ring of equal keys is wrong about its way back')
        if (next !== offset) {
          this.require(header, this.age(next) > this.age(element), 'equal keys are not in the order of insertion')
          this.require(
            header,
            policy.compare(memory, key, next, policy.parts.length, false) === 0,
            'a ring holds another key',
          )
        }
        element = next
      } while (element !== offset)
    }
    this.require(header, keys === this.word(header, KEYS), 'the number of keys is wrong')
    this.require(header, count === this.word(header, COUNT), 'the number of elements is wrong')
    this.require(header, keys * LOAD_PARTS <= slots * LOAD_FIFTHS, 'too many slots are in use')
  }

  private require(header: number, holds: boolean, what: string): void {
    if (holds) return
    throw new CorruptionError(`hash table is damaged: ${what}, offset=${header * GRANULE_BYTES}`, {
      offset: header * GRANULE_BYTES,
    })
  }

  private word(header: number, index: number): number {
    return this.memory.word((header * 2 + index) * 4)
  }

  protected damaged(header: number): Error {
    if (this.memory.closed) return this.memory.fault(0)
    return new CorruptionError(`hash table is damaged: offset=${header * GRANULE_BYTES}. Run verify.`, {
      offset: header * GRANULE_BYTES,
    })
  }

  /**
   * Looks up many keys: first all hashes, then all slots, then all elements, and only then compares, so that the cache
   * misses of one key overlap with those of the others.
   *
   * @param found - gets the offset of each key's (oldest) element, or 0
   */
  findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void {
    for (let start = 0; start < keys.length; start += BATCH) {
      this.findBatch(header, keys, start, Math.min(keys.length, start + BATCH), found)
    }
  }

  /** One batch of `findMany`. */
  protected findBatch(
    header: number,
    keys: readonly (Key | undefined)[],
    start: number,
    end: number,
    found: Uint32Array,
  ): void {
    for (let i = start; i < end; i++) found[i] = keys[i] === undefined ? 0 : this.find(header, keys[i]!)
  }

  /** Where the slots begin, as a word index, and by how much a hash is shifted to find its home. */
  protected homesOf(header: number): { readonly table: number; readonly shift: number } {
    const u32 = this.memory.u32
    return { table: u32[header * 2 + TABLE]! * 2, shift: 32 - u32[header * 2 + LOG2_SLOTS]! }
  }
}

// The finds below are as short as can be, a class each, so that many are under way in the processor at once and their cache
// misses overlap (measured: a find of a random integer and its row 53 ns, 85 with one more call and two flags to look at).

/** A table whose key is one integer of at most 32 bits: equal hashes mean equal keys. */
class IntegerTable extends HashTable {
  override find(header: number, key: Key): number {
    return header === 0 ? 0 : this.findHash(header, mix(key as number))
  }

  private findHash(header: number, hash: number): number {
    const u32 = this.memory.u32
    const table = u32[header * 2 + TABLE]!
    if (table === 0) return 0
    const shift = 32 - u32[header * 2 + LOG2_SLOTS]!
    const mask = -1 >>> shift
    let slot = hash >>> shift
    for (let probes = mask; probes >= 0; probes--) {
      const word = (table + slot) * 2
      const offset = u32[word + 1]
      if (offset === 0) return 0
      if (offset === undefined) throw this.damaged(header)
      if (u32[word] === hash) return offset
      slot = (slot + 1) & mask
    }
    return 0
  }

  protected override findBatch(
    header: number,
    keys: readonly (Key | undefined)[],
    start: number,
    end: number,
    found: Uint32Array,
  ): void {
    if (header === 0) return
    const u32 = this.memory.u32
    const { table, shift } = this.homesOf(header)
    let touched = 0
    for (let i = start; i < end; i++) {
      const hash = mix((keys[i] ?? 0) as number)
      hashes[i - start] = hash
      touched ^= u32[table + (hash >>> shift) * 2]!
    }
    sink = touched
    for (let i = start; i < end; i++) found[i] = keys[i] === undefined ? 0 : this.findHash(header, hashes[i - start]!)
  }
}

/** A table whose key is one string. */
class TextTable extends HashTable {
  override find(header: number, key: Key): number {
    return header === 0 ? 0 : this.findText(header, textKey.load(key as string), textKey)
  }

  private findText(header: number, hash: number, wanted: TextKey): number {
    const { memory } = this
    const u32 = memory.u32
    const table = u32[header * 2 + TABLE]!
    if (table === 0) return 0
    const shift = 32 - u32[header * 2 + LOG2_SLOTS]!
    const mask = -1 >>> shift
    const keyWord = this.policy.byteOffset / 4
    let slot = hash >>> shift
    for (let probes = mask; probes >= 0; probes--) {
      const word = (table + slot) * 2
      const offset = u32[word + 1]
      if (offset === 0) return 0
      if (offset === undefined) throw this.damaged(header)
      if (u32[word] === hash && wanted.matches(memory, u32[offset * 2 + keyWord]!)) return offset
      slot = (slot + 1) & mask
    }
    return 0
  }

  protected override findBatch(
    header: number,
    keys: readonly (Key | undefined)[],
    start: number,
    end: number,
    found: Uint32Array,
  ): void {
    if (header === 0) return
    const u32 = this.memory.u32
    const { table, shift } = this.homesOf(header)
    const keyWord = this.policy.byteOffset / 4
    const count = end - start
    let touched = 0
    for (let i = 0; i < count; i++) {
      const hash = batchKeys[i]!.load((keys[start + i] ?? '') as string)
      hashes[i] = hash
      words[i] = table + (hash >>> shift) * 2 + 1
    }
    for (let i = 0; i < count; i++) touched ^= u32[words[i]!]!
    for (let i = 0; i < count; i++) touched ^= words[i] = u32[u32[words[i]!]! * 2 + keyWord]! * 2
    for (let i = 0; i < count; i++) touched ^= u32[words[i]!]!
    sink = touched
    for (let i = 0; i < count; i++) {
      found[start + i] = keys[start + i] === undefined ? 0 : this.findText(header, hashes[i]!, batchKeys[i]!)
    }
  }
}

/** A table for all other keys. */
class GeneralTable extends HashTable {
  override find(header: number, key: Key): number {
    const slot = this.slotOf(header, key)
    return slot < 0 ? 0 : this.memory.u32[slot + 1]!
  }
}

/**
 * The table for a kind of keys.
 *
 * @param linkOffset - byte offset of the link words in an element; -1 where keys are unique
 */
export function makeHashTable(memory: Memory, policy: KeyPolicy, linkOffset: number): HashTable {
  if (policy.isInteger) return new IntegerTable(memory, policy, linkOffset)
  return policy.isText ? new TextTable(memory, policy, linkOffset) : new GeneralTable(memory, policy, linkOffset)
}

/** Slot by slot, and in each all elements with equal keys. */
class HashCursor implements Cursor {
  private readonly table: HashTable
  private readonly header: number
  private readonly slots: number
  private slot = -1
  private first = 0
  private last = 0
  private left: number

  constructor(table: HashTable, header: number) {
    this.table = table
    this.header = header
    this.slots = table.slotCount(header)
    // A damaged ring may not close; no sound table has more elements.
    this.left = Math.min(table.size(header), table.memory.byteLength / (2 * GRANULE_BYTES))
  }

  next(): number {
    if (this.left-- <= 0) return 0
    const { table } = this
    if (this.last !== 0 && table.linkOffset >= 0) {
      const next = table.next(this.last)
      if (next !== this.first) return (this.last = next)
    }
    while (++this.slot < this.slots) {
      const offset = table.slotAt(this.header, this.slot)
      if (offset !== 0) return (this.first = this.last = offset)
    }
    this.left = 0
    return 0
  }
}

const BATCH = 64
const hashes = new Uint32Array(BATCH)
// Doubles: word indexes exceed 32 bits, and those of damaged tables may be anything.
const words = new Float64Array(BATCH)
const batchKeys = Array.from({ length: BATCH }, () => new TextKey())

/** Keeps the loads of a batch from being left out as unused. */
export let sink = 0

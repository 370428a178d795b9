import type { Memory } from '../memory/memory.js'
import { mix } from './hash.js'
import { LOG2_SLOTS, TABLE } from './hash-layout.js'
import { HashTable } from './hash-table.js'
import type { Key, KeyPolicy } from './key-policy.js'
import { textKey, TextWords } from './text-words.js'

/*
 * The finds are as short as can be, a class each, so that many are under way in the processor at once and their cache misses
 * overlap (measured: a find of a random integer and its row 53 ns, 85 with one more call and two flags to look at). A batch
 * goes further: it loads all slots before it looks at one, and all elements before it compares one.
 */

/** Keys a batch; more would not stay in the first-level cache. */
const BATCH = 64
const hashes = new Uint32Array(BATCH)
const heads = new Uint32Array(BATCH)
const ends = new Uint32Array(BATCH)
// Doubles: word indexes exceed 32 bits, and those of damaged tables may be anything.
const places = new Float64Array(BATCH)
const batchWords = new TextWords()

/** Keeps loads whose values nobody needs from being left out. */
export let sink = 0

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

  override findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void {
    if (header === 0) {
      found.fill(0, 0, keys.length)
      return
    }
    const u32 = this.memory.u32
    const table = u32[header * 2 + TABLE]! * 2
    const shift = 32 - u32[header * 2 + LOG2_SLOTS]!
    let touched = 0
    for (let start = 0; start < keys.length; start += BATCH) {
      const count = Math.min(BATCH, keys.length - start)
      for (let i = 0; i < count; i++) {
        const hash = mix((keys[start + i] ?? 0) as number)
        hashes[i] = hash
        touched ^= u32[table + (hash >>> shift) * 2]!
      }
      for (let i = 0; i < count; i++) {
        found[start + i] = keys[start + i] === undefined ? 0 : this.findHash(header, hashes[i]!)
      }
    }
    sink = touched
  }
}

/** A table whose key is one string. */
class TextTable extends HashTable {
  override find(header: number, key: Key): number {
    if (header === 0) return 0
    const hash = textKey.load(key as string, 0)
    return this.findHash(header, hash, textKey, textKey.head, 0, textKey.end)
  }

  private findHash(header: number, hash: number, wanted: TextWords, head: number, start: number, end: number): number {
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
      if (u32[word] === hash && wanted.matches(memory, u32[offset * 2 + keyWord]!, head, start, end)) return offset
      slot = (slot + 1) & mask
    }
    return 0
  }

  override findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void {
    if (header === 0) {
      found.fill(0, 0, keys.length)
      return
    }
    const u32 = this.memory.u32
    const table = u32[header * 2 + TABLE]! * 2
    const shift = 32 - u32[header * 2 + LOG2_SLOTS]!
    const keyWord = this.policy.byteOffset / 4
    let touched = 0
    for (let start = 0; start < keys.length; start += BATCH) {
      const count = Math.min(BATCH, keys.length - start)
      let end = 0
      for (let i = 0; i < count; i++) touched ^= ((keys[start + i] ?? '') as string).charCodeAt(0)
      for (let i = 0; i < count; i++) {
        const hash = batchWords.load((keys[start + i] ?? '') as string, end)
        hashes[i] = hash
        heads[i] = batchWords.head
        ends[i] = end = batchWords.end
        places[i] = table + (hash >>> shift) * 2 + 1
      }
      for (let i = 0; i < count; i++) touched ^= u32[places[i]!]!
      for (let i = 0; i < count; i++) touched ^= places[i] = u32[u32[places[i]!]! * 2 + keyWord]! * 2
      for (let i = 0; i < count; i++) touched ^= u32[places[i]!]!
      for (let i = 0; i < count; i++) {
        const from = i === 0 ? 0 : ends[i - 1]!
        found[start + i] =
          keys[start + i] === undefined ? 0 : this.findHash(header, hashes[i]!, batchWords, heads[i]!, from, ends[i]!)
      }
    }
    sink = touched
  }
}

/** A table for all other keys. */
class GeneralTable extends HashTable {
  override find(header: number, key: Key): number {
    const slot = this.slotOf(header, key)
    return slot < 0 ? 0 : this.memory.u32[slot + 1]!
  }

  override findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void {
    for (let i = 0; i < keys.length; i++) found[i] = keys[i] === undefined ? 0 : this.find(header, keys[i]!)
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

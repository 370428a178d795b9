/**
 * Hashes of keys (docs/format.md, "Keys"). Integers go through the finalizer of MurmurHash3, which is a bijection, so for
 * them equal hashes mean equal keys. Strings are hashed over words of four one-byte or two two-byte units; the words are
 * kept, so that comparing with a stored text is a comparison of words.
 */
import type { Memory } from '../memory/memory.js'

/** The finalizer of MurmurHash3 (Appleby 2011): 32 bits to 32 bits, one to one. */
export function mix(bits: number): number {
  let h = bits
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** One word into a running hash. */
export function step(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x9e3779b1)
  return h ^ (h >>> 15)
}

/** A string made ready to be compared: its words, as a text block holds them. */
export class TextKey {
  words = new Uint32Array(64)
  wordCount = 0
  /** The first word of a text block with this string. */
  head = 0

  /** Takes in `text`. @returns its hash */
  load(text: string): number {
    const length = text.length
    if (this.words.length * 4 < length) this.words = new Uint32Array(Math.ceil(length / 4))
    const words = this.words
    const head = length * 2
    let hash = step(0, head)
    let i = 0
    let n = 0
    for (; i + 4 <= length; i += 4) {
      const a = text.charCodeAt(i)
      const b = text.charCodeAt(i + 1)
      const c = text.charCodeAt(i + 2)
      const d = text.charCodeAt(i + 3)
      if ((a | b | c | d) > 255) return this.loadWide(text)
      const word = a | (b << 8) | (c << 16) | (d << 24)
      words[n++] = word
      hash = step(hash, word)
    }
    if (i < length) {
      const a = text.charCodeAt(i)
      const b = i + 1 < length ? text.charCodeAt(i + 1) : 0
      const c = i + 2 < length ? text.charCodeAt(i + 2) : 0
      if ((a | b | c) > 255) return this.loadWide(text)
      const word = a | (b << 8) | (c << 16)
      words[n++] = word
      hash = step(hash, word)
    }
    this.wordCount = n
    this.head = head
    return mix(hash)
  }

  private loadWide(text: string): number {
    const length = text.length
    if (this.words.length * 2 < length) this.words = new Uint32Array(Math.ceil(length / 2))
    const words = this.words
    const head = length * 2 + 1
    let hash = step(0, head)
    let n = 0
    for (let i = 0; i < length; i += 2) {
      const b = i + 1 < length ? text.charCodeAt(i + 1) : 0
      const word = text.charCodeAt(i) | (b << 16)
      words[n++] = word
      hash = step(hash, word)
    }
    this.wordCount = n
    this.head = head
    return mix(hash)
  }

  /** Whether the text block at `offset` holds the string; the empty string has none. */
  matches(memory: Memory, offset: number): boolean {
    if (offset === 0) return this.head === 0
    const u32 = memory.u32
    let at = offset * 2
    if (u32[at] !== this.head) return false
    const words = this.words
    for (let i = 0; i < this.wordCount; i++) if (u32[++at] !== words[i]) return false
    return true
  }
}

const doubles = new Float64Array(1)
const doubleWords = new Uint32Array(doubles.buffer)
const longs = new BigUint64Array(1)
const longWords = new Uint32Array(longs.buffer)

/** Adds a normalised number; `NaN` is one value. */
export function stepDouble(hash: number, value: number): number {
  doubles[0] = value
  return step(step(hash, doubleWords[0]!), doubleWords[1]!)
}

/** Adds 64 bits. */
export function stepLong(hash: number, value: bigint): number {
  longs[0] = value
  return step(step(hash, longWords[0]!), longWords[1]!)
}

/** Adds bytes and their number. */
export function stepBytes(hash: number, bytes: Uint8Array): number {
  let h = step(hash, bytes.length)
  for (let i = 0; i < bytes.length; i += 4) {
    h = step(h, bytes[i]! | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24))
  }
  return h
}

/** Adds a string, unit by unit in pairs; as a part of a longer key. */
export function stepText(hash: number, text: string): number {
  let h = step(hash, text.length)
  for (let i = 0; i < text.length; i += 2) {
    h = step(h, text.charCodeAt(i) | ((i + 1 < text.length ? text.charCodeAt(i + 1) : 0) << 16))
  }
  return h
}

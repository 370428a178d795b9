import type { Memory } from '../memory/memory.js'
import { mix, step } from './hash.js'

/**
 * Strings made ready to be compared: the words of four one-byte or two two-byte units that a text block would hold, so that
 * comparing with a stored text is a comparison of words. Their hash is taken over the same words, on the way.
 *
 * Several strings may be held, one after the other: all of a batch stand in one array.
 */
export class TextWords {
  words = new Uint32Array(1024)
  /** Where the words of the last string end. */
  end = 0
  /** The first word of a text block with the last string. */
  head = 0

  /**
   * Takes in `text`.
   *
   * @param start - where its words are to begin; what stands there or behind it is lost
   * @returns its hash
   */
  load(text: string, start: number): number {
    const length = text.length
    if (this.words.length - start < length) this.grow(start + length)
    const words = this.words
    const head = length * 2
    let hash = step(0, head)
    let i = 0
    let end = start
    for (; i + 4 <= length; i += 4) {
      const a = text.charCodeAt(i)
      const b = text.charCodeAt(i + 1)
      const c = text.charCodeAt(i + 2)
      const d = text.charCodeAt(i + 3)
      if ((a | b | c | d) > 255) return this.loadWide(text, start)
      const word = a | (b << 8) | (c << 16) | (d << 24)
      words[end++] = word
      hash = step(hash, word)
    }
    if (i < length) {
      const a = text.charCodeAt(i)
      const b = i + 1 < length ? text.charCodeAt(i + 1) : 0
      const c = i + 2 < length ? text.charCodeAt(i + 2) : 0
      if ((a | b | c) > 255) return this.loadWide(text, start)
      const word = a | (b << 8) | (c << 16)
      words[end++] = word
      hash = step(hash, word)
    }
    this.end = end
    this.head = head
    return mix(hash)
  }

  private loadWide(text: string, start: number): number {
    const length = text.length
    const words = this.words
    const head = length * 2 + 1
    let hash = step(0, head)
    let end = start
    for (let i = 0; i < length; i += 2) {
      const b = i + 1 < length ? text.charCodeAt(i + 1) : 0
      const word = text.charCodeAt(i) | (b << 16)
      words[end++] = word
      hash = step(hash, word)
    }
    this.end = end
    this.head = head
    return mix(hash)
  }

  private grow(least: number): void {
    const words = new Uint32Array(Math.max(least, this.words.length * 2))
    words.set(this.words)
    this.words = words
  }

  /**
   * Whether the text block at `offset`, 0 for the empty string, holds the string of these words.
   *
   * @param head - the first word of a text block with the string
   */
  matches(memory: Memory, offset: number, head: number, start: number, end: number): boolean {
    if (offset === 0) return head === 0
    const u32 = memory.u32
    let at = offset * 2
    if (u32[at] !== head) return false
    const words = this.words
    for (let i = start; i < end; i++) if (u32[++at] !== words[i]) return false
    return true
  }
}

/** The string that was hashed last; looked at before any other is hashed. */
export const textKey = new TextWords()

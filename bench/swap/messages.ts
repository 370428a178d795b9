import { bytes, hashMap, u32, vector } from 'hotseg'

/** A table that is read, and ballast that makes versions large. */
export const schema = { words: hashMap(u32, u32), ballast: vector(bytes) }

/**
 * `look` tells how far the reader is, `take` also begins all counts anew; `compare` begins as many steps as a swap takes, over memory that
 * has nothing to do with hotseg, in the same turns.
 */
export type Order = 'look' | 'take' | 'compare'

/** Milliseconds of each round of work, less waiting for a core. */
export interface RoundTimes {
  /** Of the reader's own, over typed arrays. */
  readonly own: readonly number[]
  /** Of reads from the version. */
  readonly reads: readonly number[]
}

/** What a reader has seen since counts began. */
export interface Answer {
  readonly generation: number
  /** Versions whose memory was given back. */
  readonly ended: number
  /** Comparisons that are over. */
  readonly compared: number
  /** The longest block of each swap. */
  readonly blocksMs: readonly number[]
  /** The longest block of each comparison: what the machine and the engine add to any step. */
  readonly comparedMs: readonly number[]
  readonly majorGcs: number
  readonly rounds: RoundTimes
  readonly heapMb: number
  /** Whether times are less waiting for a core. */
  readonly isNet: boolean
  /** Keeps work from being left out. */
  readonly checksum: number
}

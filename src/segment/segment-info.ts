import type { Memory } from '../memory/memory.js'
import type { Layout } from '../types/layout.js'
import type { Kind } from '../types/type.js'

/** What a segment says of one of its objects. */
export interface ObjectInfo {
  /** `undefined` for an object made without a name. */
  readonly name: string | undefined
  readonly kind: Kind
  /** The type as one would write it: `hashMap(string, u32)`. */
  readonly type: string
  /** Hash of the full description of the type, 16 hexadecimal digits. */
  readonly fingerprint: string
  /** Number of elements of a container, `undefined` for all else. */
  readonly count: number | undefined
}

/** A named object by what its segment says of it. */
export interface StoredObject {
  readonly name: string
  /** The type as one would write it. */
  readonly type: string
  /** The full description, equal for equal types. */
  readonly description: string
  readonly layout: Layout
  readonly memory: Memory
  /** Byte address. */
  readonly address: number
}

/** How large a segment is, in bytes. */
export interface SegmentStats {
  /** The most it may grow to. */
  readonly capacity: number
  /** In blocks that are in use, their headers included. */
  readonly used: number
  /** In blocks that were freed and not taken again. */
  readonly free: number
  /** Number of blocks in use. */
  readonly blocks: number
  /** Length of the segment, and of its file when it is sealed. */
  readonly endBytes: number
  readonly objects: readonly (ObjectInfo & {
    /** All that the object owns. */
    readonly bytes: number
  })[]
}

/** What `verify` has looked at. */
export interface VerifySummary {
  /** Objects, with and without names. */
  readonly objects: number
  /** Blocks in use. */
  readonly blocks: number
  /** Length of the segment. */
  readonly bytes: number
}

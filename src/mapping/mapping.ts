/**
 * The bytes of a segment in this process. Nothing above this layer knows whether they are a mapped file or a plain
 * buffer, and which package mapped it. They must not be touched through this after `close`: the buffer may be empty
 * then, or show zeros, or another file. Where the mapping is guarded and the file loses pages, reading one makes all of them zeros.
 */
export interface Mapping {
  readonly buffer: ArrayBufferLike
  /** Where the bytes begin in `buffer`. */
  readonly byteOffset: number
  readonly byteLength: number
  /** Lets the bytes go; further calls do nothing. */
  close(): void
}

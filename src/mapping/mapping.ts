/**
 * The bytes of a segment in this process. Nothing above this layer knows whether they are a mapped file or a plain
 * buffer. After `close` a mapped buffer is detached: its length is 0 and loads give `undefined`.
 */
export interface Mapping {
  readonly buffer: ArrayBufferLike
  /** Where the bytes begin in `buffer`. */
  readonly byteOffset: number
  readonly byteLength: number
  /** Lets the bytes go; further calls do nothing. */
  close(): void
}

/**
 * The bytes of a segment in this process. Nothing above this layer knows whether they are a mapped file or a plain
 * buffer, and which package mapped it. They must not be touched through this after `close`: the buffer may be empty
 * then, or show zeros, or another file.
 */
export interface Mapping {
  readonly buffer: ArrayBufferLike
  /** Where the bytes begin in `buffer`. */
  readonly byteOffset: number
  readonly byteLength: number
  /**
   * One number, NaN as soon as reading met pages that the file no longer has and that show zeros; undefined where nobody
   * watches for that. Readers use it as their epoch until `close`, when it is taken back.
   */
  readonly epochCell?: Float64Array<ArrayBuffer> | undefined
  /** Lets the bytes go; further calls do nothing. */
  close(): void
}

import type { Mapping } from './mapping.js'

/** A caller's buffer as a {@link Mapping}: closing it leaves the buffer to its owner. */
export class BufferMapping implements Mapping {
  readonly buffer: ArrayBufferLike
  readonly byteOffset: number
  readonly byteLength: number

  /** @param source - a buffer, or the part of one that a view shows; nothing is copied */
  constructor(source: ArrayBufferLike | ArrayBufferView) {
    const isView = ArrayBuffer.isView(source)
    this.buffer = isView ? source.buffer : source
    this.byteOffset = isView ? source.byteOffset : 0
    this.byteLength = source.byteLength
  }

  /** Does nothing: the bytes belong to whoever made the buffer. */
  close(): void {
    // The engine frees the buffer when its last owner has let go.
  }
}

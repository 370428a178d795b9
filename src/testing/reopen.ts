import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomHex16 } from '../platform/random.js'
import { FileSegment } from '../segment/file-segment.js'
import { partsOfCopy } from '../segment/segment-parts.js'
import { Segment } from '../segment/segment.js'

/**
 * Seals a segment, closes it, has what was sealed looked at read-only, and goes on with a writable copy.
 *
 * @param look - is given the sealed segment as another process would open it
 */
export type Reopen = (segment: Segment, look: (opened: Segment) => void) => Segment

/** A writable copy of the bytes of a sealed segment. */
class CopiedSegment extends Segment {
  static copyOf(bytes: Uint8Array): Segment {
    return new CopiedSegment(partsOfCopy(bytes, 'in memory'))
  }
}

/** Each time at another distance from the start of its buffer: nothing in a segment may depend on where it lies. */
let moved = 0

/** Reopens in memory, from bytes that were moved. */
export const reopenInMemory: Reopen = (segment, look) => {
  segment.seal()
  const bytes = segment.bytes()
  const byteOffset = 8 * (moved++ % 9)
  const copy = new Uint8Array(new ArrayBuffer(byteOffset + bytes.length), byteOffset)
  copy.set(bytes)
  segment.close()
  const opened = Segment.fromBuffer(copy)
  try {
    opened.verify()
    look(opened)
  } finally {
    opened.close()
  }
  return CopiedSegment.copyOf(copy)
}

/** Reopens through a mapped file of a directory. The file is gone afterwards. */
export function reopenIn(directory: string): Reopen {
  return (segment, look) => {
    const path = join(directory, `${randomHex16()}.hotseg`)
    segment.seal()
    writeFileSync(path, segment.bytes(), { mode: 0o600, flag: 'wx' })
    segment.close()
    try {
      const mapped = FileSegment.open(path)
      try {
        mapped.verify()
        look(mapped)
      } finally {
        mapped.close()
      }
      return FileSegment.open(path, { access: 'copy-on-write' })
    } finally {
      rmSync(path)
    }
  }
}

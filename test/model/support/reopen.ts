import * as fs from 'node:fs'
import { Segment } from '../../../src/index.js'

/**
 * Seals a segment, writes it to a file, closes it, has the file looked at through a read-only mapping, and goes on with a
 * writable copy. The file is gone afterwards.
 */
export function reopen(segment: Segment, path: string, look: (mapped: Segment) => void): Segment {
  segment.seal()
  fs.writeFileSync(path, new Uint8Array(segment.toArrayBuffer()), { mode: 0o600, flag: 'wx' })
  segment.close()
  try {
    const mapped = Segment.open(path)
    try {
      mapped.verify()
      look(mapped)
    } finally {
      mapped.close()
    }
    return Segment.open(path, { access: 'copy-on-write' })
  } finally {
    fs.rmSync(path)
  }
}

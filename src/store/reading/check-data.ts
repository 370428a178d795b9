import { CorruptionError } from '../../errors/errors.js'
import { crc32 } from '../../platform/crc32.js'
import { readAt, type RegularFile } from '../../platform/files.js'
import type { VersionRecord } from '../files/current-file.js'
import type { Steps } from './steps.js'

/** A step: 0.1 to 0.2 ms. */
const CHECK_BYTES = 256 << 10

/** One for all checks of the thread: a step leaves nothing in it that another needs. */
let block: Uint8Array | undefined

/** @throws CorruptionError when the file of a version is not as large as it was published */
export function checkSize({ byteLength, path }: RegularFile, record: VersionRecord): void {
  if (byteLength === record.byteLength) return
  throw new CorruptionError(
    `version is damaged: bytes=${byteLength}, expected=${record.byteLength}, path=${path}. Publish or roll back.`,
    { path, expected: record.byteLength, actual: byteLength },
  )
}

/**
 * Compares size and checksum of a file with those that were published. The file is read: through a mapping, each new page would be a
 * fault, and in most processes most pages of a version are never needed.
 *
 * @param onChecked - told after each step how much is compared; what it throws ends the comparison
 * @throws CorruptionError, FileError
 */
export function* checkData(
  file: RegularFile,
  record: VersionRecord,
  onChecked?: (done: number, total: number) => void,
): Steps<void> {
  checkSize(file, record)
  const { byteLength, path } = file
  block ??= new Uint8Array(CHECK_BYTES)
  let checksum = 0
  for (let start = 0; start < byteLength; start += CHECK_BYTES) {
    const count = readAt(file, block, start, 'read version')
    checksum = crc32(count === block.length ? block : block.subarray(0, count), checksum)
    onChecked?.(Math.min(start + CHECK_BYTES, byteLength), byteLength)
    yield
  }
  if (checksum === record.checksum) return
  throw new CorruptionError(
    `version is damaged: checksum=${checksum}, expected=${record.checksum}, path=${path}. Publish or roll back.`,
    { path, expected: record.checksum, actual: checksum },
  )
}

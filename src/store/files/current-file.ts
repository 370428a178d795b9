/**
 * `CURRENT`, the truth of a store: two lines of text, replaced as a whole by rename.
 *
 * ```
 * hotseg-store 0 <CRC-32 of the second line, 8 hexadecimal digits>
 * {"sequence":9,"generation":7,"highest":8,"versions":[...]}
 * ```
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { CorruptionError, FormatError, VersionError } from '../../errors/errors.js'
import { crc32 } from '../../platform/crc32.js'
import { attempt, attemptAsync, systemCode } from '../../platform/file-errors.js'
import { createFile, openRegularFile, readSmallFile, removeFile, writeFully } from '../../platform/files.js'
import type { Permissions } from '../../platform/permissions.js'
import { isSoundRecord, type CurrentRecord } from './current-record.js'
import { CURRENT_NAME, temporaryPath } from './store-layout.js'

export type { CurrentRecord, SwitchKind, SwitchRecord, VersionRecord } from './current-record.js'

/** Far above what any number of kept versions takes. */
const CURRENT_BYTES_MAX = 4 << 20

const FIRST_LINE = /^hotseg-store (\d{1,9}) ([0-9a-f]{8})$/

const FORMAT = 0

/**
 * Reads `CURRENT`; undefined when there is none yet.
 *
 * @throws CorruptionError, FormatError, VersionError or FileError when it is not one this hotseg can read
 */
export function readCurrent(directory: string): CurrentRecord | undefined {
  const path = join(directory, CURRENT_NAME)
  try {
    return parseCurrent(readSmallFile(path, CURRENT_BYTES_MAX, 'read the current version'), path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** What changes whenever the file is replaced; undefined when there is none. */
export function stampOf(path: string): string | undefined {
  const stats = attempt('look at the current version', path, () =>
    fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }),
  )
  return stats === undefined ? undefined : formatStamp(stats)
}

/** The same as text, of what `lstat` gave. */
export function formatStamp(stats: fs.BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.ctimeNs}`
}

function parseCurrent(bytes: Buffer, path: string): CurrentRecord {
  const end = bytes.indexOf(10)
  const match = FIRST_LINE.exec(bytes.toString('latin1', 0, Math.max(end, 0)))
  if (match === null)
    throw new FormatError(`not the CURRENT of a store: path=${path}. Restore it, or remove it to begin a new store.`, {
      path,
    })
  if (Number(match[1]) !== FORMAT) {
    throw new VersionError(
      `cannot read store: format=${match[1] ?? ''}, supported=${FORMAT}, path=${path}. Upgrade hotseg.`,
      {
        path,
        expected: FORMAT,
        actual: Number(match[1]),
      },
    )
  }
  const body = bytes.subarray(end + 1)
  const actual = crc32(body).toString(16).padStart(8, '0')
  if (actual !== match[2]) {
    throw new CorruptionError(
      `CURRENT is damaged: checksum=${actual}, expected=${match[2] ?? ''}, path=${path}. Restore it, or remove it to begin a new store.`,
      { path, expected: match[2], actual },
    )
  }
  const record = parseBody(body)
  if (isSoundRecord(record)) return record
  throw new CorruptionError(
    `CURRENT contradicts itself: path=${path}. Restore it, or remove it to begin a new store.`,
    { path },
  )
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** How to replace `CURRENT`. */
export interface WriteCurrentOptions {
  readonly permissions: Permissions
  /** Whether it must survive a power cut. */
  readonly isDurable: boolean
  /** Called right before the switch, in the same turn; what it throws prevents it. */
  readonly fence: () => void
}

/**
 * Makes `record` the truth; that the new name is on the disk is for the caller to see to. The rename is done by this thread itself, right after `fence`: a call on the thread pool could still
 * be under way when the owner of the lock is already found dead.
 *
 * @throws OutOfSpaceError, FileError, or what `fence` throws; then the old record is still in force and nothing is left behind
 */
export async function writeCurrent(
  directory: string,
  record: CurrentRecord,
  { permissions, isDurable, fence }: WriteCurrentOptions,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(record) + '\n')
  const head = Buffer.from(`hotseg-store ${FORMAT} ${crc32(body).toString(16).padStart(8, '0')}\n`)
  const path = join(directory, CURRENT_NAME)
  const temporary = temporaryPath(directory)
  const action = 'write the current version'
  try {
    const fd = createFile(temporary, permissions, action)
    try {
      writeFully(fd, Buffer.concat([head, body]), temporary, action)
      if (isDurable) await syncFile(fd, temporary)
    } finally {
      fs.closeSync(fd)
    }
    fence()
    attempt(action, path, () => {
      fs.renameSync(temporary, path)
    })
  } catch (error) {
    removeFile(temporary, action)
    throw error
  }
}

/** Waits until a file is on the disk, on the thread pool. */
export async function syncFile(fd: number, path: string): Promise<void> {
  await attemptAsync(
    'sync file',
    path,
    () =>
      new Promise<void>((resolve, reject) => {
        fs.fsync(fd, (error) => {
          if (error === null) resolve()
          else reject(error)
        })
      }),
  )
}

/** Waits until the file at `path` is on the disk, on the thread pool. @throws FileError, also when it is not a regular file */
export async function syncPath(path: string, action: string): Promise<void> {
  const { fd } = openRegularFile(path, { action, follow: false })
  try {
    await syncFile(fd, path)
  } finally {
    fs.closeSync(fd)
  }
}

/** Waits until the names in a directory are on the disk, on the thread pool. */
export async function syncDirectoryAsync(path: string): Promise<void> {
  const fd = attempt('sync directory', path, () => fs.openSync(path, fs.constants.O_RDONLY))
  try {
    await syncFile(fd, path)
  } catch (error) {
    if (systemCode(error) !== 'EINVAL' && systemCode(error) !== 'ENOTSUP') throw error
  } finally {
    fs.closeSync(fd)
  }
}

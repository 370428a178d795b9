import * as fs from 'node:fs'
import * as os from 'node:os'
import { dirname } from 'node:path'
import { FileError } from '../errors/errors.js'
import { attempt, attemptAsync, systemCode, systemError } from './file-errors.js'
import { findAddon } from './load-addon.js'
import { setPermissions, type Permissions } from './permissions.js'

/** An open regular file that passed the checks of {@link openRegularFile}. */
export interface RegularFile {
  readonly fd: number
  readonly path: string
  readonly byteLength: number
  /** Device and inode: the same as long as it is the same file. */
  readonly identity: string
}

/** How to open a file that others wrote. */
export interface OpenFileOptions {
  /** What is being done, for the message: `'open segment'`. */
  readonly action: string
  readonly write?: boolean
  /** Whether a symbolic link at `path` is followed; default true. */
  readonly follow?: boolean
  /** Whether it may belong to anybody: for what is neither mapped nor believed. Default false. */
  readonly ofAnybody?: boolean
}

const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL } = fs.constants
// Undefined on Windows, where neither FIFOs nor these flags exist.
const O_NONBLOCK = (fs.constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0
const O_NOFOLLOW = (fs.constants as { O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0
const O_DIRECTORY = (fs.constants as { O_DIRECTORY?: number }).O_DIRECTORY ?? 0

const WORLD_WRITABLE = 0o002n

/**
 * Opens a regular file and nothing else: a FIFO, a directory or a device is refused without waiting for it. The file must
 * belong to this user, to root, or to the owner of its directory, and must not be writable by everybody: whoever can
 * truncate a mapped file can kill its readers.
 *
 * @throws FileError when it is not such a file or may not be opened; nothing stays open
 */
export function openRegularFile(path: string, options: OpenFileOptions): RegularFile {
  const { action, write = false, follow = true, ofAnybody = false } = options
  const flags = (write ? O_RDWR : O_RDONLY) | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW)
  return attempt(action, path, () => {
    // Looked at before it is opened as well: opening a device can have effects.
    const look = follow ? fs.statSync : fs.lstatSync
    refuseIrregular(look(path, { bigint: true }), action, path)
    const fd = fs.openSync(path, flags)
    try {
      const stats = fs.fstatSync(fd, { bigint: true })
      refuseIrregular(stats, action, path)
      if (!ofAnybody) refuseStrangers(stats, action, path)
      if (write) refuseOtherNames(stats, action, path)
      return { fd, path, byteLength: Number(stats.size), identity: `${String(stats.dev)}:${String(stats.ino)}` }
    } catch (error) {
      fs.closeSync(fd)
      throw error
    }
  })
}

function refuseIrregular(stats: fs.BigIntStats, action: string, path: string): void {
  if (stats.isFile()) return
  const actual = kindOf(stats)
  throw new FileError(`cannot ${action}: not a regular file, kind=${actual}, path=${path}. Give the path of a file.`, {
    path,
    expected: 'regular file',
    actual,
  })
}

function kindOf(stats: fs.BigIntStats): string {
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'symbolic link'
  return stats.isFIFO() ? 'FIFO' : 'special file'
}

// A stranger who may make names in a directory can make one for any file of ours, which would then be written.
function refuseOtherNames(stats: fs.BigIntStats, action: string, path: string): void {
  if (stats.nlink === 1n) return
  throw new FileError(`cannot ${action}: it has other names, links=${String(stats.nlink)}, path=${path}. Remove it.`, {
    path,
    expected: 1,
    actual: Number(stats.nlink),
  })
}

function refuseStrangers(stats: fs.BigIntStats, action: string, path: string): void {
  const uid = process.geteuid?.()
  if (uid === undefined) return
  if ((stats.mode & WORLD_WRITABLE) !== 0n) {
    const mode = (Number(stats.mode) & 0o7777).toString(8)
    throw new FileError(`cannot ${action}: everybody may write it, mode=${mode}, path=${path}. Run: chmod o-w.`, {
      path,
      actual: mode,
    })
  }
  if (stats.uid === BigInt(uid) || stats.uid === 0n || ownsDirectory(stats.uid, path)) return
  throw new FileError(
    `cannot ${action}: it belongs to another user, owner=${String(stats.uid)}, user=${uid}, path=${path}. ` +
      `Run as its owner, or let root own it.`,
    { path, expected: uid, actual: Number(stats.uid) },
  )
}

// Whoever owns the directory could have put anything there: naming a path in it is trusting him. What must not be
// trusted is a file a stranger has put into a directory that is open to all.
function ownsDirectory(uid: bigint, path: string): boolean {
  const directory = fs.statSync(dirname(path), { bigint: true })
  return directory.uid === uid && (directory.mode & WORLD_WRITABLE) === 0n
}

/**
 * Creates a new file for writing, with exactly `permissions` whatever the umask. It fails if the path exists, as a link too.
 */
export function createFile(path: string, permissions: Permissions, action: string): number {
  return attempt(action, path, () => {
    const fd = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    try {
      setPermissions(fd, permissions)
    } catch (error) {
      fs.closeSync(fd)
      fs.rmSync(path, { force: true })
      throw error
    }
    return fd
  })
}

/**
 * Takes all blocks of a file that is to be written, so that a full disk is an error at once and not after gigabytes; where the system can.
 *
 * @throws OutOfSpaceError
 */
export function allocateBlocks(fd: number, byteLength: number, path: string, action: string): void {
  const status = findAddon()?.allocate?.(fd, byteLength) ?? 0
  const { ENOSPC, EDQUOT } = os.constants.errno
  if (status !== -ENOSPC && status !== -EDQUOT) return
  attempt(action, path, () => {
    throw systemError(-status, 'fallocate')
  })
}

/** Writes all of `bytes` from the file's start, in pieces: a short write is not an error until nothing more is taken. */
export function writeFully(fd: number, bytes: Uint8Array, path: string, action: string, position = 0): void {
  attempt(action, path, () => {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(fd, bytes, done, Math.min(WRITE_BYTES, bytes.length - done), position + done)
    }
  })
}

/** Large enough to run at full speed, below the limits of native calls and of one write(2). */
const WRITE_BYTES = 8 << 20

/**
 * Like {@link writeFully}, on Node's thread pool: the event loop goes on.
 *
 * @param onWritten - told after each piece how much is done; what it throws ends the writing
 */
export async function writeFullyAsync(
  fd: number,
  bytes: Uint8Array,
  path: string,
  action: string,
  onWritten?: (done: number, total: number) => void,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const count = Math.min(WRITE_BYTES, bytes.length - done)
    const position = done
    const written = attemptAsync(
      action,
      path,
      () =>
        new Promise<number>((resolve, reject) => {
          fs.write(fd, bytes, position, count, position, (error, written) => {
            if (error === null) resolve(written)
            else reject(error)
          })
        }),
    )
    done += await written
    onWritten?.(done, bytes.length)
  }
}

/** Reads a whole small file that others may replace meanwhile. @throws FileError also when it is above `limit` bytes */
export function readSmallFile(path: string, limit: number, action: string, ofAnybody = false): Buffer {
  const file = openRegularFile(path, { action, follow: false, ofAnybody })
  try {
    if (file.byteLength > limit) {
      throw new FileError(`cannot ${action}: too large, bytes=${file.byteLength}, limit=${limit}, path=${path}.`, {
        path,
        expected: limit,
        actual: file.byteLength,
      })
    }
    const bytes = Buffer.alloc(file.byteLength)
    return bytes.subarray(0, readAt(file, bytes, 0, action))
  } finally {
    fs.closeSync(file.fd)
  }
}

/** Below the limits of one read(2) and of native calls. */
const READ_BYTES_MAX = 64 << 20

/**
 * Reads from `position` on until `target` is full or the file ends.
 *
 * @returns how many bytes
 * @throws FileError
 */
export function readAt(file: RegularFile, target: Uint8Array, position: number, action: string): number {
  return attempt(action, file.path, () => {
    let done = 0
    while (done < target.length) {
      const room = Math.min(READ_BYTES_MAX, target.length - done)
      const count = fs.readSync(file.fd, target, done, room, position + done)
      if (count === 0) break
      done += count
    }
    return done
  })
}

/** Makes the names in a directory survive a power cut. File systems that cannot are left alone. */
export function syncDirectory(path: string): void {
  attempt('sync directory', path, () => {
    const fd = fs.openSync(path, O_RDONLY | O_DIRECTORY)
    try {
      fs.fsyncSync(fd)
    } catch (error) {
      if (systemCode(error) !== 'EINVAL' && systemCode(error) !== 'ENOTSUP') throw error
    } finally {
      fs.closeSync(fd)
    }
  })
}

/** Removes a file; one that is not there is not an error. @returns whether it was there */
export function removeFile(path: string, action: string): boolean {
  return attempt(action, path, () => {
    try {
      fs.unlinkSync(path)
      return true
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
  })
}

/**
 * Gives a finished file its name, without ever replacing another: a hard link and an unlink, or, where a file system
 * has no hard links, a rename after a look.
 *
 * @returns false when `target` exists; then nothing has changed
 */
export function renameToNew(source: string, target: string, action: string): boolean {
  return attempt(action, target, () => {
    try {
      fs.linkSync(source, target)
    } catch (error) {
      const code = systemCode(error)
      if (code === 'EEXIST') return false
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error
      if (fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined) return false
      fs.renameSync(source, target)
      return true
    }
    fs.unlinkSync(source)
    return true
  })
}

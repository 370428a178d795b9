import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ExistsError, FormatError, OutOfSpaceError } from '../errors/errors.js'
import { attempt } from '../platform/file-errors.js'
import {
  allocateBlocks,
  createFile,
  openRegularFile,
  readAt,
  removeFile,
  renameToNew,
  syncDirectory,
  writeFully,
} from '../platform/files.js'
import { randomHex16 } from '../platform/random.js'

/**
 * Writes a sealed segment to `path`, whole or not at all: to a file beside it whose name nobody can guess, synced, then given
 * its name. The file has exactly `mode`, whatever the umask.
 *
 * @throws ExistsError when there is something at `path`, OutOfSpaceError or FileError when it cannot be written; then nothing is left behind
 */
export function writeSegmentFile(path: string, bytes: Uint8Array, mode: number): void {
  refuseExisting(path)
  const action = 'write segment'
  const directory = dirname(path)
  const temporary = join(directory, `.${basename(path).slice(0, 100)}.${randomHex16()}.tmp`)
  const fd = createFile(temporary, { mode }, action)
  try {
    try {
      allocateBlocks(fd, bytes.length, temporary, action)
      writeFully(fd, bytes, temporary, action)
      attempt(action, temporary, () => {
        fs.fsyncSync(fd)
      })
    } finally {
      fs.closeSync(fd)
    }
    if (!renameToNew(temporary, path, action)) throw alreadyThere(path)
  } catch (error) {
    removeFile(temporary, action)
    throw error
  }
  syncDirectory(directory)
}

/** @throws ExistsError when there is anything at `path`, a broken link too */
export function refuseExisting(path: string): void {
  const found = attempt('look for segment', path, () => fs.lstatSync(path, { throwIfNoEntry: false }))
  if (found !== undefined) throw alreadyThere(path)
}

function alreadyThere(path: string): ExistsError {
  return new ExistsError(`cannot create segment: something is there, path=${path}. Remove it, or take another path.`, {
    path,
  })
}

/** All bytes of a file in private memory. @throws FileError, FormatError when it is empty, OutOfSpaceError when it does not fit */
export function readSegmentFile(path: string): Uint8Array<ArrayBuffer> {
  const action = 'open segment'
  const file = openRegularFile(path, { action })
  try {
    if (file.byteLength === 0)
      throw new FormatError(`cannot ${action}: it is empty, path=${path}. Write it anew.`, { path })
    const bytes = allocate(file.byteLength, path)
    return bytes.subarray(0, readAt(file, bytes, 0, action))
  } finally {
    fs.closeSync(file.fd)
  }
}

function allocate(byteLength: number, path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(byteLength)
  } catch (cause) {
    throw new OutOfSpaceError(`cannot open segment: no memory for its copy, bytes=${byteLength}, path=${path}.`, {
      path,
      actual: byteLength,
      cause,
    })
  }
}

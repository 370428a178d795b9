/**
 * `LOCK/<holder>/<serial>.alive`: a file that the holder keeps locked by flock(2) as long as his thread lives, since the kernel lets go of the
 * lock with the last descriptor. It proves a death where `/proc` says nothing, in another pid namespace. Both sides need
 * the addon, and the file system must be of one kernel.
 *
 * Invariant: the file gets its name when it is locked. So there is never one that is free while its holder lives.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { createFile } from '../../platform/files.js'
import { fileSystemOf } from '../../platform/file-systems.js'
import { findAddon } from '../../platform/load-addon.js'

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = fs.constants

/** All who may read the store may ask; nobody writes it. */
const MODE = 0o444

function witnessPath(entry: string, serial: string): string {
  return join(entry, `${serial}.alive`)
}

/** Makes a holder's witness in his entry. @returns the descriptor to be kept; undefined where there can be none: then only others are the worse for it */
export function raiseWitness(entry: string, serial: string): number | undefined {
  const addon = findAddon()
  if (addon?.lock === undefined) return undefined
  const temporary = join(entry, `${serial}.new`)
  let fd: number | undefined
  try {
    if (!fileSystemOf(entry).isLocal) return undefined
    fd = createFile(temporary, { mode: MODE }, 'take publisher lock')
    if (addon.lock(fd, 0) === 0) {
      fs.renameSync(temporary, witnessPath(entry, serial))
      return fd
    }
  } catch {
    // A full disk, or the lock was taken over already: that is found out elsewhere.
  }
  if (fd !== undefined) fs.closeSync(fd)
  return undefined
}

/** Whether the witness of a holder says beyond doubt that he is dead; one that is not there or cannot be asked says nothing. */
export function saysDead(entry: string, serial: string): boolean {
  const addon = findAddon()
  if (addon?.lock === undefined) return false
  try {
    if (!fileSystemOf(entry).isLocal) return false
    const fd = fs.openSync(witnessPath(entry, serial), O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
    try {
      // Shared, so that of many who ask nobody is taken for the holder. It goes with the descriptor.
      return fs.fstatSync(fd).isFile() && addon.lock(fd, 1) === 0
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return false
  }
}

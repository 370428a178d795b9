import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { FileError } from '../../errors/errors.js'
import { NoVersionError } from '../../errors/errors.js'
import { refuseInsecureDirectory } from '../../platform/permissions.js'
import { readCurrent } from '../files/current-file.js'
import { byteLengthOf, findRefused, findTemporaries, findUnlisted, tryToRemove } from '../files/leftovers.js'
import { CURRENT_NAME, LOCK_NAME, VERSIONS_NAME } from '../files/store-layout.js'
import { readerFiles } from '../watching/reader-files.js'
import { prepareStore, refuseOthersStore } from './publisher.js'
import { PublisherLock } from './publisher-lock.js'

/** A file that `gc` removed. */
export interface RemovedFile {
  readonly path: string
  readonly byteLength: number
  /**
   * `'unfinished'`: a file that a publisher died over; `'unlisted'`: a version that the store does not list; `'refused'`: one that a
   * validator refused; `'dead-publisher'`: its part of the lock; `'dead-reader'`: the file of a reader that is dead beyond doubt.
   */
  readonly why: 'unfinished' | 'unlisted' | 'refused' | 'dead-publisher' | 'dead-reader'
}

/** A file that `gc` looked at and left. */
export interface KeptFile {
  readonly path: string
  readonly byteLength: number
  /**
   * `'publisher-at-work'`: it may belong to the publisher that holds the store; `'reader-alive'`; `'reader-unknown'`: a reader of which
   * nobody can tell from here, or a strange name among them; `'not-removable'`: the system refused, for the reason in `error`.
   */
  readonly why: 'publisher-at-work' | 'reader-alive' | 'reader-unknown' | 'not-removable'
  /** The token of whom it was left to. */
  readonly owner?: string | undefined
  readonly error?: FileError
}

/** What `gc` did. */
export interface GcReport {
  readonly removed: readonly RemovedFile[]
  readonly kept: readonly KeptFile[]
}

/** Clears a store of what nobody needs; see `Store.gc`. */
export function collectGarbage(directory: string): GcReport {
  refuseStrangeDirectory(directory)
  refuseOthersStore(directory, 'clear store')
  refuseInsecureDirectory(join(directory, VERSIONS_NAME), 'clear store', { follow: false })
  const removed: RemovedFile[] = []
  const kept: KeptFile[] = []
  const remove = (file: RemovedFile): void => {
    const error = tryToRemove(file.path)
    if (error === undefined) removed.push(file)
    else kept.push({ path: file.path, byteLength: file.byteLength, why: 'not-removable', error })
  }
  const lock = PublisherLock.tryAcquire(directory)
  if (lock instanceof PublisherLock) {
    try {
      // Refuses before anything is removed.
      readCurrent(directory)
      const { predecessor } = lock
      const taken = predecessor === undefined ? [] : [join(directory, LOCK_NAME, predecessor)]
      for (const path of [...taken, ...lock.clearAttempts()])
        removed.push({ path, byteLength: 0, why: 'dead-publisher' })
      // In this order: see `publisher.ts`.
      for (const file of findTemporaries(directory)) remove(file)
      for (const file of findUnlisted(directory, readCurrent(directory))) remove(file)
      for (const file of findRefused(directory)) remove(file)
      clearReaders(directory, remove, kept)
      prepareStore(directory, lock)
    } finally {
      lock.release()
    }
  } else {
    const files = [
      ...findTemporaries(directory),
      ...findUnlisted(directory, readCurrent(directory)),
      ...findRefused(directory),
    ]
    for (const { path, byteLength } of files) kept.push({ path, byteLength, why: 'publisher-at-work', owner: lock })
    clearReaders(directory, remove, kept)
  }
  return { removed, kept }
}

function clearReaders(directory: string, remove: (file: RemovedFile) => void, kept: KeptFile[]): void {
  for (const { path, owner, state } of readerFiles(directory)) {
    const byteLength = byteLengthOf(path)
    if (state === 'dead') remove({ path, byteLength, why: 'dead-reader' })
    else kept.push({ path, byteLength, owner, why: state === 'alive' ? 'reader-alive' : 'reader-unknown' })
  }
}

// A mistyped path must not cost anybody his files.
function refuseStrangeDirectory(directory: string): void {
  const isThere = (name: string): boolean => lstatSync(join(directory, name), { throwIfNoEntry: false }) !== undefined
  if (isThere(CURRENT_NAME) || isThere(VERSIONS_NAME)) return
  throw new NoVersionError(`no store to clear: path=${directory}. Give the directory of a store.`, { path: directory })
}

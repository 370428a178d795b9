import { opendirSync, type Dir } from 'node:fs'
import { join } from 'node:path'
import { fileSystemOf } from '../../platform/file-systems.js'
import { readSmallFile } from '../../platform/files.js'
import { refuseLinkedDirectory } from '../../platform/permissions.js'
import { formatOwner, isFromOtherBoot, ownerState, type OwnerState, type OwnerToken } from '../../platform/identity.js'
import { tryToRemove } from '../files/leftovers.js'
import { READERS_NAME } from '../files/store-layout.js'
import type { Steps } from '../reading/steps.js'
import { ANNOUNCEMENT_BYTES_MAX, parseAnnouncement, parseReaderName, type ReaderInfo } from './reader-info.js'

/** More readers of one directory than one machine can run. */
const READERS_MAX = 10_000

/** So many files keep the thread for about two milliseconds. */
const STEP_FILES = 32

/** A file in `readers/`, by its name alone. */
export interface ReaderFile {
  readonly name: string
  readonly path: string
  /** The token of the reader's thread, as text; undefined when the name is not one of ours. */
  readonly owner: string | undefined
  readonly state: OwnerState
  /** Whether it is more than a beginning. */
  readonly isComplete: boolean
}

/** A reader, and the name of its file, which tells it from all others. */
export interface ListedReader {
  readonly name: string
  readonly info: ReaderInfo
}

/** The files in `readers/`; none when it is not there or may not be read. Nothing is known of a reader in another pid namespace. */
export function* readerFiles(directory: string): Generator<ReaderFile> {
  const readers = join(directory, READERS_NAME)
  for (const name of namesIn(readers)) {
    const parsed = parseReaderName(name)
    const state = parsed === undefined ? 'unknown' : stateOf(parsed.token, directory)
    const owner = parsed && formatOwner(parsed.token)
    yield { name, path: join(readers, name), owner, state, isComplete: parsed?.isComplete ?? false }
  }
}

/**
 * Reads what other stores say of themselves in `readers/`, and removes the files of those whose thread is dead, as far as this
 * user may. Whatever is not such a file is passed over.
 *
 * @param own - name of the file not to read
 */
export function* listReaders(directory: string, own?: string): Steps<ListedReader[]> {
  const listed: ListedReader[] = []
  let count = 0
  for (const { name, path, owner, state, isComplete } of readerFiles(directory)) {
    if (++count % STEP_FILES === 0) yield
    if (state === 'dead') tryToRemove(path)
    else if (owner !== undefined && isComplete && name !== own) {
      const info = read(path, state)
      if (info !== undefined) listed.push({ name, info })
    }
  }
  return listed
}

/** Removes the files of readers that are dead beyond doubt; anybody who may can do so. */
export function clearDeadReaders(directory: string): void {
  for (const { path, state } of readerFiles(directory)) if (state === 'dead') tryToRemove(path)
}

function namesIn(path: string): string[] {
  const names: string[] = []
  let folder: Dir | undefined
  try {
    refuseLinkedDirectory(path, 'list readers')
    folder = opendirSync(path)
    while (names.length < READERS_MAX) {
      const entry = folder.readSync()
      if (entry === null) break
      names.push(entry.name)
    }
  } catch {
    // What cannot be listed is not.
  } finally {
    folder?.closeSync()
  }
  return names
}

// As with the publisher's lock: on a local file system, what was before the last boot is gone.
function stateOf(token: OwnerToken, directory: string): OwnerState {
  const state = ownerState(token)
  return state === 'unknown' && isFromOtherBoot(token) && fileSystemOf(directory).isLocal ? 'dead' : state
}

function read(path: string, state: 'alive' | 'unknown'): ReaderInfo | undefined {
  try {
    const text = readSmallFile(path, ANNOUNCEMENT_BYTES_MAX, 'read reader', true).toString('utf8')
    const announcement = parseAnnouncement(text)
    return announcement && { ...announcement, state, isSelf: false }
  } catch {
    return undefined
  }
}

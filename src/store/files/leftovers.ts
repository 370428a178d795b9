import { lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FileError } from '../../errors/errors.js'
import { attempt } from '../../platform/file-errors.js'
import { removeFile, syncDirectory } from '../../platform/files.js'
import { makeDirectory, type Permissions } from '../../platform/permissions.js'
import type { CurrentRecord } from './current-file.js'
import { generationOfName, isTemporaryName, REFUSED_NAME, versionPath, VERSIONS_NAME } from './store-layout.js'

/** A file that nobody needs. */
export interface Leftover {
  readonly path: string
  readonly byteLength: number
  /** A file that was never finished, a version that `CURRENT` does not name, or one that a validator refused. */
  readonly why: 'unfinished' | 'unlisted' | 'refused'
}

/** What clearing needs of the publisher's lock. */
export interface Clearing {
  /** @throws when the lock is not held any more */
  confirm(): void
  /** Removes a file as long as the lock is held. */
  remove(path: string, action: string): boolean
}

const ACTION = 'clear leftovers'

/**
 * Makes a store's directory and what belongs into it, where it is missing, with exactly these permissions; directories above it as
 * the umask leaves them. What is there is not changed.
 */
export function makeDirectories(directory: string, permissions: Permissions): void {
  const action = 'make store'
  const parent = dirname(directory)
  attempt(action, parent, () => mkdirSync(parent, { recursive: true }))
  if (makeDirectory(directory, permissions, action)) syncDirectory(parent)
  makeDirectory(join(directory, VERSIONS_NAME), permissions, action)
}

/**
 * Files that dead publishers did not finish. Files of a publisher at work look the same, so only the holder of its lock knows.
 *
 * @throws FileError when the directory cannot be read
 */
export function findTemporaries(directory: string): Leftover[] {
  // The directory of a store may be reached by a link; those in it may not.
  return attempt(ACTION, directory, () => readdirSync(directory))
    .filter(isTemporaryName)
    .map((name) => leftover(join(directory, name), 'unfinished'))
}

/** Versions that `CURRENT` does not name; one that a publisher at work is about to name looks the same. @throws FileError */
export function findUnlisted(directory: string, record: CurrentRecord | undefined): Leftover[] {
  const kept = new Set(record?.versions.map(({ generation }) => generation))
  const versions = join(directory, VERSIONS_NAME)
  return namesIn(versions)
    .filter((name) => isUnlisted(generationOfName(name), kept))
    .map((name) => leftover(join(versions, name), 'unlisted'))
}

/** Versions that validators refused and that were kept to be looked at. */
export function findRefused(directory: string): Leftover[] {
  const refused = join(directory, REFUSED_NAME)
  return namesIn(refused).map((name) => leftover(join(refused, name), 'refused'))
}

/**
 * Removes the files that others were writing. A new holder of the lock does so before it reads anything: what one who was overtaken
 * has still to rename is gone then. A directory of such a name stays.
 *
 * @throws FileError when the directory cannot be read, or one of the files not be removed
 */
export function clearTemporaries(directory: string, lock: Clearing): void {
  const found = findTemporaries(directory)
  // What was there while the lock was held is no successor's.
  lock.confirm()
  for (const { path } of found) {
    const error = tryToRemove(path)
    if (error !== undefined && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false) throw error
  }
}

/**
 * Removes versions that `CURRENT` does not name. Only for the holder of the publisher's lock. Readers keep what they have mapped. What
 * cannot be removed stays: it is in nobody's way, since a version never replaces what stands at its path.
 *
 * @throws FileError when the directory cannot be read
 */
export function clearUnlisted(directory: string, record: CurrentRecord | undefined, lock: Clearing): void {
  for (const { path } of findUnlisted(directory, record)) {
    try {
      lock.remove(path, ACTION)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
    }
  }
}

/** Removes the versions that `next` names no more. Their numbers are used up, so this does no harm however late it comes. */
export function removeRetired(directory: string, record: CurrentRecord | undefined, next: CurrentRecord): void {
  const kept = new Set(next.versions.map(({ generation }) => generation))
  for (const { generation } of record?.versions ?? []) {
    // What cannot be removed is a leftover for the next publisher.
    if (!kept.has(generation)) tryToRemove(versionPath(directory, generation))
  }
}

/** Removes a file if that is possible. @returns why not, else undefined */
export function tryToRemove(path: string): FileError | undefined {
  try {
    removeFile(path, ACTION)
    return undefined
  } catch (error) {
    if (error instanceof FileError) return error
    throw error
  }
}

/**
 * The names in a directory of the store; none when there is no such directory, or a link to one: what lies there is not the store's.
 *
 * @throws FileError when it cannot be read
 */
export function namesIn(directory: string): string[] {
  return attempt(ACTION, directory, () => {
    const isThere = lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true
    return isThere ? readdirSync(directory) : []
  })
}

/** Length of the file itself, a link's too; 0 when it has just gone. */
export function byteLengthOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function isUnlisted(generation: number | undefined, kept: ReadonlySet<number>): boolean {
  return generation !== undefined && !kept.has(generation)
}

function leftover(path: string, why: Leftover['why']): Leftover {
  return { path, byteLength: byteLengthOf(path), why }
}

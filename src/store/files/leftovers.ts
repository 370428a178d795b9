import { lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FileError } from '../../errors/errors.js'
import { attempt, systemCode } from '../../platform/file-errors.js'
import { removeFile } from '../../platform/files.js'
import type { CurrentRecord } from './current-file.js'
import { generationOfName, isTemporaryName, REFUSED_NAME, VERSIONS_NAME } from './store-layout.js'

/** A file that nobody needs. */
export interface Leftover {
  readonly path: string
  readonly byteLength: number
  /** A file that was never finished, a version that `CURRENT` does not name, or one that a validator refused. */
  readonly why: 'unfinished' | 'unlisted' | 'refused'
}

const ACTION = 'clear leftovers'

/** Makes a store's directory and what belongs into it, where it is missing. */
export function makeDirectories(directory: string): void {
  const path = join(directory, VERSIONS_NAME)
  attempt('make store', directory, () => mkdirSync(path, { recursive: true }))
}

/**
 * What dead publishers left: files that were never finished, and versions `CURRENT` does not name. Files of a publisher at work look
 * the same, so only the holder of its lock knows.
 *
 * @throws FileError when the directory cannot be read
 */
export function findLeftovers(directory: string, record: CurrentRecord | undefined): Leftover[] {
  const kept = new Set(record?.versions.map(({ generation }) => generation))
  const versions = join(directory, VERSIONS_NAME)
  return [
    ...namesIn(directory)
      .filter(isTemporaryName)
      .map((name) => leftover(join(directory, name), 'unfinished')),
    ...namesIn(versions)
      .filter((name) => isUnlisted(generationOfName(name), kept))
      .map((name) => leftover(join(versions, name), 'unlisted')),
  ]
}

/** Versions that validators refused and that were kept to be looked at. */
export function findRefused(directory: string): Leftover[] {
  const refused = join(directory, REFUSED_NAME)
  return namesIn(refused).map((name) => leftover(join(refused, name), 'refused'))
}

/**
 * Removes what dead publishers left. Only for the holder of the publisher's lock. Readers keep what they have mapped. What cannot be
 * removed stays: it is in nobody's way, since a version never replaces what stands at its path.
 *
 * @throws FileError when the directory cannot be read
 */
export function clearLeftovers(directory: string, record: CurrentRecord | undefined): void {
  for (const { path } of findLeftovers(directory, record)) tryToRemove(path)
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

/** The names in a directory of the store; none when there is no such directory. @throws FileError when it cannot be read */
export function namesIn(directory: string): string[] {
  return attempt(ACTION, directory, () => {
    try {
      return readdirSync(directory)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw error
    }
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

import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FileError } from '../../errors/errors.js'
import { attempt } from '../../platform/file-errors.js'
import { removeFile } from '../../platform/files.js'
import type { CurrentRecord } from './current-file.js'
import { generationOfName, TEMPORARY_PREFIX, VERSIONS_NAME } from './store-layout.js'

/** Makes a store's directory and what belongs into it, where it is missing. */
export function makeDirectories(directory: string): void {
  const path = join(directory, VERSIONS_NAME)
  attempt('make store', directory, () => mkdirSync(path, { recursive: true }))
}

/**
 * Removes what dead publishers left: files that were never finished, and versions `CURRENT` does not name. Only for the holder
 * of the publisher's lock: files of a living publisher look the same. Readers keep what they have mapped. What cannot be removed
 * stays: it is in nobody's way, since a version never replaces what stands at its path.
 *
 * @throws FileError when the directory cannot be read
 */
export function clearLeftovers(directory: string, record: CurrentRecord | undefined): void {
  const action = 'clear leftovers'
  for (const name of attempt(action, directory, () => readdirSync(directory))) {
    if (name.startsWith(TEMPORARY_PREFIX)) tryToRemove(join(directory, name), action)
  }
  const kept = new Set(record?.versions.map(({ generation }) => generation))
  const versions = join(directory, VERSIONS_NAME)
  for (const name of attempt(action, versions, () => readdirSync(versions))) {
    const generation = generationOfName(name)
    if (generation !== undefined && !kept.has(generation)) tryToRemove(join(versions, name), action)
  }
}

function tryToRemove(path: string, action: string): void {
  try {
    removeFile(path, action)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
  }
}

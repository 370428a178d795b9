import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { NoVersionError } from '../errors/errors.js'
import { attempt } from '../platform/file-errors.js'
import { readCurrent, type CurrentRecord } from '../store/files/current-file.js'
import { currentPublisher } from '../store/publishing/publisher-lock.js'
import { generationOfName, TEMPORARY_PREFIX, VERSIONS_NAME } from '../store/files/store-layout.js'

/** What lies in the directory of a store. */
export interface StoreFiles {
  readonly record: CurrentRecord
  /** Files that belong to no version: of a publisher at work, or of one that died. */
  readonly strays: readonly string[]
  /** Who publishes now, as the lock names it. */
  readonly publisher: string | undefined
}

/** Whether `path` is a directory; what is not there is an error. */
export function isDirectory(path: string): boolean {
  return attempt('look', path, () => statSync(path).isDirectory())
}

/** Reads what lies in a store, changing nothing. @throws NoVersionError when `directory` holds none, or is not a store */
export function readStoreFiles(directory: string): StoreFiles {
  const record = readCurrent(directory)
  if (record === undefined) {
    throw new NoVersionError(`no version of a store: path=${directory}. Give the directory of a store, or publish.`, {
      path: directory,
    })
  }
  const kept = new Set(record.versions.map(({ generation }) => generation))
  const strays = attempt('list', directory, () => [
    ...readdirSync(directory).filter((name) => name.startsWith(TEMPORARY_PREFIX)),
    ...readdirSync(join(directory, VERSIONS_NAME))
      .filter((name) => !kept.has(generationOfName(name) ?? -1))
      .map((name) => join(VERSIONS_NAME, name)),
  ])
  return { record, strays, publisher: currentPublisher(directory) }
}

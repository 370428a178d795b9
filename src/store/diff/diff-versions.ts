import { closeSync } from 'node:fs'
import { InvalidOptionError, NoVersionError } from '../../errors/errors.js'
import { FileMapping } from '../../mapping/file-mapping.js'
import { systemCode } from '../../platform/file-errors.js'
import { openRegularFile, type RegularFile } from '../../platform/files.js'
import { Diff, type DiffOptions } from '../../segment/diff/diff.js'
import { FileSegment as Segment } from '../../segment/file-segment.js'
import { quote } from '../../types/make-type.js'
import { readCurrent } from '../files/current-file.js'
import { versionPath } from '../files/store-layout.js'
import { checkData } from '../reading/check-data.js'
import type { OpenVersion } from '../reading/open-version.js'
import { Snapshot } from '../reading/snapshot.js'

/** A version to compare: its number, or a snapshot of it. */
export type VersionLike = number | Snapshot

interface Held {
  readonly segment: Segment
  readonly release: () => void
}

/**
 * Compares two versions of the store in `directory`; see `Store.diff`.
 *
 * @param mapped - the versions this process has mapped, which are not mapped again
 */
export function diffVersions(
  directory: string,
  mapped: ReadonlySet<OpenVersion>,
  before: VersionLike,
  after: VersionLike,
  options: DiffOptions,
): Diff {
  for (const version of [before, after]) {
    if (version instanceof Snapshot || (Number.isSafeInteger(version) && version >= 1)) continue
    throw new InvalidOptionError(
      `cannot compare: version=${quote(version)}, expected=the number of a version, or a snapshot.`,
      { actual: version },
    )
  }
  return new Diff(() => {
    const older = hold(directory, mapped, before)
    try {
      const newer = hold(directory, mapped, after)
      const release = (): void => {
        older.release()
        newer.release()
      }
      return { before: older.segment, after: newer.segment, release }
    } catch (error) {
      older.release()
      throw error
    }
  }, options)
}

function hold(directory: string, mapped: ReadonlySet<OpenVersion>, version: VersionLike): Held {
  for (const open of mapped) {
    const isSame = version instanceof Snapshot ? open.segment === version.segment : open.generation === version
    if (!isSame || open.mapping.closed) continue
    open.hold()
    return { segment: open.segment, release: () => open.drop() }
  }
  if (version instanceof Snapshot) return { segment: version.segment, release: () => undefined }
  return openFrom(directory, version)
}

function openFrom(directory: string, generation: number): Held {
  const record = readCurrent(directory)
  const version = record?.versions.find((each) => each.generation === generation)
  const path = versionPath(directory, generation)
  let file: RegularFile | undefined
  let mapping: FileMapping | undefined
  try {
    if (version === undefined) throw noVersion(directory, generation)
    file = openRegularFile(path, { action: 'open version', follow: false })
    const steps = checkData(file, version)
    while (steps.next().done !== true);
    mapping = FileMapping.of(file, {})
    const segment = Segment.fromMapping(mapping, path)
    return { segment, release: () => segment.close() }
  } catch (error) {
    if (mapping !== undefined) mapping.close()
    else if (file !== undefined) closeSync(file.fd)
    throw systemCode(error) === 'ENOENT' ? noVersion(directory, generation) : error
  }
}

function noVersion(directory: string, generation: number): NoVersionError {
  const existing = readCurrent(directory)?.versions.map((version) => version.generation) ?? []
  return new NoVersionError(
    `no such version: generation=${generation}, existing=${existing.join(', ') || 'none'}, path=${directory}. Keep more versions with retain.`,
    { path: directory, expected: generation },
  )
}

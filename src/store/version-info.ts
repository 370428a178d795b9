import type { CurrentRecord, VersionRecord } from './files/current-file.js'
import type { StageTime } from './publishing/stages.js'

/** What a store knows of a version. */
export interface VersionInfo {
  /** Its number; never used again for another one. */
  readonly generation: number
  /** Whether it is the store's current version, by `CURRENT`; a process may still read an older one. */
  readonly isCurrent: boolean
  /** Whether it stays current whatever is published, until `unpin`. */
  readonly isPinned: boolean
  /** Length of its file. */
  readonly byteLength: number
  readonly publishedAt: Date
  /** What its publisher noted. */
  readonly note: string | undefined
}

/** A version that was published just now. */
export interface PublishedVersion extends VersionInfo {
  /** How long each stage took, in the order in which they happened. */
  readonly stages: readonly StageTime[]
}

/** A version's record as users see it; `current` is what `CURRENT` says. */
export function versionInfo(record: VersionRecord, current: CurrentRecord): VersionInfo {
  const { generation, byteLength, publishedAt, note } = record
  const isCurrent = generation === current.generation
  const isPinned = generation === current.pinned
  return { generation, isCurrent, isPinned, byteLength, publishedAt: new Date(publishedAt), note }
}

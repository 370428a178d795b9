import type { VersionRecord } from './current-file.js'

/** What a store knows of a version. */
export interface VersionInfo {
  readonly generation: number
  readonly isCurrent: boolean
  readonly byteLength: number
  readonly publishedAt: Date
  readonly note: string | undefined
}

/** A version's record as users see it. */
export function versionInfo(record: VersionRecord, isCurrent: boolean): VersionInfo {
  const { generation, byteLength, publishedAt, note } = record
  return { generation, isCurrent, byteLength, publishedAt: new Date(publishedAt), note }
}

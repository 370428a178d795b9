/**
 * What a file in `readers/` says: JSON of what an open store reads. Its name is the owner token of the store's thread and 32 random
 * hexadecimal digits: `4711.81234.<boot id>.4026531836.<digits>`.
 *
 * Anybody who may write there can write anything: what is read is checked for its shape, bounded, shown to people, and decides nothing.
 */
import { formatOwner, parseOwner, type OwnerToken } from '../../platform/identity.js'
import { randomHex16 } from '../../platform/random.js'

/** A version that is not read any more and still held. */
export interface HeldVersion {
  readonly generation: number
  /** When the oldest snapshot that holds it was acquired. */
  readonly since: Date
}

/** An open store, and what it reads. */
export interface ReaderInfo {
  readonly processId: number
  /** The kernel's number of the thread that opened it; that of the process for its main thread. */
  readonly threadId: number
  /** Since when it reads that version. */
  readonly since: Date
  /** The version it reads; 0 when it has none yet. */
  readonly generation: number
  /** Other versions that its snapshots hold; the first fifty. */
  readonly held: readonly HeldVersion[]
  /** `'unknown'` when it was opened in another container, on another machine, or where there is no /proc. */
  readonly state: 'alive' | 'unknown'
  /** Whether it is the very store that was asked. */
  readonly isSelf: boolean
}

/** What a store says of itself. */
export type Announcement = Omit<ReaderInfo, 'state' | 'isSelf'>

/** Bounds of a file: what {@link formatAnnouncement} makes is shorter. */
export const ANNOUNCEMENT_BYTES_MAX = 8192

const HELD_MAX = 50

/** The farthest moment a Date can hold. */
const DATE_MS_MAX = 8.64e15

/** A name for a store of this thread, never used before. */
export function readerName(token: OwnerToken): string {
  return `${formatOwner(token)}.${randomHex16()}`
}

/** The name of a file that is to get the name of a reader's when it is complete. */
export function temporaryName(name: string): string {
  return `${name}.tmp`
}

/** Whose file it is by its name, and whether it is complete; undefined when the name is not one of ours. */
export function parseReaderName(name: string): { token: OwnerToken; isComplete: boolean } | undefined {
  const match = /^(.{1,100})\.[0-9a-f]{32}(\.tmp)?$/.exec(name)
  const token = parseOwner(match?.[1] ?? '')
  return token && { token, isComplete: match?.[2] === undefined }
}

/** As text, for a file. */
export function formatAnnouncement({ held, since, ...rest }: Announcement): string {
  const versions = held
    .slice(0, HELD_MAX)
    .map(({ generation, since: acquired }) => ({ generation, since: acquired.getTime() }))
  return JSON.stringify({ ...rest, since: since.getTime(), held: versions }) + '\n'
}

/** What a text says, if it is one of {@link formatAnnouncement}. */
export function parseAnnouncement(text: string): Announcement | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { processId, threadId, since, generation, held } = (value ?? {}) as Partial<Record<keyof Announcement, unknown>>
  if (!isCount(processId) || !isCount(threadId) || !isCount(generation) || !isMoment(since)) return undefined
  if (!Array.isArray(held) || held.length > HELD_MAX || !held.every(isHeld)) return undefined
  const versions = held.map((version) => ({ generation: version.generation, since: new Date(version.since) }))
  return { processId, threadId, since: new Date(since), generation, held: versions }
}

function isHeld(value: unknown): value is { generation: number; since: number } {
  const { generation, since } = (value ?? {}) as Partial<Record<keyof HeldVersion, unknown>>
  return isCount(generation) && isMoment(since)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= DATE_MS_MAX
}

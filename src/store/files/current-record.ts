/** What `CURRENT` says, and whether what was read can be relied upon. */

/** A version that exists. */
export interface VersionRecord {
  readonly generation: number
  readonly byteLength: number
  /** CRC-32 of the whole file. */
  readonly checksum: number
  /** Milliseconds since 1970. */
  readonly publishedAt: number
  /** The change of `CURRENT` that last made it current, or that listed it; says which one was current more recently. */
  readonly sequence: number
  readonly note?: string | undefined
}

/** What made a version current. */
export type SwitchKind = 'publish' | 'rollback' | 'pin' | 'unpin'

/** The switch that made the current version current. */
export interface SwitchRecord {
  readonly kind: SwitchKind
  /** Milliseconds since 1970. */
  readonly at: number
  /** What the one who switched said about it. */
  readonly reason?: string | undefined
}

/** What `CURRENT` says. */
export interface CurrentRecord {
  /** Number of changes of `CURRENT` so far: it grows with each publish, rollback, pin and unpin. */
  readonly sequence: number
  readonly generation: number
  /** The highest generation there ever was; the next one is above it. */
  readonly highest: number
  /** All versions there are, the current one among them, by generation. */
  readonly versions: readonly VersionRecord[]
  /** The current version, when it stays current whatever is published. */
  readonly pinned?: number | undefined
  /** The switch to the current version; files of an older hotseg do not say. */
  readonly lastSwitch?: SwitchRecord | undefined
}

/** The farthest moment a Date can hold. */
const DATE_MS_MAX = 8.64e15

const SWITCH_KINDS: ReadonlySet<unknown> = new Set<SwitchKind>(['publish', 'rollback', 'pin', 'unpin'])

/** A checksum says that nobody has changed it by accident; this says that what follows may rely on its shape. */
export function isSoundRecord(value: unknown): value is CurrentRecord {
  const record = fieldsOf<CurrentRecord>(value)
  const { sequence, generation, highest, versions, pinned, lastSwitch } = record
  if (!isCount(sequence) || !isCount(generation) || !isCount(highest) || !Array.isArray(versions)) return false
  if (pinned !== undefined && pinned !== generation) return false
  if (lastSwitch !== undefined && !isSoundSwitch(lastSwitch)) return false
  let last = 0
  for (const version of versions as unknown[]) {
    if (!isSoundVersion(version) || version.generation <= last) return false
    last = version.generation
  }
  return last <= highest && versions.some((version: VersionRecord) => version.generation === generation)
}

function isSoundVersion(value: unknown): value is VersionRecord {
  const version = fieldsOf<VersionRecord>(value)
  return (
    isCount(version.generation) &&
    isCount(version.byteLength) &&
    isCount(version.sequence) &&
    Number.isInteger(version.checksum) &&
    isTime(version.publishedAt) &&
    isText(version.note)
  )
}

function isSoundSwitch(value: unknown): value is SwitchRecord {
  const { kind, at, reason } = fieldsOf<SwitchRecord>(value)
  return SWITCH_KINDS.has(kind) && isTime(at) && isText(reason)
}

function fieldsOf<T>(value: unknown): Partial<Record<keyof T, unknown>> {
  return value ?? {}
}

function isCount(count: unknown): count is number {
  return Number.isSafeInteger(count) && (count as number) >= 1
}

function isTime(ms: unknown): boolean {
  return typeof ms === 'number' && Math.abs(ms) <= DATE_MS_MAX
}

function isText(text: unknown): boolean {
  return text === undefined || typeof text === 'string'
}

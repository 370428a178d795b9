import { fileSystemOf } from '../../platform/file-systems.js'
import {
  formatOwner,
  isFromOtherBoot,
  isProvenDead,
  ownerState,
  parseOwner,
  type OwnerToken,
} from '../../platform/identity.js'
import { randomHex16 } from '../../platform/random.js'
import { saysDead } from './witness.js'

/** Who holds the lock: the name of an entry in `LOCK`. */
export interface Holder {
  readonly owner: OwnerToken
  /** Never used twice. */
  readonly serial: string
  /** 0 without a lease. */
  readonly leaseMs: number
  /** Grows with each sign of life. */
  readonly beat: number
}

/** A holder with a serial number of its own. */
export function newHolder(owner: OwnerToken, leaseMs: number): Holder {
  return { owner, serial: randomHex16(), leaseMs, beat: 0 }
}

/** The same holder, one sign of life later. */
export function nextBeat(holder: Holder): Holder {
  return { ...holder, beat: holder.beat + 1 }
}

/** The name of a holder's entry. */
export function formatHolder({ owner, serial, leaseMs, beat }: Holder): string {
  return `${formatOwner(owner)}.${serial}.${leaseMs}.${beat}`
}

/** The holder an entry names; undefined when it is not one of ours. */
export function parseHolder(name: string): Holder | undefined {
  const match = /^(.+)\.([0-9a-z]{1,32})\.(\d{1,15})\.(\d{1,15})$/.exec(name)
  const owner = parseOwner(match?.[1] ?? '')
  if (match === null || owner === undefined) return undefined
  return { owner, serial: match[2]!, leaseMs: Number(match[3]), beat: Number(match[4]) }
}

/**
 * Whether the owner of something in `directory` is dead beyond doubt. On a file system of one kernel only, whoever was there before the last
 * boot is gone; elsewhere it may be another machine that is alive.
 */
export function isDead(owner: OwnerToken | undefined, directory: string): boolean {
  if (owner === undefined) return false
  return isProvenDead(owner) || (isFromOtherBoot(owner) && fileSystemOf(directory).isLocal)
}

/** Whether the holder of the lock, whose entry in `LOCK` is `entry`, is dead beyond doubt: as {@link isDead}, or by his witness. */
export function isHolderDead(holder: Holder | undefined, entry: string, directory: string): boolean {
  if (holder === undefined) return false
  const { owner, serial } = holder
  // Where `/proc` answers, it is right also about one who has lost descriptors.
  return isDead(owner, directory) || (ownerState(owner) === 'unknown' && saysDead(entry, serial))
}

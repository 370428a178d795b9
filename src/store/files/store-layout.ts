/**
 * The names in a store's directory, as `docs/store-format.md` describes them.
 *
 * ```
 * CURRENT              which version is current, and which others are kept; replaced by rename; the truth
 * DOORBELL             one page whose first word changes with CURRENT; mapped by readers; only a hint
 * LOCK/                a directory whose only entry names the publisher; LOCK.new.* are those who are about to take it
 * tmp-*                files being written; whoever holds the lock may remove those he finds
 * versions/7.hotseg    the sealed segment of generation 7
 * refused/*            versions that a validator refused, kept to be looked at
 * readers/*            one small file for each open store, by itself: what it reads; believed by nobody
 * ```
 */
import { join } from 'node:path'
import { randomHex16 } from '../../platform/random.js'

export const CURRENT_NAME = 'CURRENT'
export const DOORBELL_NAME = 'DOORBELL'
export const LOCK_NAME = 'LOCK'
export const LOCK_ATTEMPT_PREFIX = 'LOCK.new.'
export const TEMPORARY_PREFIX = 'tmp-'
export const VERSIONS_NAME = 'versions'
export const REFUSED_NAME = 'refused'
export const READERS_NAME = 'readers'
export const VERSION_SUFFIX = '.hotseg'

/** Where the segment of a generation lies. */
export function versionPath(directory: string, generation: number): string {
  return join(directory, VERSIONS_NAME, `${generation}${VERSION_SUFFIX}`)
}

/** The generation a file in `versions/` holds; undefined when the name is not one of ours. */
export function generationOfName(name: string): number | undefined {
  const match = /^([1-9]\d{0,14})\.hotseg$/.exec(name)
  return match === null ? undefined : Number(match[1])
}

/** Whether a name is one of {@link temporaryPath}. */
export function isTemporaryName(name: string): boolean {
  return /^tmp-[0-9a-f]{32}$/.test(name)
}

/** A path nobody can guess, for a file that gets its name when it is complete. */
export function temporaryPath(directory: string): string {
  return join(directory, TEMPORARY_PREFIX + randomHex16())
}

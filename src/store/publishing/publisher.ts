/**
 * What makes it impossible for a publisher that was overtaken, however late it wakes up, to disturb its successor:
 *
 * 1. What a publisher changes under a name that all know (`CURRENT`, a version, `DOORBELL`, what is in `refused/`), it changes by
 *    renaming a `tmp-*` file of its own.
 * 2. Each such file is made first; then the lock is found to be held; then the file is renamed, in the same turn. So it was there
 *    before any successor took over.
 * 3. A successor removes all `tmp-*` before it reads `CURRENT` and looks at the versions. So a rename of one that was overtaken either
 *    came before the successor looked, or fails for want of its source.
 * 4. What it removes under such a name, it removes by `PublisherLock.remove`, which fails without effect once it was overtaken. Only
 *    versions that its own switch has retired are removed directly: no successor uses such a number again.
 * 5. The doorbell is written in place. A late ring makes readers look once more, and does no other harm.
 *
 * Whatever fails because of that becomes a PublishConflictError.
 */
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { HotsegError } from '../../errors/errors.js'
import { refuseInsecureDirectory, refuseStrangersFile, type PermissionOptions } from '../../platform/permissions.js'
import { readCurrent, type CurrentRecord } from '../files/current-file.js'
import { repairDoorbell } from '../files/doorbell.js'
import { clearTemporaries, clearUnlisted, findTemporaries, findUnlisted, makeDirectories } from '../files/leftovers.js'
import { CURRENT_NAME, VERSIONS_NAME } from '../files/store-layout.js'
import { permissionsIn } from '../files/store-permissions.js'
import type { Follower } from '../reading/follower.js'
import type { VersionContext } from '../reading/open-version.js'
import type { SnapshotMaker } from '../reading/snapshot.js'
import { clearDeadReaders } from '../watching/reader-files.js'
import { findAttempts } from './lock-directory.js'
import { checkSwitchOptions, type SwitchOptions } from './publish-options.js'
import { currentPublisher, PublisherLock } from './publisher-lock.js'
import type { Retain } from './retention.js'

const TIMEOUT_MS = 30_000

/** Errors that say what they say whether or not the publisher was overtaken. */
const OWN_ERRORS: ReadonlySet<string> = new Set(['ValidationError', 'InvalidOptionError', 'PublishConflictError'])

/** What the publishing side of a store works with. */
export interface PublisherContext<S extends object> extends VersionContext {
  readonly directory: string
  readonly retain: Retain
  /** As the store was opened. */
  readonly permissions: PermissionOptions
  readonly follower: Follower
  readonly snapshots: SnapshotMaker<S>
}

/** Takes the lock of the store, clears what dead publishers left, and runs `work`; one publisher at a time. */
export async function whilePublisher<T>(
  context: PublisherContext<object>,
  options: SwitchOptions,
  work: (lock: PublisherLock, record: CurrentRecord | undefined) => Promise<T>,
): Promise<T> {
  checkSwitchOptions(options)
  const { timeoutMs = TIMEOUT_MS, signal, leaseMs } = options
  const { directory, permissions } = context
  refuseOthersStore(directory, 'publish')
  const lock = await PublisherLock.acquire(directory, { timeoutMs, signal, leaseMs })
  try {
    return await work(lock, prepareStore(directory, lock, options, permissions))
  } catch (error) {
    // A successor has cleared a file, or made one where this one was to go.
    const mayBeFenced = error instanceof HotsegError && !OWN_ERRORS.has(error.name)
    throw mayBeFenced && !lock.isHeld() ? lock.lost(error) : error
  } finally {
    lock.release()
  }
}

/** Refuses a store that strangers could change, or that another user publishes. @throws FileError, also when there is no such directory */
export function refuseOthersStore(directory: string, action: string): void {
  refuseInsecureDirectory(directory, action)
  refuseStrangersFile(join(directory, CURRENT_NAME), action)
}

/**
 * What the holder of the lock does first: clears leftovers, reads `CURRENT`, and makes directories and doorbell whole.
 *
 * @param options - what is made gets, the first that says it before the others
 */
export function prepareStore(
  directory: string,
  lock: PublisherLock,
  ...options: readonly PermissionOptions[]
): CurrentRecord | undefined {
  const permissions = permissionsIn(directory, ...options)
  makeDirectories(directory, permissions.directory)
  refuseInsecureDirectory(join(directory, VERSIONS_NAME), 'publish', { follow: false })
  lock.clearAttempts()
  // Invariant 3: first this, and only then is anything read.
  clearTemporaries(directory, lock)
  const record = readCurrent(directory)
  clearUnlisted(directory, record, lock)
  clearDeadReaders(directory)
  repairDoorbell(directory, record?.sequence ?? 0, permissions.doorbell, () => {
    lock.confirm()
  })
  return record
}

/**
 * Clears what the dead left, if this process may write in the store, there is something, and nobody is publishing: what is under work looks
 * like a leftover. Never fails: a store that cannot be put in order can still be read, or the reading says why not.
 */
export function clearWhatTheDeadLeft(directory: string, permissions: PermissionOptions): void {
  try {
    accessSync(directory, constants.W_OK)
    refuseOthersStore(directory, 'clear leftovers')
    clearDeadReaders(directory)
    const record = readCurrent(directory)
    if (record === undefined) return
    if (currentPublisher(directory) === undefined && !hasLeftovers(directory, record)) return
    const lock = PublisherLock.tryAcquire(directory)
    if (!(lock instanceof PublisherLock)) return
    try {
      prepareStore(directory, lock, permissions)
    } finally {
      lock.release()
    }
  } catch {
    // See above.
  }
}

function hasLeftovers(directory: string, record: CurrentRecord): boolean {
  return [findTemporaries(directory), findUnlisted(directory, record), findAttempts(directory)].some(
    (found) => found.length > 0,
  )
}

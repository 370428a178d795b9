import { accessSync, constants } from 'node:fs'
import { readCurrent, type CurrentRecord } from '../files/current-file.js'
import { repairDoorbell } from '../files/doorbell.js'
import { clearLeftovers, findLeftovers, makeDirectories } from '../files/leftovers.js'
import type { Follower } from '../reading/follower.js'
import type { VersionContext } from '../reading/open-version.js'
import { clearDeadReaders } from './dead-readers.js'
import type { SnapshotMaker } from '../reading/snapshot.js'
import { checkSwitchOptions, type SwitchOptions } from './publish-options.js'
import { currentPublisher, PublisherLock } from './publisher-lock.js'
import type { Retain } from './retention.js'

const TIMEOUT_MS = 30_000

/** What the publishing side of a store works with. */
export interface PublisherContext<S extends object> extends VersionContext {
  readonly directory: string
  readonly retain: Retain
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
  const { timeoutMs = TIMEOUT_MS, signal, mode } = options
  const { directory } = context
  const lock = await PublisherLock.acquire(directory, { timeoutMs, signal })
  try {
    const record = readCurrent(directory)
    prepareStore(directory, lock, record, mode)
    return await work(lock, record)
  } finally {
    lock.release()
  }
}

/** What the holder of the lock does first: clears leftovers and makes directories and doorbell whole. */
export function prepareStore(
  directory: string,
  lock: PublisherLock,
  record: CurrentRecord | undefined,
  mode: number | undefined,
): void {
  makeDirectories(directory)
  lock.clearVoidLinks()
  clearLeftovers(directory, record)
  clearDeadReaders(directory)
  repairDoorbell(directory, record?.sequence ?? 0, mode === undefined ? undefined : mode | 0o600)
}

/**
 * Clears what the dead left, if this process may write in the store, there is something, and nobody is publishing: what is under work looks
 * like a leftover. Never fails: a store that cannot be put in order can still be read, or the reading says why not.
 */
export function clearWhatTheDeadLeft(directory: string): void {
  try {
    accessSync(directory, constants.W_OK)
    clearDeadReaders(directory)
    const record = readCurrent(directory)
    if (record === undefined) return
    if (currentPublisher(directory) === undefined && findLeftovers(directory, record).length === 0) return
    const lock = PublisherLock.tryAcquire(directory)
    if (!(lock instanceof PublisherLock)) return
    try {
      prepareStore(directory, lock, readCurrent(directory), undefined)
    } finally {
      lock.release()
    }
  } catch {
    // See above.
  }
}

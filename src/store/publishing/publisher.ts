import { readCurrent, type CurrentRecord } from '../files/current-file.js'
import { repairDoorbell } from '../files/doorbell.js'
import { clearLeftovers, makeDirectories } from '../files/leftovers.js'
import type { Follower } from '../reading/follower.js'
import type { VersionContext } from '../reading/open-version.js'
import type { SnapshotMaker } from '../reading/snapshot.js'
import { checkSwitchOptions, type SwitchOptions } from './publish-options.js'
import { PublisherLock } from './publisher-lock.js'
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
  repairDoorbell(directory, record?.sequence ?? 0, mode === undefined ? undefined : mode | 0o600)
}

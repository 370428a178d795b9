import * as fs from 'node:fs'
import { ExistsError } from '../../errors/errors.js'
import { attempt } from '../../platform/file-errors.js'
import type { Permissions } from '../../platform/permissions.js'
import { syncDirectoryAsync, writeCurrent, type CurrentRecord } from '../files/current-file.js'
import { ringDoorbell } from '../files/doorbell.js'
import type { PublisherLock } from './publisher-lock.js'

/**
 * Gives a version its name. A rename and not a hard link: what maps the file shows its new name then, which is how operators see who
 * maps what.
 */
export function nameVersion(lock: PublisherLock, temporary: string, path: string): void {
  const action = 'publish version'
  attempt(action, path, () => {
    if (fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
      throw new ExistsError(`cannot ${action}: there is a strange file, path=${path}. Remove it.`, { path })
    }
    lock.confirm()
    fs.renameSync(temporary, path)
  })
}

/** How to switch. */
export interface SwitchDetails {
  /** Of `CURRENT`. */
  readonly permissions: Permissions
  readonly isDurable: boolean
  /** Prevents the switch as long as it has not happened. */
  readonly signal: AbortSignal | undefined
  /** Called right after the switch, before anything else can fail. */
  readonly onSwitched?: () => void
}

/** Makes `next` the truth and tells the readers. @throws PublishConflictError when the lock is not held any more */
export async function switchTo(
  { directory }: { readonly directory: string },
  lock: PublisherLock,
  next: CurrentRecord,
  { permissions, isDurable, signal, onSwitched }: SwitchDetails,
): Promise<void> {
  const fence = (): void => {
    signal?.throwIfAborted()
    lock.confirm()
  }
  await writeCurrent(directory, next, { permissions, isDurable, fence })
  onSwitched?.()
  try {
    if (isDurable) await syncDirectoryAsync(directory)
  } finally {
    try {
      ringDoorbell(directory, next.sequence)
    } catch {
      // The switch has happened. Readers find it by their timer, and the next publisher repairs the bell.
    }
  }
}

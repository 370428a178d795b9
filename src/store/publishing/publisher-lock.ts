/**
 * One publisher at a time, also after a death at any instruction, and also when one that was taken for dead wakes up.
 *
 * ```
 * LOCK/                        there as long as somebody holds the lock
 * LOCK/<holder>/               who: an owner, a serial number, his lease, and a count of heartbeats
 * LOCK/<holder>/<serial>/      where he moves what he removes
 * LOCK/<holder>/<serial>.alive what he keeps locked as long as he lives
 * LOCK.new.<holder>/<holder>/  one who is about to take the lock
 * ```
 *
 * 1. `LOCK` appears by renaming a whole directory that holds one holder. Such a rename fails as long as there is a `LOCK` that is not
 *    empty: of many who try one succeeds.
 * 2. A holder is replaced by renaming his entry to the successor's, which exactly one can do: so there is one holder at any time, and
 *    none in between. A heartbeat is a rename, too, so it cannot be overlooked by one who takes over.
 * 3. A holder's serial number is never used again. Whatever one does by a path through his own entry fails, without any effect, when
 *    he is not the holder any more: `isHeld`, a heartbeat, `remove`, `release`.
 * 4. `LOCK` itself is removed only when it is empty, which the kernel checks.
 */
import * as fs from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidOptionError, PublishConflictError } from '../../errors/errors.js'
import { attempt, systemCode } from '../../platform/file-errors.js'
import { removeFile } from '../../platform/files.js'
import { refuseLinkedDirectory } from '../../platform/permissions.js'
import { currentOwner } from '../../platform/identity.js'
import { LOCK_NAME } from '../files/store-layout.js'
import { formatHolder, isHolderDead, newHolder, nextBeat, parseHolder, type Holder } from './lock-holder.js'
import { clearAttempts, installLock, makeDen } from './lock-directory.js'
import { LeaseWatch } from './lease-watch.js'
import { raiseWitness } from './witness.js'

/** A publisher that holds the lock for longer than this is stuck in a loop of others who come and go. */
const ATTEMPTS_MAX = 10_000

const RETRY_MS_MAX = 20

/** Below this, timers and disks are too slow to keep a lease. */
const LEASE_MS_MIN = 100

const BEATS_PER_LEASE = 4

const ACTION = 'take publisher lock'

/** How to wait for the lock. */
export interface LockOptions {
  /** How long to wait for another publisher; 0 is not at all. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Whoever sees no sign of life of the holder for so long may take over. Without it only proof of his death counts. */
  readonly leaseMs?: number | undefined
}

/** The held lock. */
export class PublisherLock {
  /** Whom the lock was taken over from, if it was not free. */
  readonly predecessor: string | undefined
  readonly #directory: string
  #holder: Holder
  #timer: NodeJS.Timeout | undefined
  #witness: number | undefined
  #removed = 0

  private constructor(directory: string, holder: Holder, predecessor?: string) {
    this.#directory = directory
    this.predecessor = predecessor
    this.#holder = holder
    this.#witness = raiseWitness(entryPath(directory, holder), holder.serial)
    if (holder.leaseMs === 0) return
    this.#timer = setInterval(() => {
      this.#beatQuietly()
    }, holder.leaseMs / BEATS_PER_LEASE).unref()
  }

  /**
   * Waits for the lock of a store.
   *
   * @throws PublishConflictError when another publisher still holds it after `timeoutMs`, FileError or OutOfSpaceError when the
   * directory cannot be written, the signal's reason when it was aborted; nothing is held then
   */
  static async acquire(directory: string, { timeoutMs, signal, leaseMs }: LockOptions): Promise<PublisherLock> {
    checkTimes(timeoutMs, leaseMs)
    const watch = new LeaseWatch()
    const end = performance.now() + timeoutMs
    for (;;) {
      signal?.throwIfAborted()
      const lock = PublisherLock.tryAcquire(directory, leaseMs, watch)
      if (lock instanceof PublisherLock) return lock
      const leftMs = end - performance.now()
      if (leftMs <= 0) throw conflict(directory, timeoutMs, lock)
      const waitMs = Math.min(leftMs, 1 + Math.random() * RETRY_MS_MAX)
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
    }
  }

  /**
   * Takes the lock if it is free, its holder is dead beyond doubt, or `watch` has seen no sign of life of him for as long as his
   * lease; else gives the holder. Never waits.
   */
  static tryAcquire(directory: string, leaseMs = 0, watch?: LeaseWatch): PublisherLock | string {
    const holder = newHolder(currentOwner(), leaseMs)
    for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
      const current = currentPublisher(directory)
      if (current === undefined) {
        // Invariant 1.
        if (installLock(directory, holder)) return new PublisherLock(directory, holder)
        continue
      }
      const other = parseHolder(current)
      const isDead = isHolderDead(other, join(directory, LOCK_NAME, current), directory)
      if (!isDead && watch?.hasExpired(current, other?.leaseMs ?? 0) !== true) return current
      // Invariant 2.
      if (!renameEntry(directory, current, formatHolder(holder))) continue
      try {
        makeDen(entryPath(directory, holder), holder.serial)
      } catch (error) {
        new PublisherLock(directory, holder, current).release()
        throw error
      }
      return new PublisherLock(directory, holder, current)
    }
    return 'unknown'
  }

  /** Whether the lock is still this one: not when it was taken over, or somebody has removed it by hand. */
  isHeld(): boolean {
    const path = entryPath(this.#directory, this.#holder)
    return attempt('look at publisher lock', path, () => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined)
  }

  /** Makes sure that the lock is held right now, and gives a sign of life. @throws PublishConflictError when it is not held any more */
  confirm(): void {
    if (this.#holder.leaseMs === 0 ? this.isHeld() : this.#beat()) return
    throw this.lost()
  }

  /** What a publisher gets that was overtaken. */
  lost(cause?: unknown): PublishConflictError {
    const path = join(this.#directory, LOCK_NAME)
    return new PublishConflictError(
      `cannot publish: the lock was taken away, leaseMs=${this.#holder.leaseMs}, path=${path}. ` +
        'Publish again, with a longer lease if one publisher alone takes so long between two signs of life.',
      { path, cause },
    )
  }

  // Invariant 2: fails when another has taken over.
  #beat(): boolean {
    const next = nextBeat(this.#holder)
    if (!renameEntry(this.#directory, formatHolder(this.#holder), formatHolder(next))) return false
    this.#holder = next
    return true
  }

  #beatQuietly(): void {
    try {
      if (this.#beat()) return
    } catch {
      // The next beat may succeed.
      return
    }
    clearInterval(this.#timer)
  }

  /**
   * Removes a file for everybody, but only as long as the lock is held, however late this thread comes to it: the file is moved into
   * the holder's own directory, whose path is gone when another has taken over (invariant 3).
   *
   * @returns whether it was there and the lock was held; a directory stays
   */
  remove(path: string, action: string): boolean {
    const den = join(entryPath(this.#directory, this.#holder), this.#holder.serial)
    const grave = join(den, `${this.#removed++}-${basename(path)}`)
    return attempt(action, path, () => {
      try {
        if (fs.lstatSync(path).isDirectory()) return false
        fs.renameSync(path, grave)
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false
        throw error
      }
      return removeFile(grave, action)
    })
  }

  /** Lets the next publisher in. Does nothing when the lock is not held any more. */
  release(): void {
    clearInterval(this.#timer)
    const path = entryPath(this.#directory, this.#holder)
    const action = 'release publisher lock'
    try {
      attempt(action, path, () => {
        // Invariant 3.
        fs.rmSync(path, { recursive: true, force: true })
        try {
          // Invariant 4.
          fs.rmdirSync(join(this.#directory, LOCK_NAME))
        } catch (error) {
          if (!NOT_OURS.has(systemCode(error))) throw error
        }
      })
    } finally {
      // Last: as long as the witness has its name, it must be locked.
      if (this.#witness !== undefined) fs.closeSync(this.#witness)
      this.#witness = undefined
    }
  }

  /** Removes what was left by those who died before they had the lock. Only for the holder. @returns the paths */
  clearAttempts(): string[] {
    return clearAttempts(this.#directory)
  }
}

/** What removing `LOCK` says when it is gone already, or another has it. */
const NOT_OURS: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST'])

/** Who holds the lock of a store, dead or alive; undefined when nobody does. */
export function currentPublisher(directory: string): string | undefined {
  const path = join(directory, LOCK_NAME)
  return attempt('read publisher lock', path, () => {
    refuseLinkedDirectory(path, 'read publisher lock')
    try {
      return fs.readdirSync(path)[0]
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  })
}

function entryPath(directory: string, holder: Holder): string {
  return join(directory, LOCK_NAME, formatHolder(holder))
}

// @returns false when there is no such entry
function renameEntry(directory: string, from: string, to: string): boolean {
  const path = join(directory, LOCK_NAME)
  return attempt(ACTION, path, () => {
    try {
      fs.renameSync(join(path, from), join(path, to))
      return true
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
  })
}

function checkTimes(timeoutMs: unknown, leaseMs: unknown): void {
  const refuse = (name: string, actual: unknown, expected: string): never => {
    throw new InvalidOptionError(`not a time: ${name}=${String(actual)}. Give milliseconds, ${expected}.`, {
      path: name,
      actual,
    })
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) refuse('timeoutMs', timeoutMs, '0 or more')
  if (leaseMs === undefined || (Number.isSafeInteger(leaseMs) && (leaseMs as number) >= LEASE_MS_MIN)) return
  refuse('leaseMs', leaseMs, `a whole number, ${LEASE_MS_MIN} or more`)
}

function conflict(directory: string, timeoutMs: number, holder: string): PublishConflictError {
  const path = join(directory, LOCK_NAME)
  return new PublishConflictError(
    `cannot publish: another publisher holds the store, waitedMs=${timeoutMs}, owner=${holder}, path=${path}. ` +
      'Wait for it (timeoutMs), or, if its container or machine is gone for certain, remove the directory LOCK.',
    { path, actual: holder, expected: timeoutMs },
  )
}

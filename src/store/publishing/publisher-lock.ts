/**
 * One publisher at a time, also after a death at any instruction.
 *
 * The lock is the symbolic link `LOCK`. Its target is no path but a token: who holds it, and a number that is never
 * used twice. Making a link is atomic and fails when the name exists, so a link is never seen half written.
 *
 * Taking over from a dead owner A is another link, `LOCK.after.<number of A>`, with the successor's token: of all who see
 * A dead exactly one can make it. Nothing is removed, so no check can be overtaken by a removal. The holder is the last
 * of the chain that begins at `LOCK`.
 *
 * 1. A link `LOCK.after.N` counts only as long as `LOCK` begins a chain that reaches N.
 * 2. Only the last of a chain removes `LOCK`, and it does so before it removes any successor link of that chain.
 * 3. Whoever made a successor link reads `LOCK` again. If it still begins the same chain, then by 2 no holder has
 *    released in between, and the link is valid; else it is void and is removed.
 * 4. Links left by the dead count for nothing once `LOCK` is gone; the next holder removes them.
 */
import { readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidOptionError, PublishConflictError } from '../../errors/errors.js'
import { attempt, systemCode } from '../../platform/file-errors.js'
import { fileSystemOf } from '../../platform/file-systems.js'
import { removeFile } from '../../platform/files.js'
import {
  currentOwner,
  formatOwner,
  isFromOtherBoot,
  isProvenDead,
  parseOwner,
  type OwnerToken,
} from '../../platform/identity.js'
import { randomHex16 } from '../../platform/random.js'
import { LOCK_NAME, SUCCESSOR_PREFIX } from '../files/store-layout.js'

interface Link {
  readonly name: string
  readonly token: string
  /** The part of the token that is never used twice. */
  readonly serial: string
  readonly owner: OwnerToken | undefined
}

/** Far more deaths in a row than can happen before somebody publishes. */
const CHAIN_MAX = 10_000

const RETRY_MS_MAX = 20

/** How to wait for the lock. */
export interface LockOptions {
  /** How long to wait for another publisher; 0 is not at all. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** The held lock. */
export class PublisherLock {
  readonly #directory: string
  readonly #token: string

  private constructor(directory: string, token: string) {
    this.#directory = directory
    this.#token = token
  }

  /**
   * Waits for the lock of a store.
   *
   * @throws PublishConflictError when another publisher still holds it after `timeoutMs`, FileError or OutOfSpaceError when the
   * directory cannot be written, the signal's reason when it was aborted; nothing is held then
   */
  static async acquire(directory: string, { timeoutMs, signal }: LockOptions): Promise<PublisherLock> {
    if (!(timeoutMs >= 0)) {
      throw new InvalidOptionError(`not a time: timeoutMs=${timeoutMs}. Give milliseconds, 0 or more.`, {
        path: 'timeoutMs',
        actual: timeoutMs,
      })
    }
    const end = performance.now() + timeoutMs
    for (;;) {
      signal?.throwIfAborted()
      const lock = PublisherLock.tryAcquire(directory)
      if (lock instanceof PublisherLock) return lock
      const leftMs = end - performance.now()
      if (leftMs <= 0) throw conflict(directory, timeoutMs, lock)
      const waitMs = Math.min(leftMs, 1 + Math.random() * RETRY_MS_MAX)
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
    }
  }

  /** Takes the lock if it is free or its owner is dead beyond doubt; else gives the owner. Never waits. */
  static tryAcquire(directory: string): PublisherLock | string {
    const token = `${formatOwner(currentOwner())}.${randomHex16()}`
    for (let attempts = 0; attempts < CHAIN_MAX; attempts++) {
      const chain = readChain(directory)
      const last = chain.at(-1)
      if (last === undefined) {
        if (makeLink(directory, LOCK_NAME, token)) return new PublisherLock(directory, token)
        continue
      }
      if (last.owner === undefined || !isDead(last.owner, directory)) return last.token
      const name = SUCCESSOR_PREFIX + last.serial
      if (!makeLink(directory, name, token)) continue
      // Invariant 3.
      if (readLink(directory, LOCK_NAME)?.token === chain[0]?.token) return new PublisherLock(directory, token)
      removeFile(join(directory, name), 'withdraw from publisher lock')
    }
    return 'unknown'
  }

  /** Whether the lock is still this one: not when somebody has removed it by hand. */
  isHeld(): boolean {
    return readChain(this.#directory).at(-1)?.token === this.#token
  }

  /** Lets the next publisher in. Does nothing when the lock is not held any more. */
  release(): void {
    const chain = readChain(this.#directory)
    if (chain.at(-1)?.token !== this.#token) return
    // Invariant 2: `LOCK` comes first in the chain.
    for (const { name } of chain) removeFile(join(this.#directory, name), 'release publisher lock')
  }

  /** Names of links of the dead: those this lock was taken over from, which go with it, and those that belong to no chain any more. */
  linksOfTheDead(): string[] {
    const own = readChain(this.#directory).at(-1)?.name
    return readdirSync(this.#directory).filter(
      (name) => (name === LOCK_NAME || name.startsWith(SUCCESSOR_PREFIX)) && name !== own,
    )
  }

  /** Removes links of dead successors that belong to no chain any more. Only for the holder. */
  clearVoidLinks(): void {
    const live = new Set(readChain(this.#directory).map(({ name }) => name))
    for (const name of this.linksOfTheDead()) {
      if (!live.has(name)) removeFile(join(this.#directory, name), 'clear publisher lock')
    }
  }
}

/** The token of whoever holds the lock of a store, dead or alive; undefined when nobody does. */
export function currentPublisher(directory: string): string | undefined {
  return readChain(directory).at(-1)?.token
}

function readLink(directory: string, name: string): Link | undefined {
  const path = join(directory, name)
  return attempt('read publisher lock', path, () => {
    try {
      const token = readlinkSync(path)
      const dot = token.lastIndexOf('.')
      return { name, token, serial: token.slice(dot + 1).replaceAll('/', ''), owner: parseOwner(token.slice(0, dot)) }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  })
}

// From `LOCK` to the holder. A chain that changes while it is read ends early; then its last is not the holder, but it
// is an owner that was dead, and making its successor link fails or is void.
function readChain(directory: string): Link[] {
  const chain: Link[] = []
  let name = LOCK_NAME
  while (chain.length < CHAIN_MAX) {
    const link = readLink(directory, name)
    if (link === undefined) break
    chain.push(link)
    name = SUCCESSOR_PREFIX + link.serial
  }
  return chain
}

function makeLink(directory: string, name: string, token: string): boolean {
  const path = join(directory, name)
  return attempt('take publisher lock', path, () => {
    try {
      symlinkSync(token, path)
      return true
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      throw error
    }
  })
}

/**
 * Whether the owner of something in `directory` is dead beyond doubt. On a file system of one kernel only, whoever was there before the last
 * boot is gone; elsewhere it may be another machine that is alive.
 */
export function isDead(owner: OwnerToken, directory: string): boolean {
  return isProvenDead(owner) || (isFromOtherBoot(owner) && fileSystemOf(directory).isLocal)
}

function conflict(directory: string, timeoutMs: number, token: string): PublishConflictError {
  const path = join(directory, LOCK_NAME)
  return new PublishConflictError(
    `cannot publish: another publisher holds the store, waitedMs=${timeoutMs}, owner=${token}, path=${path}. ` +
      'Wait for it (timeoutMs), or, if its container or machine is gone for certain, remove the links LOCK and LOCK.after.*.',
    { path, actual: token, expected: timeoutMs },
  )
}

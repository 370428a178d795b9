import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { CorruptionError, HotsegError } from '../../errors/errors.js'
import { systemCode, toFileError } from '../../platform/file-errors.js'
import { refuseLinkedDirectory } from '../../platform/permissions.js'
import { fileSystemOf } from '../../platform/file-systems.js'
import { BlockMeter } from './block-meter.js'
import { formatStamp, readCurrent, stampOf, type CurrentRecord, type VersionRecord } from '../files/current-file.js'
import { Doorbell } from '../files/doorbell.js'
import { openVersion, type OpenVersion, type VersionContext } from './open-version.js'
import { nextTurn, runAtOnce, runGently, type Steps } from './steps.js'
import { CURRENT_NAME, versionPath } from '../files/store-layout.js'

/** How often an idle process looks: twice within the 500 ms in which it must have noticed. */
const LOOK_INTERVAL_MS = 250

/** A reader is overtaken when a publisher retires a version between the reading of its number and the opening of its file. */
const OVERTAKEN_MAX = 1000

const RETRY_MS_MIN = 1000
const RETRY_MS_MAX = 30_000

/** Failures of the data; all others may go away by themselves. */
const LASTING = new Set(['SchemaMismatchError', 'FormatError', 'VersionError', 'CorruptionError'])

/** Learns the number of the version that is tried as soon as it is known. */
interface Wanted {
  generation?: number
}

interface Found {
  readonly version: OpenVersion
  readonly ticket: number
  /** What the switch to it was for. */
  readonly reason: string | undefined
}

/** How an adoption has gone so far. */
interface Course {
  readonly meter: BlockMeter
  readonly start: number
}

/** What a follower does around a switch. */
export interface FollowerHooks {
  /** Called in the turn in which another version becomes current here, before anybody is told. */
  readonly onSwitch: () => void
  /** Called with each version before it becomes current; what it throws, or its promise gives, refuses the version. */
  readonly warmUp?: ((version: OpenVersion, signal: AbortSignal) => Promise<void> | undefined) | undefined
}

/**
 * The reading side of a store in this process: follows `CURRENT`, adopts each newer version in steps on turns of its own, and
 * says which one is current here. A word compared at each access, a ring, and a slow timer tell it when to look.
 */
export class Follower {
  /** The version that is read now. */
  version: OpenVersion | undefined
  /** Why the newest version is not the one that is read, if it is not. */
  failure: Error | undefined
  readonly doorbell: Doorbell
  /** The doorbell's word when `CURRENT` was last read; another word there means: look again. */
  heard = 0

  readonly #directory: string
  readonly #context: VersionContext
  readonly #isLocal: boolean
  readonly #hooks: FollowerHooks
  #stamp: string | undefined
  readonly #closing = new AbortController()
  #look: Promise<void> | undefined
  #lookAgain = false
  // Versions whose warm-up takes several turns; nobody begins a second one for the same.
  readonly #warming = new Map<OpenVersion, Promise<void>>()
  // Each reading of CURRENT draws a number; an adoption that has been passed by one that read later is dropped.
  #tickets = 0
  #installedTicket = 0
  #timer: NodeJS.Timeout | undefined
  #retryAt = Infinity
  #retryMs = RETRY_MS_MIN

  /** Reads nothing yet. */
  constructor(directory: string, context: VersionContext, hooks: FollowerHooks) {
    this.#directory = directory
    this.#context = context
    this.#hooks = hooks
    // On overlayfs, NFS, 9p and FUSE a mapped word may never change for some readers: there the timer does it all.
    this.#isLocal = fileSystemOf(directory).isLocal
    this.doorbell = new Doorbell(directory, context.mapping)
  }

  /** Begins to look by the timer. */
  start(): void {
    this.#timer = setTimeout(() => {
      this.#lookByTimer()
    }, LOOK_INTERVAL_MS).unref()
  }

  /** Stops following and lets the current version go at once, or when its last holder does. Waits for what is being adopted, and drops it. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#timer)
    this.doorbell.close()
    const version = this.version
    this.version = undefined
    version?.retireAtOnce()
    await Promise.all([this.#look, ...this.#warming.values()])
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Looks for a newer version on later turns. */
  notice(): void {
    void this.look()
  }

  /** The same, and tells when it is done; a look that is under way looks once more. What fails becomes an event. */
  async look(): Promise<void> {
    if (this.#look !== undefined) this.#lookAgain = true
    await (this.#look ??= this.#lookUntilNewest())
  }

  async #lookUntilNewest(): Promise<void> {
    const start = performance.now()
    do {
      this.#lookAgain = false
      await this.#adoptInTurns(start)
    } while (this.#mustLookAgain())
    this.#look = undefined
  }

  #mustLookAgain(): boolean {
    return this.#lookAgain && !this.#isClosed
  }

  async #adoptInTurns(start: number): Promise<void> {
    const meter = new BlockMeter(this.#context.clock)
    const wanted: Wanted = {}
    try {
      const found = await runGently(this.findNewest(wanted), meter)
      if (found === undefined) this.#settle()
      else await this.#adopt(found, { meter, start })
    } catch (error) {
      this.#fail(error, wanted.generation)
    }
  }

  /**
   * Looks now. A warm-up that gives a promise is not waited for: its version becomes current on a later turn.
   *
   * @returns whether another version is current here than before
   */
  lookAtOnce(): boolean {
    const before = this.version
    const meter = new BlockMeter(this.#context.clock)
    const wanted: Wanted = {}
    const start = performance.now()
    try {
      const found = runAtOnce(this.findNewest(wanted), meter)
      if (found === undefined) this.#settle()
      else void this.#adopt(found, { meter, start })
    } catch (error) {
      this.#fail(error, wanted.generation)
    }
    return this.version !== before
  }

  /**
   * Warms up a version that the caller has opened and has just made current in the store, and makes it current here: at once, if
   * the warm-up takes no turns of its own. To be called in a turn of its own. What fails becomes an event.
   */
  async install(version: OpenVersion, meter: BlockMeter): Promise<void> {
    await this.#adopt({ version, ticket: ++this.#tickets, reason: undefined }, { meter, start: performance.now() })
  }

  // Never throws, and its promise, which only a warm-up of several turns makes it give, never rejects.
  #adopt(found: Found, course: Course): Promise<void> | undefined {
    const { version } = found
    if (this.#isOutdated(found)) {
      version.discard()
      return undefined
    }
    for (const [other, warming] of this.#warming) {
      if (!isSameVersion(version.record, other.record)) continue
      version.discard()
      return warming
    }
    try {
      const warmUp = this.#hooks.warmUp?.(version, this.#closing.signal)
      if (warmUp === undefined) {
        this.#switch(found, course)
        return undefined
      }
      const warming = this.#switchAfter(warmUp, found, course)
      this.#warming.set(version, warming)
      return warming
    } catch (error) {
      this.#refuse(version, error)
      return undefined
    }
  }

  async #switchAfter(warmUp: Promise<void>, found: Found, course: Course): Promise<void> {
    try {
      await warmUp
      // Within the turn in which the user's promise was kept, `current` may have been read.
      await nextTurn()
      this.#switch(found, course)
    } catch (error) {
      this.#refuse(found.version, error)
    } finally {
      this.#warming.delete(found.version)
    }
  }

  #refuse(version: OpenVersion, error: unknown): void {
    version.discard()
    this.#fail(error, version.generation)
  }

  #isOutdated({ version, ticket }: Found): boolean {
    return this.#isClosed || ticket < this.#installedTicket || isSameVersion(version.record, this.version?.record)
  }

  #switch(found: Found, { meter, start }: Course): void {
    const { version, ticket, reason } = found
    if (this.#isOutdated(found)) {
      version.discard()
      return
    }
    const previous = this.version
    meter.run(() => {
      this.#installedTicket = ticket
      this.version = version
      this.#hooks.onSwitch()
      previous?.retire()
    })
    this.#settle()
    this.#context.events.emit('swap', {
      generation: version.generation,
      previous: previous?.generation,
      adoptMs: performance.now() - start,
      longestBlockMs: meter.longestMs,
      reason,
    })
  }

  #settle(): void {
    this.failure = undefined
    this.#retryAt = Infinity
    this.#retryMs = RETRY_MS_MIN
  }

  #fail(error: unknown, generation: number | undefined): void {
    if (this.#isClosed) return
    const failure = error instanceof HotsegError ? error : toFileError(error, 'adopt version', this.#directory)
    this.failure = failure
    this.#retryAt = LASTING.has(failure.name) ? Infinity : performance.now() + this.#retryMs
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
    this.#context.events.emit('adopt-failed', { generation, current: this.version?.generation, error: failure })
  }

  /**
   * Opens the version that is current in the store, unless it is the one already read; a reader that was overtaken begins again.
   *
   * @param wanted - gets the number of the version as soon as it is known
   */
  *findNewest(wanted: Wanted = {}): Steps<Found | undefined> {
    for (let attempt = 1; ; attempt++) {
      if (this.#isClosed) return undefined
      this.#listen()
      yield
      const record = this.#read()
      const ticket = ++this.#tickets
      const newest = record?.versions.find(({ generation }) => generation === record.generation)
      if (record === undefined || newest === undefined) return undefined
      if (isSameVersion(newest, this.version?.record)) {
        // What is still being warmed up has been rolled back meanwhile.
        this.#installedTicket = ticket
        return undefined
      }
      wanted.generation = newest.generation
      yield
      const path = versionPath(this.#directory, newest.generation)
      refuseLinkedDirectory(dirname(path), 'open version')
      try {
        const version = yield* openVersion(this.#context, path, newest)
        return { version, ticket, reason: record.lastSwitch?.reason }
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error
        if (attempt >= OVERTAKEN_MAX || readCurrent(this.#directory)?.sequence === record.sequence) {
          throw new CorruptionError(`the current version is missing: path=${path}. Publish anew, or roll back.`, {
            path,
            cause: error,
          })
        }
      }
      yield
    }
  }

  // The bell and the stamp are taken before CURRENT is read: what changes in between is noticed as a change later.
  #listen(): void {
    if (this.#isLocal) this.doorbell.renew()
    this.heard = Atomics.load(this.doorbell.word, 0)
    this.doorbell.listen(this.heard, () => {
      this.notice()
    })
  }

  #read(): CurrentRecord | undefined {
    this.#stamp = stampOf(join(this.#directory, CURRENT_NAME))
    return readCurrent(this.#directory)
  }

  #lookByTimer(): void {
    fs.lstat(join(this.#directory, CURRENT_NAME), { bigint: true }, (error, stats) => {
      if (this.#isClosed) return
      const hasChanged = error === null && formatStamp(stats) !== this.#stamp
      if (hasChanged || performance.now() >= this.#retryAt) this.notice()
      this.start()
    })
  }
}

function isSameVersion(a: VersionRecord, b: VersionRecord | undefined): boolean {
  return (
    a.generation === b?.generation &&
    a.checksum === b.checksum &&
    a.byteLength === b.byteLength &&
    a.publishedAt === b.publishedAt
  )
}

import * as fs from 'node:fs'
import { join } from 'node:path'
import { CorruptionError, HotsegError } from '../../errors/errors.js'
import { systemCode, toFileError } from '../../platform/file-errors.js'
import { fileSystemOf } from '../../platform/file-systems.js'
import { BlockMeter } from './block-meter.js'
import { formatStamp, readCurrent, stampOf, type CurrentRecord, type VersionRecord } from '../files/current-file.js'
import { Doorbell } from '../files/doorbell.js'
import { openVersion, type OpenVersion, type VersionContext } from './open-version.js'
import { runAtOnce, runGently, type Steps } from './steps.js'
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

/**
 * The reading side of a store in this process: follows `CURRENT`, adopts each newer version in steps on turns of its own, and
 * says which one is current here. A word compared at each access, and a slow timer, tell it when to look.
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
  readonly #onSwitch: () => void
  #stamp: string | undefined
  readonly #looks = new Set<Promise<void>>()
  #lookAgain = false
  #isClosed = false
  // Each reading of CURRENT draws a number; an adoption that has been passed by one that read later is dropped.
  #tickets = 0
  #installedTicket = 0
  #timer: NodeJS.Timeout | undefined
  #retryAt = Infinity
  #retryMs = RETRY_MS_MIN

  /** @param onSwitch - called in the turn in which another version becomes current here, before anybody is told */
  constructor(directory: string, context: VersionContext, onSwitch: () => void) {
    this.#directory = directory
    this.#context = context
    this.#onSwitch = onSwitch
    // On overlayfs, NFS, 9p and FUSE a mapped word may never change for some readers: there the timer does it all.
    this.#isLocal = fileSystemOf(directory).isLocal
    this.doorbell = new Doorbell(directory)
  }

  /** Begins to look by the timer. */
  start(): void {
    this.#timer = setTimeout(() => {
      this.#lookByTimer()
    }, LOOK_INTERVAL_MS).unref()
  }

  /** Stops following and lets the current version go at once, or when its last holder does. Waits for what is being adopted, and drops it. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.doorbell.close()
    const version = this.version
    this.version = undefined
    version?.retireAtOnce()
    await Promise.all(this.#looks)
  }

  /** Looks for a newer version on later turns, if it is not doing so already. */
  notice(): void {
    if (this.#looks.size > 0) this.#lookAgain = true
    else void this.look()
  }

  /** The same, and tells when it is done. What fails becomes an event. */
  async look(): Promise<void> {
    const look = this.#look()
    this.#looks.add(look)
    try {
      await look
    } finally {
      this.#looks.delete(look)
    }
  }

  async #look(): Promise<void> {
    const start = performance.now()
    do {
      this.#lookAgain = false
      await this.#adoptInTurns(start)
    } while (this.#mustLookAgain())
  }

  #mustLookAgain(): boolean {
    return this.#lookAgain && !this.#isClosed
  }

  async #adoptInTurns(start: number): Promise<void> {
    const meter = new BlockMeter(this.#context.clock)
    const wanted: Wanted = {}
    try {
      this.#accept(await runGently(this.findNewest(wanted), meter), meter, start)
    } catch (error) {
      this.#fail(error, wanted.generation)
    }
  }

  /** Looks now. @returns whether another version is current here than before */
  lookAtOnce(): boolean {
    const before = this.version
    const meter = new BlockMeter(this.#context.clock)
    const wanted: Wanted = {}
    const start = performance.now()
    try {
      this.#accept(runAtOnce(this.findNewest(wanted), meter), meter, start)
    } catch (error) {
      this.#fail(error, wanted.generation)
    }
    return this.version !== before
  }

  /** Makes a version current here that the caller has opened and has just made current in the store, in a turn of its own. */
  install(version: OpenVersion, meter: BlockMeter, adoptMs: number): void {
    this.#switch({ version, ticket: ++this.#tickets, reason: undefined }, meter, performance.now() - adoptMs)
  }

  #accept(found: Found | undefined, meter: BlockMeter, start: number): void {
    this.failure = undefined
    this.#retryAt = Infinity
    this.#retryMs = RETRY_MS_MIN
    if (found !== undefined) this.#switch(found, meter, start)
  }

  #switch({ version, ticket, reason }: Found, meter: BlockMeter, start: number): void {
    const previous = this.version
    if (this.#isClosed || ticket < this.#installedTicket || isSameVersion(version.record, previous?.record)) {
      version.retireAtOnce()
      return
    }
    meter.run(() => {
      this.#installedTicket = ticket
      this.version = version
      this.failure = undefined
      this.#onSwitch()
      previous?.retire()
    })
    this.#context.events.emit('swap', {
      generation: version.generation,
      previous: previous?.generation,
      adoptMs: performance.now() - start,
      longestBlockMs: meter.longestMs,
      reason,
    })
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
      const record = this.#read()
      const ticket = ++this.#tickets
      const newest = record?.versions.find(({ generation }) => generation === record.generation)
      if (record === undefined || newest === undefined || isSameVersion(newest, this.version?.record)) return undefined
      wanted.generation = newest.generation
      yield
      const path = versionPath(this.#directory, newest.generation)
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
  #read(): CurrentRecord | undefined {
    if (this.#isLocal) this.doorbell.renew()
    this.heard = Atomics.load(this.doorbell.word, 0)
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

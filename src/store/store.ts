import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClosedError, NoVersionError } from '../errors/errors.js'
import { chooseMapper } from '../mapping/choose-mapper.js'
import { currentOwner } from '../platform/identity.js'
import type { Diff, DiffOptions } from '../segment/diff/diff.js'
import type { Draft, Schema, SchemaOf } from '../segment/schema-type.js'
import { diffVersions, type VersionLike } from './diff/diff-versions.js'
import { readCurrent } from './files/current-file.js'
import { BlockMeter } from './reading/block-meter.js'
import { EventHub, type StoreEvents } from './events.js'
import { Follower } from './reading/follower.js'
import { makeDirectories } from './files/leftovers.js'
import { permissionsIn } from './files/store-permissions.js'
import type { OpenVersion } from './reading/open-version.js'
import { chooseVersion, type Choice } from './publishing/choose-version.js'
import { collectGarbage, type GcReport } from './publishing/gc.js'
import { publishVersion } from './publishing/publish.js'
import type { DraftOrigin } from './publishing/write-draft.js'
import type { PublishOptions, ReasonOptions } from './publishing/publish-options.js'
import { clearWhatTheDeadLeft, type PublisherContext } from './publishing/publisher.js'
import { SnapshotMaker, type SnapshotOf } from './reading/snapshot.js'
import type { Residency } from './reading/residency.js'
import { nextTurn, runAtOnce } from './reading/steps.js'
import { runWarmUp, WARM_UP_MS } from './reading/warm-up.js'
import { checkOptions, type StoreOptions } from './store-options.js'
import { Announcer } from './watching/announcer.js'
import { Holds, type HeldSnapshot } from './watching/holds.js'
import { memoryOf, type VersionMemory } from './watching/memory.js'
import { listReaders, type ListedReader } from './watching/reader-files.js'
import type { Announcement, ReaderInfo } from './watching/reader-info.js'
import { SLOW_READER_MS, SlowReaderWatch } from './watching/slow-readers.js'
import { versionInfo, type PublishedVersion, type VersionInfo } from './version-info.js'

/** How often a store without a version looks for one while it waits. */
const WAIT_INTERVAL_MS = 20

/**
 * The versions of a segment in a directory, of which one is current. Any number of processes and worker threads open the same directory;
 * each reads the current version in place and follows when another becomes current.
 */
export class Store<S extends SchemaOf<S>> {
  readonly #context: PublisherContext<S>
  readonly #follower: Follower
  readonly #snapshots: SnapshotMaker<S>
  readonly #events: EventHub
  readonly #isStrict: boolean
  readonly #traces: boolean
  readonly #holds: Holds
  readonly #announcer: Announcer
  readonly #slowReaders: SlowReaderWatch
  readonly #publishing = new Set<Promise<unknown>>()
  #current: SnapshotOf<S> | undefined
  #readSince = Date.now()
  #isClosed = false

  private constructor(directory: string, options: StoreOptions<S>) {
    this.#events = new EventHub(directory)
    const schema: Schema = { ...options.schema }
    this.#snapshots = new SnapshotMaker(schema)
    this.#isStrict = options.strict ?? false
    const shared = {
      schema,
      checksData: options.check !== 'header',
      resident: options.resident ?? 'lazy',
      mapping: options.mapping,
      clock: options.clock ?? (() => performance.now()),
      events: this.#events,
      mapped: new Set<OpenVersion>(),
    }
    const { warmUp, warmUpMs = WARM_UP_MS } = options
    this.#follower = new Follower(directory, shared, {
      onSwitch: () => {
        const { version } = this.#follower
        this.#current = version === undefined || this.#isStrict ? undefined : this.#snapshots.make(version)
        this.#readSince = Date.now()
        this.#announcer.changed()
      },
      warmUp: warmUp && ((version, signal) => this.#warmUp(version, warmUp, warmUpMs, signal)),
    })
    this.#traces = options.traceSnapshots ?? false
    this.#holds = new Holds({
      onEnd: (version) => {
        if (version !== this.#follower.version) this.#announcer.changed()
      },
      onLeak: (held) => {
        this.#events.emit('leak', held)
      },
    })
    const { retain = 1, mode, group } = options
    const permissions = { ...(mode !== undefined && { mode }), ...(group !== undefined && { group }) }
    this.#announcer = new Announcer(directory, permissions, () => this.#describe())
    this.#slowReaders = new SlowReaderWatch({
      directory,
      events: this.#events,
      limitMs: options.slowReaderMs ?? SLOW_READER_MS,
      self: () => this.#self(),
    })
    this.#context = { ...shared, directory, retain, permissions, follower: this.#follower, snapshots: this.#snapshots }
  }

  /**
   * Opens the store in `directory` and adopts its current version, if there is one.
   *
   * @throws InvalidOptionError for a wrong option, FileError when the directory is missing (without `create`) or may not be read,
   * NoVersionError when there is none after `waitMs`, UnsupportedError when files cannot be mapped here, and what makes the version
   * unfit: SchemaMismatchError, CorruptionError, FormatError, VersionError; nothing stays open
   */
  static async open<S extends SchemaOf<S>>(directory: string, options: StoreOptions<S>): Promise<Store<S>> {
    checkOptions(options)
    const path = resolve(directory)
    chooseMapper(path, 0, options.mapping)
    const end = performance.now() + (options.waitMs ?? 0)
    if (options.create === true) makeDirectories(path, permissionsIn(path, options).directory)
    else while (!existsSync(path) && performance.now() < end) await sleep(WAIT_INTERVAL_MS)
    clearWhatTheDeadLeft(path, options)
    const store = new Store(path, options)
    try {
      await store.#adoptFirst(options, end)
    } catch (error) {
      await store.close()
      throw error
    }
    store.#follower.start()
    store.#announcer.open()
    store.#slowReaders.start()
    return store
  }

  async #adoptFirst({ create = false, waitMs = 0 }: StoreOptions<S>, end: number): Promise<void> {
    for (;;) {
      await this.#follower.look()
      const { version, failure } = this.#follower
      if (version !== undefined) return
      if (failure !== undefined) {
        // Who may make the store may also repair it, by publishing.
        if (create) return
        throw failure
      }
      const leftMs = end - performance.now()
      if (leftMs <= 0) break
      await sleep(Math.min(leftMs, WAIT_INTERVAL_MS))
    }
    if (waitMs > 0) throw this.#noVersion(`waitedMs=${waitMs}, `)
  }

  #warmUp(
    version: OpenVersion,
    warmUp: (snapshot: SnapshotOf<S>) => void | Promise<void>,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<void> | undefined {
    const snapshot = this.#snapshotOf(version)
    const run = (): void | Promise<void> => warmUp(snapshot)
    let warming: Promise<void> | undefined
    try {
      warming = runWarmUp({ generation: version.generation, run, limitMs, signal })
    } finally {
      if (warming === undefined) snapshot.release()
    }
    return warming?.finally(() => snapshot.release())
  }

  // In a strict store each snapshot can be closed for itself, so that what is used after its release is found.
  #snapshotOf(version: OpenVersion, release?: () => void): SnapshotOf<S> {
    return this.#isStrict ? this.#snapshots.makeBorrowed(version, release) : this.#snapshots.make(version, release)
  }

  /** Where the store lies, as an absolute path. */
  get directory(): string {
    return this.#context.directory
  }

  /** Number of the version this process reads; 0 when it has none yet. */
  get generation(): number {
    return this.#follower.version?.generation ?? 0
  }

  /**
   * How this process learns of a newer version: by a word in memory that is compared at each access (with the addon its change also
   * wakes who is idle; else a timer of 250 ms does), or, before the first publish and
   * on file systems whose mappings are not coherent (overlayfs, NFS, 9p, FUSE), by a timer of 250 ms alone.
   */
  get follows(): 'doorbell' | 'timer' {
    return this.#follower.doorbell.isMapped ? 'doorbell' : 'timer'
  }

  /** What maps the version this process reads; undefined when it has none yet. */
  get mapping(): 'mmap-io' | 'addon' | undefined {
    return this.#follower.version?.mapping.mapper
  }

  /** What was allowed for the pages of the version this process reads, of what `resident` asks; undefined when it has none yet. */
  get residency(): Residency | undefined {
    return this.#follower.version?.residency
  }

  /**
   * The version this process reads, the same one during a whole turn of the event loop. Costs nanoseconds and does no I/O. What is read
   * from it may be closed at any time after the next `await`: use `acquire` or `withSnapshot` to hold it longer.
   *
   * @throws NoVersionError when there is none yet, ClosedError after `close`
   */
  get current(): SnapshotOf<S> {
    // Matches the store of ringDoorbell.
    if (Atomics.load(this.#follower.doorbell.word, 0) !== this.#follower.heard) this.#follower.notice()
    return this.#current ?? this.#borrow()
  }

  #borrow(): SnapshotOf<S> {
    const version = this.#versionOrThrow()
    const snapshot = this.#snapshots.makeBorrowed(version)
    this.#current = snapshot
    setImmediate(() => {
      if (this.#current === snapshot) this.#current = undefined
      snapshot.release()
    })
    return snapshot
  }

  /**
   * Holds the version this process reads until the snapshot is released (`snapshot.release()` or `using`). Costs no I/O. A snapshot
   * that is lost without a release is noticed when it is collected: a `leak` event, and its version is let go.
   *
   * @throws NoVersionError when there is none yet, ClosedError after `close`
   */
  acquire(): SnapshotOf<S> {
    const version = this.#versionOrThrow()
    const hold = this.#holds.begin(version, this.#traces ? this.#whereFrom() : undefined)
    const snapshot = this.#snapshotOf(version, () => {
      this.#holds.end(hold)
    })
    this.#holds.watch(snapshot, hold)
    return snapshot
  }

  #whereFrom(): string | undefined {
    const place: { stack?: string } = {}
    // eslint-disable-next-line @typescript-eslint/unbound-method -- the function is named here, not called
    Error.captureStackTrace(place, this.acquire)
    return place.stack?.split('\n').slice(1).join('\n')
  }

  /** Calls `work` with a snapshot that is held until its promise settles, and gives its result. */
  async withSnapshot<T>(work: (snapshot: SnapshotOf<S>) => T | Promise<T>): Promise<T> {
    const snapshot = this.acquire()
    try {
      return await work(snapshot)
    } finally {
      snapshot.release()
    }
  }

  /**
   * Adopts the newest version now, in this turn, instead of on a later one. Checking its data takes the thread for about 0.3 ms per MB.
   * A version that cannot be adopted leaves this process on the one it has, and is an `adopt-failed` event. A `warmUp` is called in
   * this turn, too; when it gives a promise, the version is read on a later turn, and this returns false.
   *
   * @returns whether another version is read now than before
   */
  refresh(): boolean {
    this.#throwIfClosed()
    return this.#follower.lookAtOnce()
  }

  /**
   * Builds a version in private memory, checks it and makes it current. One publisher at a time: another waits its turn. Nobody sees
   * anything before the switch, and whatever fails leaves the old version current and nothing behind.
   *
   * @param build - fills the draft, whose tables are empty; may be async
   * @returns the version, when it is current, in this process too; while another is pinned, when it is listed, with `isCurrent` false
   * @throws PublishConflictError when another publisher holds the store for longer than `timeoutMs`; ValidationError when a validator
   * throws; OutOfSpaceError when the draft outgrows its capacity or the disk is full; FileError; the reason of `signal`, up to the switch; whatever
   * `build` throws
   */
  async publish(
    build: (draft: Draft<S>) => void | Promise<void>,
    options: PublishOptions<S> = {},
  ): Promise<PublishedVersion> {
    return await this.#publish('empty', build, options)
  }

  /**
   * As `publish`, but the draft begins as a private copy of the current version, tables that are not in the schema included, so that
   * only what differs needs to be written. Takes a copy of the version's bytes in memory, and its file is written in full.
   *
   * @param change - changes the draft; may be async
   * @returns the version, when it is current, in this process too; while another is pinned, when it is listed, with `isCurrent` false
   * @throws NoVersionError when there is no current version or this process could not adopt it; SchemaMismatchError when a table has
   * another type in it, a neighbouring one too; and as `publish`
   * @example
   * ```ts
   * await store.derive((draft) => {
   *   draft.edition++
   *   draft.cities.by.id.delete(2643743)
   * })
   * ```
   */
  async derive(
    change: (draft: Draft<S>) => void | Promise<void>,
    options: PublishOptions<S> = {},
  ): Promise<PublishedVersion> {
    return await this.#publish('current', change, options)
  }

  /**
   * Makes an older version current again: `generation`, or the one before the current one. Numbers are not used again: the next publish takes
   * the highest ever plus one. A pin goes with it: it holds the version that was rolled back to.
   *
   * @throws NoVersionError when that version does not exist any more, CorruptionError when it is damaged, InvalidOptionError,
   * PublishConflictError as with `publish`; then nothing has changed
   */
  async rollback(generation?: number, options: ReasonOptions = {}): Promise<VersionInfo> {
    return await this.#choose('rollback', generation, options)
  }

  /**
   * Makes a version current and lets it stay so: publishing goes on, and what is published is kept as the newest version, but none becomes
   * current until `unpin`. Pinning another one moves the pin.
   *
   * @throws as `rollback`; then nothing has changed
   * @example
   * ```ts
   * await store.pin(41, { reason: 'prices of 42 are wrong' })
   * const { generation, isCurrent } = await store.publish(build) // 43, false
   * await store.unpin() // 43 is current
   * ```
   */
  async pin(generation: number, options: ReasonOptions = {}): Promise<VersionInfo> {
    return await this.#choose('pin', generation, options)
  }

  /**
   * Takes the pin away, and makes the newest version current. Where nothing is pinned, nothing changes; that is not an error.
   *
   * @returns the version that is current now
   * @throws as `rollback`; then the pin is still there
   */
  async unpin(options: ReasonOptions = {}): Promise<VersionInfo> {
    return await this.#choose('unpin', undefined, options)
  }

  async #choose(kind: Choice, generation: number | undefined, options: ReasonOptions): Promise<VersionInfo> {
    const context = this.#context as unknown as PublisherContext<object>
    return await this.#asPublisher(() => chooseVersion(context, kind, generation, options))
  }

  async #publish(
    origin: DraftOrigin,
    build: (draft: Draft<S>) => void | Promise<void>,
    options: PublishOptions<S>,
  ): Promise<PublishedVersion> {
    const version = await this.#asPublisher(() => publishVersion(this.#context, origin, build, options))
    this.#events.emit('publish', version)
    return version
  }

  async #asPublisher<T>(work: () => Promise<T>): Promise<T> {
    this.#throwIfClosed()
    const result = work()
    this.#publishing.add(result)
    try {
      return await result
    } finally {
      this.#publishing.delete(result)
    }
  }

  /**
   * The changes from one version to another, as `diffSegments` finds them: by what the files say of themselves, tables that are not
   * in the schema included. Each iteration finds them anew and holds both versions until it ends; one that this process does not have
   * mapped is mapped and its checksum compared first.
   *
   * @param before - the number of the older version, or a snapshot of it
   * @param after - those of the newer one
   * @throws InvalidOptionError; when iterating NoVersionError for a version that does not exist any more, CorruptionError
   *
   * @example
   * ```ts
   * for (const { table, kind, key } of store.diff(store.generation - 1, store.generation)) console.log(table, kind, key)
   * ```
   */
  diff(before: VersionLike, after: VersionLike, options: DiffOptions = {}): Diff {
    this.#throwIfClosed()
    const { directory, mapped } = this.#context
    return diffVersions(directory, mapped, before, after, options)
  }

  /** The versions there are, oldest first. Reads one small file. */
  versions(): VersionInfo[] {
    this.#throwIfClosed()
    const record = readCurrent(this.#context.directory)
    return record?.versions.map((version) => versionInfo(version, record)) ?? []
  }

  /**
   * The stores that are open on this directory, in whatever process or thread, and what they read: this one, and those that may write
   * in the directory. Reads one small file for each, and removes those of the dead. What others say of themselves is not checked; it is
   * for people to look at.
   *
   * @throws ClosedError after `close`
   */
  readers(): ReaderInfo[] {
    this.#throwIfClosed()
    const others = runAtOnce(listReaders(this.directory, this.#announcer.name), new BlockMeter(() => 0))
    return [this.#self(), ...others].map(({ info }) => info)
  }

  #self(): ListedReader {
    return { name: this.#announcer.name, info: { ...this.#describe(), state: 'alive', isSelf: true } }
  }

  #describe(): Announcement {
    return {
      processId: process.pid,
      threadId: currentOwner().threadId,
      since: new Date(this.#readSince),
      generation: this.generation,
      held: this.#holds.versionsBesides(this.#follower.version),
    }
  }

  /** The snapshots of this store that were acquired and not yet released, oldest first; after `close`, too. */
  held(): HeldSnapshot[] {
    return this.#holds.list()
  }

  /** Bytes of all versions this store has mapped: the one it reads, those that are held, and those on their way out. */
  get mappedBytes(): number {
    let sum = 0
    for (const { mapping } of this.#context.mapped) sum += mapping.byteLength
    return sum
  }

  /**
   * The memory of this process that versions take: the one it reads, those that are held, and those on their way out. Costs
   * milliseconds, as the kernel looks at all mappings of the process.
   *
   * @throws UnsupportedError where there is no /proc (macOS), ClosedError after `close`
   */
  memory(): VersionMemory[] {
    this.#throwIfClosed()
    return memoryOf(this.#context.mapped)
  }

  /**
   * Clears what nobody needs: files of publishers that died, versions the store does not list, versions that validators refused, files of
   * readers that are dead beyond doubt; and sets the doorbell right. While somebody publishes, dead readers' files alone. What the store
   * lists stays. Publishing and opening clear the same, but for what validators refused.
   *
   * @returns what was removed, and what was left to whom
   * @throws FileError when this process may not write in the directory, FormatError, VersionError or CorruptionError when it cannot be told
   * what the store lists; then nothing was removed
   */
  async gc(): Promise<GcReport> {
    return await this.#asPublisher(() => Store.gc(this.#context.directory))
  }

  /**
   * The same for the store in `directory`, without opening it.
   *
   * @throws NoVersionError when there is none; and as {@link Store.gc}
   */
  static gc(directory: string): Promise<GcReport> {
    return Promise.resolve().then(() => collectGarbage(resolve(directory)))
  }

  /** Calls `listener` at each such event from now on. */
  on<Name extends keyof StoreEvents>(name: Name, listener: (event: StoreEvents[Name]) => void): this {
    this.#events.on(name, listener)
    return this
  }

  /** Calls `listener` no more. */
  off<Name extends keyof StoreEvents>(name: Name, listener: (event: StoreEvents[Name]) => void): this {
    this.#events.off(name, listener)
    return this
  }

  /**
   * Waits for publications of this store to end, then stops following and unmaps. Snapshots that are still held stay readable until they
   * are released. A second call does nothing.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.allSettled(this.#publishing)
    this.#current = undefined
    this.#slowReaders.close()
    this.#announcer.close()
    await this.#follower.close()
    for (const version of this.#context.mapped) version.retireAtOnce()
    this.#events.clear()
    // The munmap follows a detach by one turn.
    await nextTurn()
    await nextTurn()
  }

  /** The same as {@link Store.close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #throwIfClosed(): void {
    if (!this.#isClosed) return
    const path = this.#context.directory
    throw new ClosedError(`the store was closed: path=${path}. Open it again.`, { path })
  }

  #versionOrThrow(): OpenVersion {
    this.#throwIfClosed()
    const { version } = this.#follower
    if (version === undefined) throw this.#noVersion('')
    return version
  }

  #noVersion(waited: string): NoVersionError {
    const path = this.#context.directory
    const { failure } = this.#follower
    return new NoVersionError(
      failure === undefined
        ? `the store has no version: ${waited}path=${path}. Publish one, or wait for one with waitMs.`
        : `the store's version cannot be read: ${waited}path=${path}, reason=${failure.message}`,
      { path, cause: failure },
    )
  }
}

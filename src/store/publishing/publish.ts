import * as fs from 'node:fs'
import { join } from 'node:path'
import {
  ExistsError,
  HotsegError,
  InvalidOptionError,
  NoVersionError,
  PublishConflictError,
  ValidationError,
} from '../../errors/errors.js'
import { FileMapping } from '../../mapping/file-mapping.js'
import { crc32 } from '../../platform/crc32.js'
import { attempt, attemptAsync } from '../../platform/file-errors.js'
import { fileSystemOf } from '../../platform/file-systems.js'
import { createFile, removeFile, writeFullyAsync } from '../../platform/files.js'
import type { Draft } from '../../segment/schema-type.js'
import type { SegmentOptions } from '../../segment/segment.js'
import { FileSegment as Segment } from '../../segment/file-segment.js'
import { quote } from '../../types/make-type.js'
import { BlockMeter } from '../reading/block-meter.js'
import {
  readCurrent,
  syncDirectoryAsync,
  syncFile,
  writeCurrent,
  type CurrentRecord,
  type VersionRecord,
} from '../files/current-file.js'
import { repairDoorbell, ringDoorbell } from '../files/doorbell.js'
import { makeDraft } from './draft.js'
import type { Follower } from '../reading/follower.js'
import { clearLeftovers, makeDirectories } from '../files/leftovers.js'
import { checkData, openVersion, type OpenVersion, type VersionContext } from '../reading/open-version.js'
import { PublisherLock } from './publisher-lock.js'
import type { SnapshotMaker, SnapshotOf } from '../reading/snapshot.js'
import { nextTurn, runInTurns } from '../reading/steps.js'
import { temporaryPath, VERSIONS_NAME, versionPath } from '../files/store-layout.js'

/** Looks at a version before anybody else can see it, and throws to refuse it. */
export type Validator<S extends object> = (
  candidate: SnapshotOf<S>,
  current: SnapshotOf<S> | undefined,
) => void | Promise<void>

/** How long to wait for another publisher, and how durable the result is. */
export interface SwitchOptions {
  /** How long to wait while another publisher holds the store, in milliseconds; default 30,000, 0 is not at all. */
  readonly timeoutMs?: number
  /** Ends the waiting, and the publication up to the switch. */
  readonly signal?: AbortSignal
  /** `'disk'`: it is current after a power cut, too. Default `'disk'`, and `'none'` on a file system in memory. */
  readonly durability?: 'disk' | 'none'
  /** Permissions of the files, exactly, whatever the umask. Default: readable by all, as far as the umask lets. */
  readonly mode?: number
}

/** How to publish. */
export interface PublishOptions<S extends object> extends SwitchOptions {
  /** Asked in order, with the version as it was read back from the file, and the current one. */
  readonly validate?: Validator<S> | readonly Validator<S>[]
  /** A word on the version, for `versions()`. */
  readonly note?: string
  /** The most the draft may grow to: bytes, or a string such as `'1 GiB'`. */
  readonly capacity?: number | string
}

const TIMEOUT_MS = 30_000

const NOTE_LENGTH_MAX = 10_000

const DURABILITIES: ReadonlySet<unknown> = new Set(['disk', 'none'])

/** What the publishing side of a store works with. */
export interface PublisherContext<S extends object> extends VersionContext {
  readonly directory: string
  readonly retain: number
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

/** What a draft holds before it is built: nothing, or the current version. */
export type DraftOrigin = 'empty' | 'current'

/**
 * Builds, checks and writes a version and makes it current; see `Store.publish` and `Store.derive`.
 */
export async function publishVersion<S extends object>(
  context: PublisherContext<S>,
  origin: DraftOrigin,
  build: (draft: Draft<S>) => void | Promise<void>,
  options: PublishOptions<S>,
): Promise<VersionRecord> {
  checkOptions(build, options)
  return await whilePublisher(context as unknown as PublisherContext<object>, options, async (lock, record) => {
    const { directory, follower } = context
    // What the build reads from the store is the newest: a count that is read and put out one higher is never lost.
    await follower.look()
    const temporary = temporaryPath(directory)
    const generation = (record?.highest ?? 0) + 1
    const sequence = (record?.sequence ?? 0) + 1
    let candidate: OpenVersion | undefined
    let installed = false
    const path = versionPath(directory, generation)
    try {
      const draft = origin === 'empty' ? Segment.inMemory(options) : copyOfCurrent(context, record, options)
      const written = await writeDraft(context, draft, build, options, temporary)
      const version: VersionRecord = { ...written, generation, sequence, publishedAt: Date.now(), note: options.note }
      // The publisher always compares what it reads back with what it meant to write.
      const checked = { ...context, checksData: true }
      candidate = await runInTurns(openVersion(checked, temporary, version), new BlockMeter(context.clock))
      await validate(context, candidate, options.validate)
      options.signal?.throwIfAborted()
      nameVersion(temporary, path)
      installed = true
      const isDurable = isDurableBy(options, directory)
      if (isDurable) await syncDirectoryAsync(join(directory, VERSIONS_NAME))
      const others = record?.versions ?? []
      const next = {
        sequence,
        generation,
        highest: generation,
        versions: [...keep(others, context.retain, record), version],
      }
      await switchTo(context, lock, next, { mode: options.mode, isDurable }, () => {
        installed = false
      })
      clearLeftovers(directory, next)
      await nextTurn()
      follower.install(candidate, new BlockMeter(context.clock), 0)
      return version
    } catch (error) {
      candidate?.retireAtOnce()
      removeFile(temporary, 'clear draft')
      if (installed) removeFile(path, 'clear draft')
      throw error
    }
  })
}

/** Makes an older version current again; see `Store.rollback`. */
export async function rollBack(
  context: PublisherContext<object>,
  wanted: number | undefined,
  options: SwitchOptions,
): Promise<VersionRecord> {
  return await whilePublisher(context, options, async (lock, record) => {
    const { directory } = context
    const generation = wanted ?? previousOf(record)
    const target = record?.versions.find((version) => version.generation === generation)
    if (record === undefined || target === undefined) {
      const existing = record?.versions.map((version) => version.generation).join(', ') ?? ''
      throw new NoVersionError(
        `cannot roll back: generation=${generation ?? 'none older'}, existing=${existing}. Keep more versions with retain.`,
        { path: directory, expected: generation },
      )
    }
    const path = versionPath(directory, target.generation)
    const mapping = FileMapping.open(path, { action: 'roll back', follow: false })
    try {
      await runInTurns(checkData(mapping, path, target), new BlockMeter(context.clock))
    } finally {
      mapping.close()
    }
    const sequence = record.sequence + 1
    const version = { ...target, sequence }
    const versions = record.versions.map((other) => (other === target ? version : other))
    await switchTo(
      context,
      lock,
      { ...record, sequence, generation: target.generation, versions },
      {
        mode: options.mode,
        isDurable: isDurableBy(options, directory),
      },
    )
    await context.follower.look()
    return version
  })
}

function checkOptions<S extends object>(build: unknown, { note, validate: validators }: PublishOptions<S>): void {
  if (typeof build !== 'function')
    throw new InvalidOptionError('cannot publish: build is not a function.', { actual: build })
  if (note !== undefined && (typeof note !== 'string' || note.length > NOTE_LENGTH_MAX)) {
    throw new InvalidOptionError(`cannot publish: note is not a string of at most ${NOTE_LENGTH_MAX} units.`, {
      path: 'note',
    })
  }
  for (const validator of [validators ?? []].flat() as unknown[]) {
    if (typeof validator === 'function') continue
    throw new InvalidOptionError('cannot publish: validate is neither a function nor a list of them.', {
      path: 'validate',
    })
  }
}

function checkSwitchOptions({ durability }: SwitchOptions): void {
  if (durability === undefined || DURABILITIES.has(durability)) return
  throw new InvalidOptionError(`cannot publish: durability=${quote(durability)}, expected=disk or none.`, {
    path: 'durability',
    actual: durability,
  })
}

// The follower has just looked: what it reads is what the store has, or it could not be adopted.
function copyOfCurrent(
  { follower, directory }: Pick<PublisherContext<object>, 'follower' | 'directory'>,
  record: CurrentRecord | undefined,
  options: SegmentOptions,
): Segment {
  const { version, failure } = follower
  if (version !== undefined && version.generation === record?.generation)
    return Segment.copyOf(version.segment, options)
  const reason = record === undefined ? 'there is none' : (failure?.message ?? 'it could not be adopted')
  throw new NoVersionError(
    `cannot derive from the current version: generation=${record?.generation ?? 'none'}, reason=${reason}, path=${directory}. Publish one from scratch.`,
    { path: directory, expected: record?.generation, cause: failure },
  )
}

async function writeDraft<S extends object>(
  context: PublisherContext<S>,
  segment: Segment,
  build: (draft: Draft<S>) => void | Promise<void>,
  { mode, signal, ...options }: PublishOptions<S>,
  temporary: string,
): Promise<{ byteLength: number; checksum: number }> {
  try {
    await build(makeDraft<S>(context.schema, segment))
    signal?.throwIfAborted()
    segment.seal()
    const bytes = segment.bytes()
    const checksum = crc32(bytes)
    const action = 'write version'
    const fd = createFile(temporary, mode, action, 0o444)
    try {
      await attemptAsync(action, temporary, () => writeFullyAsync(fd, bytes))
      if (isDurableBy(options, context.directory)) await syncFile(fd, temporary)
    } finally {
      fs.closeSync(fd)
    }
    return { byteLength: bytes.length, checksum }
  } finally {
    segment.close()
  }
}

async function validate<S extends object>(
  context: PublisherContext<S>,
  candidate: OpenVersion,
  validators: PublishOptions<S>['validate'],
): Promise<void> {
  if (validators === undefined) return
  const { follower, snapshots } = context
  const current = follower.version
  current?.hold()
  try {
    const shown = current === undefined ? undefined : snapshots.make(current)
    for (const validator of typeof validators === 'function' ? [validators] : validators) {
      await validator(snapshots.make(candidate), shown)
    }
  } catch (error) {
    if (error instanceof HotsegError && error.name === 'ValidationError') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ValidationError(`a validator refused the version: reason=${reason}. Nothing was published.`, {
      cause: error,
    })
  } finally {
    current?.drop()
  }
}

// A rename and not a hard link: what maps the file shows its new name then, which is how operators see who maps what.
function nameVersion(temporary: string, path: string): void {
  const action = 'publish version'
  attempt(action, path, () => {
    if (fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
      throw new ExistsError(`cannot ${action}: there is a strange file, path=${path}. Remove it.`, { path })
    }
    fs.renameSync(temporary, path)
  })
}

// The version current so far and those that were current last before it, `retain` in all.
function keep(
  versions: readonly VersionRecord[],
  retain: number,
  record: CurrentRecord | undefined,
): readonly VersionRecord[] {
  const rank = (version: VersionRecord): number =>
    version.generation === record?.generation ? Infinity : version.sequence
  const kept = new Set([...versions].sort((a, b) => rank(b) - rank(a)).slice(0, retain))
  return versions.filter((version) => kept.has(version))
}

function previousOf(record: CurrentRecord | undefined): number | undefined {
  const older = record?.versions.filter(({ generation }) => generation < record.generation) ?? []
  return older.at(-1)?.generation
}

function isDurableBy({ durability }: SwitchOptions, directory: string): boolean {
  return durability === undefined ? !fileSystemOf(directory).inMemory : durability === 'disk'
}

async function switchTo(
  { directory }: { readonly directory: string },
  lock: PublisherLock,
  next: CurrentRecord,
  { mode, isDurable }: { readonly mode: number | undefined; readonly isDurable: boolean },
  onSwitched?: () => void,
): Promise<void> {
  const fence = (): void => {
    if (lock.isHeld()) return
    throw new PublishConflictError(`cannot publish: the lock was taken away, path=${directory}. Publish again.`, {
      path: directory,
    })
  }
  await writeCurrent(directory, next, { mode, isDurable, fence })
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

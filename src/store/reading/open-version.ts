import { closeSync } from 'node:fs'
import { SchemaMismatchError } from '../../errors/errors.js'
import type { FileMapping } from '../../mapping/file-mapping.js'
import type { MapperName } from '../../mapping/mapper.js'
import { openRegularFile } from '../../platform/files.js'
import type { Schema } from '../../segment/schema-type.js'
import { FileSegment as Segment } from '../../segment/file-segment.js'
import { BlockMeter, type Clock } from './block-meter.js'
import { checkData, checkSize } from './check-data.js'
import type { VersionRecord } from '../files/current-file.js'
import type { EventHub } from '../events.js'
import { mapVersion, type Residency, type Resident, type ResidentMapping } from './residency.js'
import type { Steps } from './steps.js'

/** Requests that began before a switch have mostly ended by then. */
const RETIRE_DELAY_MS = 200

/** The containers and references of a version, by name, in the order of the schema. */
export type Handles = ReadonlyMap<string, unknown>

/** What opening and closing versions needs to know of the store. */
export interface VersionContext {
  readonly schema: Schema
  /** Whether the checksum of the whole file is compared before the version is read. */
  readonly checksData: boolean
  /** Told after each slice of that how much is compared; what it throws ends the opening. */
  readonly onChecked?: (done: number, total: number) => void
  /** What is asked for the pages of a version. */
  readonly resident: Resident
  /** What must map it, if the user said. */
  readonly mapping?: MapperName | undefined
  readonly clock: Clock
  readonly events: EventHub
  /** All versions this process has mapped; each adds and removes itself. */
  readonly mapped: Set<OpenVersion>
}

/**
 * A version this process has mapped. It stays open as long as it is current or somebody holds it; then it is closed, and its memory
 * given back beside other work.
 */
export class OpenVersion {
  readonly record: VersionRecord
  readonly segment: Segment
  readonly handles: Handles
  readonly mapping: FileMapping
  /** What was allowed for its pages. */
  readonly residency: Residency
  readonly #context: VersionContext
  #holders = 0
  /** From when on it may be closed, by the clock of `performance`; undefined while it is current or may become so. */
  #closesFrom: number | undefined
  #wasCurrent = false
  #timer: NodeJS.Timeout | undefined

  /** Made by {@link openVersion}. */
  constructor(
    context: VersionContext,
    record: VersionRecord,
    { mapping, residency }: ResidentMapping,
    segment: Segment,
    handles: Handles,
  ) {
    this.#context = context
    this.record = record
    this.mapping = mapping
    this.residency = residency
    this.segment = segment
    this.handles = handles
    context.mapped.add(this)
  }

  /** Number of the version. */
  get generation(): number {
    return this.record.generation
  }

  /** Keeps the version mapped until as many calls of {@link drop}. */
  hold(): void {
    this.#holders++
    clearTimeout(this.#timer)
  }

  /** The counterpart of {@link hold}. */
  drop(): void {
    this.#holders--
    this.#letGoWhenUnused()
  }

  /** Says that the version is not current any more. */
  retire(): void {
    this.#wasCurrent = true
    this.#closesFrom ??= performance.now() + RETIRE_DELAY_MS
    this.#letGoWhenUnused()
  }

  /** Says that the version will not become current: it is closed when nobody holds it. */
  discard(): void {
    this.#closesFrom = 0
    this.#letGoWhenUnused()
  }

  /** Closes it and gives its memory back at once, or when its last holder lets go. */
  retireAtOnce(): void {
    this.#closesFrom = -Infinity
    this.#letGoWhenUnused()
  }

  #letGoWhenUnused(): void {
    if (this.#holders > 0 || this.#closesFrom === undefined) return
    clearTimeout(this.#timer)
    if (this.#closesFrom === -Infinity) {
      this.segment.close()
      this.mapping.closeAtOnce()
      this.#context.mapped.delete(this)
    } else if (!this.mapping.closed) {
      const waitMs = this.#closesFrom - performance.now()
      if (waitMs <= 0) void this.#close()
      else this.#timer = setTimeout(() => void this.#close(), waitMs).unref()
    }
  }

  async #close(): Promise<void> {
    const meter = new BlockMeter(this.#context.clock)
    const gone = this.mapping.closeGently((step) => {
      meter.run(step)
    })
    meter.run(() => {
      this.segment.close()
    })
    await gone
    this.#context.mapped.delete(this)
    if (!this.#wasCurrent) return
    const { generation, mapping } = this
    const { longestMs: longestBlockMs, steps } = meter
    this.#context.events.emit('release', { generation, byteLength: mapping.byteLength, longestBlockMs, steps })
  }
}

/**
 * Checks the version at `path` and maps it: what file it is, its size, the checksum of its data, its header, and that each table of
 * the schema is in it, under a type that can be read as the schema's.
 *
 * @throws FileError, FormatError, VersionError, CorruptionError or SchemaMismatchError; nothing stays open
 */
export function* openVersion(context: VersionContext, path: string, record: VersionRecord): Steps<OpenVersion> {
  const file = openRegularFile(path, { action: 'open version', follow: false })
  let resident: ResidentMapping | undefined
  let segment: Segment | undefined
  try {
    yield
    if (context.checksData) yield* checkData(file, record, context.onChecked)
    else checkSize(file, record)
    resident = yield* mapVersion(file, context.resident, context.mapping)
    yield
    segment = Segment.fromMapping(resident.mapping, path)
    const handles = new Map<string, unknown>()
    for (const [name, type] of Object.entries(context.schema)) {
      yield
      handles.set(name, findTable(segment, name, type, path))
    }
    return new OpenVersion(context, record, resident, segment, handles)
  } catch (error) {
    segment?.close()
    if (resident === undefined) closeSync(file.fd)
    else resident.mapping.close()
    throw error
  }
}

/** A table of the schema in a segment, ready to be read. @throws SchemaMismatchError when it is not there or another type */
export function findTable(segment: Segment, name: string, type: Schema[string], path: string): unknown {
  const handle: unknown = segment.find(name, type)
  if (handle !== undefined) return handle
  throw new SchemaMismatchError(
    `version lacks a table: name=${name}, path=${path}. Publish one with it, or drop it here.`,
    {
      path,
      expected: name,
    },
  )
}

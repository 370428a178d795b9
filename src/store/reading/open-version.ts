import { CorruptionError, SchemaMismatchError } from '../../errors/errors.js'
import type { FileMapping } from '../../mapping/file-mapping.js'
import type { MapperName } from '../../mapping/mapper.js'
import { crc32 } from '../../platform/crc32.js'
import type { Schema } from '../../segment/schema-type.js'
import { FileSegment as Segment } from '../../segment/file-segment.js'
import { BlockMeter, type Clock } from './block-meter.js'
import type { VersionRecord } from '../files/current-file.js'
import type { EventHub } from '../events.js'
import { mapVersion, type Residency, type Resident, type ResidentMapping } from './residency.js'
import type { Steps } from './steps.js'

/** A slice of the checksum: below 0.2 ms with cold pages. */
export const CHECK_BYTES = 512 << 10

/** A slice of giving back: 0.08 ms at most. */
const GIVE_BACK_BYTES = 1 << 20
const GIVE_BACK_INTERVAL_MS = 2
/** Above this many slices, several go at once, so that the end comes within half a second. */
const GIVE_BACK_TICKS = 200

/** Requests that began before a switch have mostly ended by then; giving back under them would cost them page faults. */
const RETIRE_DELAY_MS = 150

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
 * A version this process has mapped. It stays mapped as long as it is current or somebody holds it; then its memory is given
 * back in small steps, and it is closed.
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
  #retiredAt: number | undefined
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
    this.#retiredAt ??= performance.now()
    this.#letGoWhenUnused()
  }

  /** Says the same, and closes it at once, or when its last holder lets go. */
  retireAtOnce(): void {
    this.#retiredAt = -Infinity
    this.#letGoWhenUnused()
  }

  #letGoWhenUnused(): void {
    if (this.#holders > 0 || this.#retiredAt === undefined || this.mapping.closed) return
    clearTimeout(this.#timer)
    if (this.#retiredAt === -Infinity) {
      this.#close()
      return
    }
    const waitMs = Math.max(0, this.#retiredAt + RETIRE_DELAY_MS - performance.now())
    this.#timer = setTimeout(() => {
      this.#giveBack(0, new BlockMeter(this.#context.clock))
    }, waitMs).unref()
  }

  #giveBack(start: number, meter: BlockMeter): void {
    const { byteLength } = this.mapping
    const slices = Math.max(1, Math.ceil(byteLength / GIVE_BACK_BYTES / GIVE_BACK_TICKS))
    let position = start
    meter.run(() => {
      for (let slice = 0; slice < slices && position < byteLength; slice++) {
        const count = Math.min(GIVE_BACK_BYTES, byteLength - position)
        this.mapping.giveBack(position, count)
        position += count
      }
    })
    this.#timer = setTimeout(() => {
      if (position < byteLength) {
        this.#giveBack(position, meter)
        return
      }
      meter.run(() => this.#close())
      const { longestMs: longestBlockMs, steps } = meter
      this.#context.events.emit('release', { generation: this.generation, byteLength, longestBlockMs, steps })
    }, GIVE_BACK_INTERVAL_MS).unref()
  }

  #close(): void {
    this.#context.mapped.delete(this)
    this.segment.close()
    this.mapping.close()
  }
}

/**
 * Maps the version at `path` and checks it: what file it is, its size, header, the checksum of its data, and that each table of
 * the schema is in it, under a type that can be read as the schema's.
 *
 * @throws FileError, FormatError, VersionError, CorruptionError or SchemaMismatchError; nothing stays mapped
 */
export function* openVersion(context: VersionContext, path: string, record: VersionRecord): Steps<OpenVersion> {
  const resident = yield* mapVersion(path, context.resident, context.mapping)
  const { mapping } = resident
  let segment: Segment | undefined
  try {
    if (mapping.byteLength !== record.byteLength) {
      throw new CorruptionError(
        `version is damaged: bytes=${mapping.byteLength}, expected=${record.byteLength}, path=${path}. Publish or roll back.`,
        { path, expected: record.byteLength, actual: mapping.byteLength },
      )
    }
    yield
    if (context.checksData) yield* checkData(mapping, path, record, context.onChecked)
    segment = Segment.fromMapping(mapping, path)
    const handles = new Map<string, unknown>()
    for (const [name, type] of Object.entries(context.schema)) {
      yield
      handles.set(name, findTable(segment, name, type, path))
    }
    return new OpenVersion(context, record, resident, segment, handles)
  } catch (error) {
    segment?.close()
    mapping.close()
    throw error
  }
}

/** Compares the checksum of the mapped bytes with the one that was published. */
export function* checkData(
  mapping: FileMapping,
  path: string,
  record: VersionRecord,
  onChecked?: (done: number, total: number) => void,
): Steps<void> {
  const bytes = mapping.bytes()
  let checksum = 0
  for (let start = 0; start < bytes.length; start += CHECK_BYTES) {
    const end = Math.min(start + CHECK_BYTES, bytes.length)
    checksum = crc32(bytes.subarray(start, end), checksum)
    onChecked?.(end, bytes.length)
    yield
  }
  if (checksum !== record.checksum) {
    throw new CorruptionError(
      `version is damaged: checksum=${checksum}, expected=${record.checksum}, path=${path}. Publish or roll back.`,
      { path, expected: record.checksum, actual: checksum },
    )
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

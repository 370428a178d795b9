import { InvalidOptionError } from '../errors/errors.js'
import { isMapperName } from '../mapping/choose-mapper.js'
import { checkPermissions, type PermissionOptions } from '../platform/permissions.js'
import type { SchemaOf } from '../segment/schema-type.js'
import { requireType } from '../types/make-type.js'
import { checkRetain, type Retain } from './publishing/retention.js'
import type { Clock } from './reading/block-meter.js'
import { isResident, type Resident } from './reading/residency.js'
import type { SnapshotOf } from './reading/snapshot.js'

/** How to open a store. */
export interface StoreOptions<S extends SchemaOf<S>> extends PermissionOptions {
  /** The tables this process reads and writes: a type for each name. */
  readonly schema: S
  /** Make the directory if it is missing; a store whose version cannot be read is opened all the same, to be published anew. Default false. */
  readonly create?: boolean
  /**
   * Which versions are kept besides the current one when this process publishes: so many, those that were current last; by number and age; or
   * those whose numbers a function gives. The pinned and the newest one always are. Default 1.
   */
  readonly retain?: Retain
  /** How long to wait for the first version, in milliseconds; default 0. */
  readonly waitMs?: number
  /** Close what was read from `current` at the end of each turn, so that a test finds views kept across an `await`. Default false. */
  readonly strict?: boolean
  /**
   * What is checked before a version is read: `'data'`, the checksum of the whole file, in slices between other work; `'header'`,
   * its size and header, trusting that the file is as its publisher read it back. Default `'data'`.
   */
  readonly check?: 'data' | 'header'
  /**
   * Called with a snapshot of each version before this process reads it, to touch or compute what requests will need; may be async. The
   * snapshot is for its time alone. When it throws or takes too long, that is an `adopt-failed` event (of the first version:
   * `Store.open` throws), the process stays on the version it has, and tries again later, after 1 s and then less and less often.
   */
  readonly warmUp?: (snapshot: SnapshotOf<S>) => void | Promise<void>
  /** How long a promise of `warmUp` may take, in milliseconds; a synchronous one cannot be interrupted. Default 10,000. */
  readonly warmUpMs?: number
  /**
   * How the pages of a version come into this process: `'lazy'`, each at its first touch; `'populate'`, all before the switch, in
   * slices between other work; `'lock'`, as `'populate'` and never to be swapped out, which keeps the thread while it maps (about
   * 0.08 ms for each MB). Linux alone can do more than `'lazy'`; `store.residency` tells what was allowed. Default `'lazy'`.
   */
  readonly resident?: Resident
  /**
   * What maps the versions: the package mmap-io, or the addon that comes with hotseg. Default: what `HOTSEG_MAPPING` names, else
   * mmap-io where it is installed and the version is below 2 GiB, else the addon. `store.mapping` tells.
   */
  readonly mapping?: 'mmap-io' | 'addon'
  /**
   * For how long a reader may read or hold a version that is not current before that is a `slow-reader` event, in milliseconds; default
   * 10,000. Only a store with a listener for it looks.
   */
  readonly slowReaderMs?: number
  /** Remember where each snapshot was acquired, for `held` and `leak`. Costs microseconds for each. Default false. */
  readonly traceSnapshots?: boolean
  /** The clock by which events say how long the thread was kept; default `performance.now`. */
  readonly clock?: Clock
}

const CHECKS: ReadonlySet<unknown> = new Set(['data', 'header'])

/** Names a snapshot needs for itself. */
const RESERVED_NAMES = new Set(['generation', 'release', 'segment', 'constructor', '__proto__'])

/** @throws InvalidOptionError for the first option that is wrong */
export function checkOptions<S extends SchemaOf<S>>(options: StoreOptions<S>): void {
  const refuse = (name: string, actual: unknown, expected: string): never => {
    throw new InvalidOptionError(`cannot open store: ${name}=${String(actual)}, expected=${expected}.`, {
      path: name,
      expected,
      actual,
    })
  }
  const {
    schema,
    retain = 1,
    waitMs = 0,
    check = 'data',
    warmUp,
    warmUpMs = 1,
    resident = 'lazy',
    slowReaderMs = 1,
    mapping,
  } = options
  if (typeof schema !== 'object' || (schema as unknown) === null) refuse('schema', schema, 'an object of types')
  for (const [name, type] of Object.entries(schema)) requireType(type, `table of schema, name=${name},`)
  const reserved = Object.keys(schema).find((name) => RESERVED_NAMES.has(name))
  if (reserved !== undefined) refuse('schema', reserved, 'another name: snapshots need this one')
  checkRetain('open store', retain)
  checkPermissions('open store', options)
  if (!(waitMs >= 0)) refuse('waitMs', waitMs, 'milliseconds, 0 or more')
  if (!CHECKS.has(check)) refuse('check', check, 'data or header')
  if (warmUp !== undefined && typeof warmUp !== 'function') refuse('warmUp', warmUp, 'a function')
  if (!(warmUpMs > 0)) refuse('warmUpMs', warmUpMs, 'milliseconds, above 0')
  if (!(slowReaderMs > 0)) refuse('slowReaderMs', slowReaderMs, 'milliseconds, above 0')
  if (mapping !== undefined && !isMapperName(mapping)) refuse('mapping', mapping, 'mmap-io or addon')
  if (!isResident(resident)) refuse('resident', resident, 'lazy, populate or lock')
}

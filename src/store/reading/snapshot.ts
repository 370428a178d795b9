import { BufferMapping } from '../../mapping/buffer-mapping.js'
import { dispose } from '../../platform/dispose.js'
import { ValueRef } from '../../types/value-ref.js'
import type { Schema, Tables } from '../../segment/schema-type.js'
import { FileSegment as Segment } from '../../segment/file-segment.js'
import { findTable, type Handles, type OpenVersion } from './open-version.js'

const HANDLES = Symbol('hotseg.handles')
const RELEASE = Symbol('hotseg.release')

/**
 * One version of a store's data. Its tables are members: containers and structs themselves, scalars, strings and the like by
 * value (`snapshot.edition` is a number).
 */
export class Snapshot {
  /** Number of the version. */
  readonly generation: number
  /** The version's segment, for objects that are not in the schema. */
  readonly segment: Segment
  declare private readonly [HANDLES]: Handles
  declare private readonly [RELEASE]: (() => void) | undefined

  /** Made by the store. */
  constructor(generation: number, segment: Segment, handles: Handles, release: (() => void) | undefined) {
    this.generation = generation
    this.segment = segment
    // Symbols that do not show: spreading or comparing a snapshot must not drag the segment's insides along.
    Object.defineProperty(this, HANDLES, { value: handles })
    Object.defineProperty(this, RELEASE, { value: release })
    for (const [name, handle] of handles) {
      if (!(handle instanceof ValueRef)) (this as Record<string, unknown>)[name] = handle
    }
  }

  /** Lets the version go; nothing read through this snapshot may be used afterwards. A second call does nothing. */
  release(): void {
    this[RELEASE]?.()
  }

  /** The same as {@link Snapshot.release}, for `using`. */
  [dispose](): void {
    this.release()
  }
}

/** A snapshot with the tables of a schema. */
export type SnapshotOf<S extends object> = Snapshot & Tables<S>

/**
 * Makes snapshots that all have the same shape, so that a call site that reads `store.current.edition` stays monomorphic over any
 * number of versions: values are getters on one prototype a store, containers plain members in the order of the schema.
 */
export class SnapshotMaker<S extends object> {
  readonly #schema: Schema
  #made: typeof Snapshot | undefined

  /** @param schema - names and types of the tables */
  constructor(schema: Schema) {
    this.#schema = schema
  }

  /** A snapshot of `version`. @param release - what `release` does, which may be called any number of times */
  make(version: OpenVersion, release?: () => void): SnapshotOf<S> {
    return this.#make(version.generation, version.segment, version.handles, release)
  }

  /**
   * A snapshot over the same bytes that can be closed for itself, for stores that look for views kept too long: its release does so
   * before it calls `release`.
   */
  makeBorrowed(version: OpenVersion, release?: () => void): SnapshotOf<S> {
    const { buffer, byteOffset, byteLength } = version.mapping
    const segment = Segment.fromMapping(new BufferMapping(new Uint8Array(buffer, byteOffset, byteLength)))
    const handles = new Map<string, unknown>()
    for (const [name, type] of Object.entries(this.#schema)) handles.set(name, findTable(segment, name, type, name))
    return this.#make(version.generation, segment, handles, () => {
      segment.close()
      release?.()
    })
  }

  #make(generation: number, segment: Segment, handles: Handles, release: (() => void) | undefined): SnapshotOf<S> {
    this.#made ??= classFor(handles)
    return new this.#made(generation, segment, handles, release) as SnapshotOf<S>
  }
}

function classFor(handles: Handles): typeof Snapshot {
  const Made = class extends Snapshot {}
  Object.defineProperty(Made, 'name', { value: 'Snapshot' })
  for (const [name, handle] of handles) {
    if (!(handle instanceof ValueRef)) continue
    Object.defineProperty(Made.prototype, name, {
      enumerable: true,
      get(this: Snapshot): unknown {
        return (this[HANDLES].get(name) as ValueRef).value
      },
    })
  }
  return Made
}

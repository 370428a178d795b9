import { InvalidOptionError, InvalidValueError, SchemaMismatchError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { Memory } from '../memory/memory.js'
import type { Measure } from './description.js'
import type { KeyBranch, KeyMember } from './key-codec.js'
import { Layout, refuseValue, requireDepth, Walk, type CheckWalk, type ValuePath } from './layout.js'
import { makeSealedView, makeStructView, type SealedViewClass, type StructViewClass } from './struct-view.js'
import { isSpreadView } from './view.js'
import type { Replacement } from './write.js'

/** A field of a struct as a reader sees it. */
export interface Field {
  readonly name: string
  readonly layout: Layout
  /** `undefined` when the file does not have the field; reading gives `undefined` or the default then. */
  readonly byteOffset: number | undefined
  /** Whether it may be left out when writing: optional, with a default, or a pointer. */
  readonly isOmissible: boolean
  /** What stands for it when it is left out, if it has a default. */
  readonly fallback: Fallback | undefined
}

/** A default value: as a user wrote it, and in a small memory of its own, from which readers of older files are served. */
export class Fallback {
  readonly value: unknown
  readonly #layout: Layout
  #memory: Memory | undefined

  /** @param value - checked to fit when a value is first left out */
  constructor(layout: Layout, value: unknown) {
    this.#layout = layout
    this.value = value
  }

  /** What a reader sees of it. */
  read(): unknown {
    return this.#layout.read(this.#open(), ADDRESS, 0, 0, false)
  }

  /** A copy. */
  toValue(): unknown {
    const memory = this.#open()
    return this.#layout.toValue(memory, ADDRESS, new Walk(memory))
  }

  /** The value for JSON. */
  toJson(): unknown {
    const memory = this.#open()
    return this.#layout.toJson(memory, ADDRESS, new Walk(memory))
  }

  /** The value, prepared for being written. @throws InvalidOptionError when it does not fit */
  prepare(): unknown {
    try {
      return this.#layout.prepare(this.value, ['default'], 1)
    } catch (cause) {
      if (!(cause instanceof InvalidValueError)) throw cause
      throw new InvalidOptionError(`default does not fit its type: ${cause.message}`, { cause })
    }
  }

  #open(): Memory {
    if (this.#memory === undefined) {
      const memory = Memory.allocate(HEADER_BYTES, CAPACITY)
      const heap = Heap.format(memory)
      const block = heap.allocateZeroed(this.#layout.byteLength)
      if (block * 8 !== ADDRESS) throw memory.fault(block * 8)
      this.#layout.init(heap, ADDRESS, this.prepare())
      memory.writable = false
      this.#memory = memory
    }
    return this.#memory
  }
}

const HEADER_BYTES = 4096
const CAPACITY = 2 ** 30
const ADDRESS = HEADER_BYTES + 8

/** Fields side by side. */
export class StructLayout extends Layout implements KeyBranch {
  readonly kind = 'struct'
  readonly isPlain: boolean
  override readonly isDeep: boolean
  readonly fields: readonly Field[]
  readonly isComplete: boolean
  readonly #byName: ReadonlyMap<string, Field>
  readonly #members: readonly KeyMember[]
  /** The class of views where nothing is written. */
  readonly SealedView: SealedViewClass
  /** The class of read-only views in a segment that is written. */
  readonly RowView: StructViewClass
  readonly #WritableView: StructViewClass

  /**
   * @param fields - those the reader knows, in the order of the file, so that keys are compared as the writer compared them
   * @param isComplete - whether these are all that the file has, and the file has all of these
   */
  constructor(measure: Measure, fields: readonly Field[], isComplete: boolean) {
    super(measure)
    this.fields = fields
    this.isComplete = isComplete
    this.isPlain = fields.every(({ layout }) => layout.isPlain)
    this.isDeep = fields.some(({ layout }) => layout.isDeep)
    this.#byName = new Map(fields.map((field) => [field.name, field]))
    this.#members = fields.map(({ name, layout, byteOffset }) => ({ name, layout, byteOffset: byteOffset ?? 0 }))
    this.SealedView = makeSealedView(this)
    this.RowView = makeStructView(this, false)
    this.#WritableView = makeStructView(this, true)
  }

  /** The field of a name. */
  field(name: string): Field | undefined {
    return this.#byName.get(name)
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    if (!memory.writable) return new this.SealedView(memory, address)
    const Made = isWritable ? this.#WritableView : this.RowView
    return new Made(memory, address, block, serial)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): readonly unknown[] {
    const object = requireObject(value, path, depth)
    requireDepth(path, depth)
    const prepared: unknown[] = []
    for (const field of this.fields) {
      path[depth] = field.name
      const given = object[field.name]
      if (given !== undefined) prepared.push(field.layout.prepare(given, path, depth + 1))
      else if (field.fallback !== undefined) prepared.push(field.fallback.prepare())
      else if (field.isOmissible) prepared.push(field.layout.prepare(undefined, path, depth + 1))
      else refuseValue(path, depth + 1, field.layout.kind, given, 'The field is missing.')
    }
    return prepared
  }

  override prepareEmpty(): readonly unknown[] {
    return this.fields.map(({ layout, fallback }) => fallback?.prepare() ?? layout.prepareEmpty())
  }

  /** Checks and copies a patch: some fields. @throws InvalidValueError also for a name that is no field */
  preparePatch(patch: unknown): { readonly field: Field; readonly prepared: unknown }[] {
    const path: ValuePath = []
    const object = requireObject(patch, path, 0)
    return Object.keys(object).map((name) => {
      path[0] = name
      const field = this.#byName.get(name)
      if (field === undefined) return refuseValue(path, 1, 'the name of a field', name)
      const given = object[name]
      const mayBeMissing = field.isOmissible && field.fallback === undefined
      if (given === undefined && !mayBeMissing) refuseValue(path, 1, field.layout.kind, given)
      return { field, prepared: field.layout.prepare(given, path, 1) }
    })
  }

  /** What a patch or a whole prepared value puts in place. */
  replacements(entries: readonly { readonly field: Field; readonly prepared: unknown }[]): Replacement[] {
    return entries.map(({ field: { layout, byteOffset }, prepared }) => ({
      layout,
      byteOffset: byteOffset ?? 0,
      prepared,
    }))
  }

  override toPlain(prepared: unknown): unknown {
    const values = prepared as readonly unknown[]
    const object: Record<string, unknown> = {}
    for (let i = 0; i < this.fields.length; i++) {
      const { name, layout } = this.fields[i]!
      const value = layout.toPlain(values[i])
      if (value !== undefined) object[name] = value
    }
    return object
  }

  /** A copy of the struct at `address`, with the values that some fields are to get. */
  toPatched(memory: Memory, address: number, changed: ReadonlyMap<Field, unknown>): Record<string, unknown> {
    const walk = new Walk(memory)
    const object: Record<string, unknown> = {}
    for (const field of this.fields) {
      const { name, layout, byteOffset } = field
      const value = changed.has(field)
        ? layout.toPlain(changed.get(field))
        : layout.toValue(memory, address + (byteOffset ?? 0), walk)
      if (value !== undefined) object[name] = value
    }
    return object
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const values = prepared as readonly unknown[]
    const { fields } = this
    for (let i = 0; i < fields.length; i++) fields[i]!.layout.init(heap, address + fields[i]!.byteOffset!, values[i])
  }

  override release(heap: Heap, address: number): void {
    if (this.isPlain) return
    for (const { layout, byteOffset } of this.fields) {
      if (byteOffset !== undefined && !layout.isPlain) layout.release(heap, address + byteOffset)
    }
  }

  override toValue(memory: Memory, address: number, walk: Walk): Record<string, unknown> {
    walk.spend(1)
    const object: Record<string, unknown> = {}
    for (const { name, layout, byteOffset, fallback } of this.fields) {
      const value = byteOffset === undefined ? fallback?.toValue() : layout.toValue(memory, address + byteOffset, walk)
      // A field that is not there is left out, so that the copy is deeply equal to what was written.
      if (value !== undefined) object[name] = value
    }
    return object
  }

  override toJson(memory: Memory, address: number, walk: Walk): Record<string, unknown> {
    walk.spend(1)
    const object: Record<string, unknown> = {}
    for (const { name, layout, byteOffset, fallback } of this.fields) {
      const value = byteOffset === undefined ? fallback?.toJson() : layout.toJson(memory, address + byteOffset, walk)
      if (value !== undefined) object[name] = value
    }
    return object
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    for (const { layout, byteOffset } of this.fields) {
      if (byteOffset !== undefined) layout.check(memory, address + byteOffset, walk)
    }
  }

  keyMembers(): readonly KeyMember[] {
    if (!this.isComplete) {
      throw new SchemaMismatchError(
        'struct is a key, and the file has other fields in it. Open it with the schema it was written with.',
      )
    }
    return this.#members
  }

  split(value: unknown, path: ValuePath, depth: number): readonly unknown[] {
    const object = requireObject(value, path, depth)
    return this.fields.map(({ name, fallback }) => {
      const given = object[name]
      return given === undefined ? fallback?.value : given
    })
  }
}

/** Checks that a value is an object with members, and no list. */
export function requireObject(value: unknown, path: ValuePath, depth: number): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuseValue(path, depth, 'an object', value)
  if (isSpreadView(value)) {
    refuseValue(path, depth, 'an object', value, 'A view was spread, which copies no fields; spread its toObject().')
  }
  return value as Record<string, unknown>
}

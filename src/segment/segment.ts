import {
  ClosedError,
  CorruptionError,
  ExistsError,
  InvalidOptionError,
  InvalidValueError,
  OutOfSpaceError,
} from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import { GRANULE_BYTES } from '../memory/memory.js'
import type { Mapping } from '../mapping/mapping.js'
import { dispose } from '../platform/dispose.js'
import { describe, withoutDefault } from '../types/describe.js'
import { fingerprintOf } from '../types/description.js'
import { quote } from '../types/make-type.js'
import { typeText } from '../types/type-from.js'
import type { Input, Opened, Type } from '../types/type.js'
import { openValue } from '../types/value-ref.js'
import { memoryOf, View } from '../types/view.js'
import { bytesOf, checkObjects } from './check-objects.js'
import { Directory, type Entry } from './directory.js'
import { CAPACITY_ADDRESS, CREATED_AT_ADDRESS, STATE_ADDRESS, STATE_PRIVATE } from './header-layout.js'
import { identityOf, markPrivate, markSealed, validateData, validateHeader } from './header.js'
import { layoutFor } from './kinds.js'
import type { ObjectInfo, SegmentStats, StoredObject, VerifySummary } from './segment-info.js'
import {
  partsInMemory,
  partsOfBuffer,
  partsOfMapping,
  type SegmentOptions,
  type SegmentParts,
} from './segment-parts.js'
import { storedLayout, storedType } from './stored-type.js'

/**
 * Named objects of any type, in one run of bytes that can be mapped, copied, sent and opened anywhere. A segment is private to
 * this process and writable until `seal`, and immutable from then on.
 *
 * @example
 * ```ts
 * const segment = Segment.inMemory({ capacity: '1 MiB' })
 * const words = segment.construct('words', hashMap(string, u32))
 * words.set('hot', 1)
 * segment.seal()
 * const copy = Segment.fromBuffer(segment.toArrayBuffer())
 * copy.find('words', hashMap(string, u32))?.get('hot') // 1
 * ```
 */
export class Segment {
  readonly #memory: Memory
  readonly #directory: Directory
  readonly #parts: SegmentParts

  /** Use `Segment.inMemory`, `fromBuffer`, or in Node `create` and `open`. */
  protected constructor(parts: SegmentParts) {
    this.#memory = parts.memory
    this.#directory = Directory.of(parts.memory)
    this.#parts = parts
  }

  /**
   * A new, empty segment in the memory of this process.
   *
   * @throws InvalidOptionError, UnsupportedError for a capacity that cannot be
   */
  static inMemory(options: SegmentOptions = {}): Segment {
    return new Segment(partsInMemory(options))
  }

  /**
   * A sealed segment in a buffer of the caller's, read in place; it must not change while it is open. Bytes that do not begin
   * at a multiple of 8 are copied.
   *
   * @param source - an ArrayBuffer, a SharedArrayBuffer, or a view of part of one
   * @throws FormatError, VersionError, CorruptionError
   */
  static fromBuffer(source: ArrayBufferLike | ArrayBufferView): Segment {
    return new Segment(partsOfBuffer(source))
  }

  /**
   * A sealed segment in bytes that were mapped; `close` closes the mapping too.
   *
   * @internal
   * @param path - for messages
   * @throws FormatError, VersionError, CorruptionError; the mapping stays open then
   */
  static fromMapping(mapping: Mapping, path?: string): Segment {
    return new Segment(partsOfMapping(mapping, path))
  }

  /** `private` while it can be written, then `sealed`. @throws ClosedError */
  get state(): 'private' | 'sealed' {
    return this.#memory.word(STATE_ADDRESS) === STATE_PRIVATE ? 'private' : 'sealed'
  }

  /** 32 hexadecimal digits that no other segment has. @throws ClosedError */
  get identity(): string {
    this.#requireOpen()
    return identityOf(this.#memory)
  }

  /** When it was made. @throws ClosedError */
  get createdAt(): Date {
    this.#requireOpen()
    return new Date(this.#memory.f64[CREATED_AT_ADDRESS / 8]!)
  }

  /**
   * Makes a named object.
   *
   * @param initial - its value; zero, empty or the default when left out
   * @returns a live container, a view of a struct, or a `Ref` for all else
   * @throws ExistsError when the name is taken, InvalidValueError when the value does not fit, OutOfSpaceError, ReadOnlyError,
   * ClosedError; nothing is changed then
   */
  construct<T extends Type>(name: string, type: T, initial?: Input<T>): Opened<T> {
    requireName(name)
    this.#memory.assertWritable()
    if (this.#directory.find(name) !== undefined) {
      throw new ExistsError(`there is an object of this name already: name=${quote(name)}. Use find or destroy.`, {
        actual: name,
      })
    }
    return this.#make(name, type, initial)
  }

  /**
   * Makes an object without a name, for pointers to lead to. It stays until it is destroyed by `destroy` of the view or,
   * once a `sharedPtr` has taken it, until the last of those that own it is gone.
   *
   * @throws as `construct`
   */
  make<T extends Type>(type: T, initial?: Input<T>): Opened<T> {
    this.#memory.assertWritable()
    return this.#make(undefined, type, initial)
  }

  #make<T extends Type>(name: string | undefined, type: T, initial: Input<T> | undefined): Opened<T> {
    const memory = this.#memory
    const heap = Heap.of(memory)
    const text = describe(type)
    const layout = layoutFor(type, text, true, 'object')
    const value = initial === undefined ? defaultOf(type) : initial
    const prepared = value === undefined ? layout.prepareEmpty() : layout.prepare(value, [], 0)
    // Preparing runs code of the user's.
    this.#memory.assertWritable()
    if (name !== undefined && this.#directory.find(name) !== undefined) {
      throw new ExistsError(`there is an object of this name already: name=${quote(name)}.`, { actual: name })
    }
    const object = heap.atomically(() => {
      const offset =
        name === undefined
          ? this.#directory.makeUnnamed(heap, layout.byteLength, text)
          : heap.allocateZeroed(layout.byteLength)
      layout.init(heap, offset * GRANULE_BYTES, prepared)
      if (name !== undefined) this.#directory.add(heap, name, offset, text)
      return offset
    })
    return openValue(layout, memory, object, true)
  }

  /**
   * The object of a name, `undefined` when there is none. In a sealed segment the type may be a neighbour of the stored one:
   * lack fields and indexes, and have more fields that are optional or have a default.
   *
   * @throws SchemaMismatchError when it is of another type, ClosedError
   */
  find<T extends Type>(name: string, type: T): Opened<T> | undefined {
    requireName(name)
    const entry = this.#directory.find(name)
    if (entry === undefined) return undefined
    const memory = this.#memory
    const place = `object ${quote(name)}, ${this.#parts.origin},`
    const layout = layoutFor(type, this.#directory.textOf(entry.description), memory.writable, place)
    return openValue(layout, memory, entry.object, memory.writable)
  }

  /**
   * The object of a name, made when there is none.
   *
   * @param initial - its value when it is made
   * @throws as `find` and `construct`
   */
  findOrConstruct<T extends Type>(name: string, type: T, initial?: Input<T>): Opened<T> {
    return this.find(name, type) ?? this.construct(name, type, initial)
  }

  /**
   * Frees an object and all it owns; views of it become stale, pointers to it lead to nothing.
   *
   * @param which - its name, or the view of one made without a name
   * @returns whether there was one
   * @throws InvalidValueError when the view is of something else, or of an object that shared pointers own; ReadOnlyError,
   * ClosedError
   */
  destroy(which: string | object): boolean {
    this.#memory.assertWritable()
    const entry = typeof which === 'string' ? this.#directory.find(which) : this.#entryOf(which)
    if (entry === undefined) return false
    const heap = Heap.of(this.#memory)
    const layout = storedLayout(this.#directory.textOf(entry.description))
    heap.atomically(() => {
      this.#directory.remove(heap, entry)
      layout.release(heap, entry.object * GRANULE_BYTES)
      heap.free(entry.object)
    })
    return true
  }

  #entryOf(view: object): Entry | undefined {
    if (view instanceof View && view['hotseg.at'].memory === this.#memory) {
      memoryOf(view)
      const entry = this.#directory.findUnnamed(view['hotseg.at'].block)
      if (entry !== undefined && view['hotseg.at'].address === entry.object * GRANULE_BYTES) {
        const owners = this.#directory.ownersOf(entry.object)
        if (owners === 0) return entry
        throw new InvalidValueError(
          `cannot destroy: object is owned by shared pointers, owners=${owners}. It goes with the last of them.`,
          { path: 'which', actual: view },
        )
      }
    }
    throw new InvalidValueError(
      `cannot destroy: value=${quote(view)} is no object made without a name in this segment. Pass what make has given.`,
      { path: 'which', actual: view },
    )
  }

  /** All objects, named ones by name. @throws ClosedError */
  objects(): ObjectInfo[] {
    this.#requireOpen()
    return this.#entries().map((entry) => this.#infoOf(entry))
  }

  /**
   * The named objects of a sealed segment by what it says of them itself, and where they lie.
   *
   * @internal
   * @throws InvalidOptionError while it is private, ClosedError, CorruptionError
   */
  stored(): StoredObject[] {
    if (this.state === 'private') throw new InvalidOptionError('segment is private and still changes. Seal it first.')
    return this.#entries().flatMap((entry) => {
      if (entry.name === undefined) return []
      const { name, object } = entry
      const layout = storedLayout(this.#directory.textOf(entry.description))
      const description = this.#directory.textOf(entry.description)
      const type = typeText(layout.type)
      return [{ name, type, description, layout, memory: this.#memory, address: object * GRANULE_BYTES }]
    })
  }

  #entries(): Entry[] {
    return this.#directory.entries().sort((a, b) => compareNames(a.name, b.name) || a.object - b.object)
  }

  #infoOf(entry: Entry): ObjectInfo {
    const text = this.#directory.textOf(entry.description)
    const type = storedType(text)
    const object = openValue(
      storedLayout(this.#directory.textOf(entry.description)),
      this.#memory,
      entry.object,
      false,
    ) as {
      size?: number
      length?: number
    }
    const isSized = type.kind !== 'struct'
    return {
      name: entry.name,
      kind: type.kind,
      type: typeText(type),
      fingerprint: fingerprintOf(text),
      count: isSized ? (object.size ?? object.length) : undefined,
    }
  }

  /** How much is used, in all and by each object. O(segment): every object is walked through. @throws ClosedError, CorruptionError */
  stats(): SegmentStats {
    this.#requireOpen()
    const memory = this.#memory
    const heap = Heap.of(memory)
    return {
      capacity: memory.f64[CAPACITY_ADDRESS / 8]!,
      ...heap.stats(),
      endBytes: heap.endOffset * GRANULE_BYTES,
      objects: this.#entries().map((entry) => ({
        ...this.#infoOf(entry),
        bytes: bytesOf(memory, this.#directory, entry),
      })),
    }
  }

  /**
   * Makes the segment immutable: exactly the used bytes, with checksums. One made by `create` appears at its path. Views and
   * containers stay good, and read from now on.
   *
   * @throws ReadOnlyError when it is sealed already; ExistsError, OutOfSpaceError, FileError when the file cannot be written, and
   * then the segment is as it was
   */
  seal(): void {
    const memory = this.#memory
    memory.assertWritable()
    markSealed(memory)
    memory.writable = false
    try {
      this.#parts.onSeal?.(this.bytes())
    } catch (error) {
      memory.writable = true
      markPrivate(memory)
      throw error
    }
  }

  /** The bytes of a sealed segment, not a copy: not to be changed. @throws InvalidOptionError while it is private, ClosedError */
  bytes(): Uint8Array {
    if (this.state === 'private') throw new InvalidOptionError('segment is private and still changes. Seal it first.')
    return this.#memory.bytes(0, Heap.of(this.#memory).endOffset * GRANULE_BYTES)
  }

  /** A copy of the bytes of a sealed segment. @throws InvalidOptionError while it is private, ClosedError, OutOfSpaceError */
  toArrayBuffer(): ArrayBuffer {
    try {
      return this.bytes().slice().buffer
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      throw new OutOfSpaceError('no memory for a copy of the segment in this process', { cause })
    }
  }

  /**
   * Walks through everything: checksums, heap, directory and every object; each block must be owned once. O(segment).
   *
   * @throws CorruptionError naming the first contradiction, ClosedError
   */
  verify(): VerifySummary {
    this.#requireOpen()
    const memory = this.#memory
    if (!memory.writable) {
      validateHeader(memory, this.bytes().length, this.#parts.origin)
      validateData(memory, this.#parts.origin)
    } else if (this.state !== 'private') {
      throw new CorruptionError(
        `segment is damaged: it is written, and its header says otherwise, ${this.#parts.origin}.`,
      )
    }
    return checkObjects(memory, this.#directory, this.#parts.origin)
  }

  /** Brings writes to the disk. A private segment has no file yet and a sealed one was synced, so there is nothing to wait for. @throws ClosedError */
  flush(): void {
    this.#requireOpen()
  }

  /** Lets the bytes go: every view and container throws `ClosedError` from now on. Further calls do nothing. */
  close(): void {
    if (this.#memory.closed) return
    this.#memory.close()
    this.#parts.onClose?.()
  }

  /** The same as `close`, for `using`. */
  [dispose](): void {
    this.close()
  }

  #requireOpen(): void {
    if (!this.#memory.lost) return
    if (!this.#memory.closed) throw this.#memory.fault(0)
    throw new ClosedError(`segment is closed, ${this.#parts.origin}. Open it again.`)
  }
}

function requireName(name: string): void {
  if (typeof name === 'string' && name !== '') return
  throw new InvalidOptionError(`not a name of an object: name=${quote(name)}. Give a string that is not empty.`)
}

/** The default of a type `withDefault`. */
function defaultOf(type: Type): unknown {
  return withoutDefault(type) === type ? undefined : (type as unknown as { default: unknown }).default
}

function compareNames(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1
  return a < b ? -1 : 1
}

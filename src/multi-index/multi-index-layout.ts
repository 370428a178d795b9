/**
 * ```
 * header block | count | indexCount | offset of each index's header block ... |
 * row block    | the row | words of the first index that keeps some in the rows | of the next ...
 *              | computed key | ... | answer of a predicate, a byte | ...
 * ```
 */
import { InvalidValueError } from '../errors/errors.js'
import { releaseContainer, type Releasing } from '../containers/release.js'
import type { Heap } from '../heap/heap.js'
import { countOf } from '../heap/heap-layout.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Key } from '../structures/key-policy.js'
import { Positional } from '../structures/positional.js'
import type { Structure } from '../structures/structure.js'
import { requireIterable } from '../types/array-layout.js'
import { Layout, requireDepth, type CheckWalk, type ValuePath, type Walk } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import type { StructLayout } from '../types/struct-layout.js'
import type { Derived } from './derived.js'
import { isMember, structureOf, type IndexLayout } from './index-layout.js'
import { MultiIndexCheck } from './multi-index-check.js'
import { MultiIndexHandle } from './multi-index.js'

/** Where the offsets of the indexes' header blocks begin in a table's. */
export const INDEXES_BYTES = 8

/** The row in the way, and the index it is in the way of. */
export interface Clash {
  readonly offset: number
  readonly index: string
}

/** Rows with several indexes: offset of the header block, 0 when it never held anything. */
export class MultiIndexLayout extends Layout implements Releasing {
  readonly kind = 'multiIndex'
  readonly isPlain = false
  override readonly isDeep = true
  row!: StructLayout
  /** What is kept behind each row. */
  derived!: Derived
  indexes: readonly IndexLayout[] = []
  /** An index that has all rows: the reader's first such one, or one that only the file has. */
  main!: IndexLayout
  /** Number of indexes in the file. */
  indexCount = 0
  /** Bytes of a row block: the row and the words of indexes. */
  rowBytes = 0
  /** Place, in `indexes`, of the one that is quickest to tell whether a row is in the table. */
  telling = 0

  constructor() {
    super({ byteLength: 4, alignment: 4 })
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    return new MultiIndexHandle(this, memory, address, block, serial, isWritable)
  }

  /** The structures of the indexes, in the order of `indexes`. */
  structures(memory: Memory): Structure[] {
    return this.indexes.map((index) => structureOf(index, memory))
  }

  /** Offset of an index's header block. */
  indexHeader(memory: Memory, header: number, index: IndexLayout): number {
    return header === 0 ? 0 : memory.word(header * GRANULE_BYTES + INDEXES_BYTES + index.position * 4)
  }

  /** Number of rows. */
  countOf(memory: Memory, header: number): number {
    return header === 0 ? 0 : memory.word(header * GRANULE_BYTES)
  }

  /** New header blocks for the table and its indexes. */
  create(heap: Heap, structures: readonly Structure[]): number {
    const header = heap.allocateZeroed(INDEXES_BYTES + this.indexCount * 4)
    heap.memory.setU32(header * GRANULE_BYTES + 4, this.indexCount)
    this.indexes.forEach(({ position }, i) => {
      const index = structures[i]!.create(heap)
      heap.memory.setU32(header * GRANULE_BYTES + INDEXES_BYTES + position * 4, index)
    })
    return header
  }

  override prepare(value: unknown, path: ValuePath, depth: number): readonly (readonly unknown[])[] {
    const iterable = requireIterable(value, path, depth)
    requireDepth(path, depth)
    const rows: (readonly unknown[])[] = []
    for (const row of iterable) {
      path[depth] = rows.length
      rows.push(this.prepareRow(row, path, depth + 1))
    }
    return rows
  }

  /** Checks and copies a row, and derives what is kept behind it. Calls functions of the user's. */
  prepareRow(value: unknown, path: ValuePath, depth: number): readonly unknown[] {
    const prepared = this.row.prepare(value, path, depth)
    if (this.derived.values.length === 0) return prepared
    return [...prepared, ...this.derived.derive(() => this.row.toPlain(prepared), path, depth)]
  }

  override prepareEmpty(): readonly never[] {
    return []
  }

  override toPlain(prepared: unknown): unknown {
    const rows = [...(prepared as readonly (readonly unknown[])[])]
    const { codec, isOrdered } = this.main
    if (isOrdered) rows.sort((a, b) => codec.policy.order(codec.ofPrepared(a), codec.ofPrepared(b)))
    return rows.map((row) => this.row.toPlain(row))
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const rows = prepared as readonly (readonly unknown[])[]
    const { memory } = heap
    if (rows.length === 0) {
      memory.setU32(address, 0)
      return
    }
    const structures = this.structures(memory)
    const header = this.create(heap, structures)
    this.reserve(heap, structures, header, rows.length)
    rows.forEach((row, position) => {
      const keys = this.keysOf(row)
      const clash = this.clashOf(memory, structures, header, keys, 0)
      if (clash !== undefined) {
        throw new InvalidValueError(
          `row is in the way of another one: path=[${position}], index=${quote(clash.index)}.`,
          {
            path: `[${position}]`,
            actual: clash.index,
          },
        )
      }
      this.insert(heap, structures, header, row, keys)
    })
    memory.setU32(address, header)
  }

  /** The key of a prepared row for each index, `undefined` where the row is not in it. */
  keysOf(prepared: readonly unknown[]): (Key | undefined)[] {
    return this.indexes.map(({ codec, where }) =>
      where === undefined || prepared[where.step] !== 0 ? codec.ofPrepared(prepared) : undefined,
    )
  }

  /** The key of a row in an index, `undefined` where the row is not in it. */
  keyOf(memory: Memory, index: IndexLayout, row: number): Key | undefined {
    return isMember(index, memory, row) ? index.codec.policy.decode(memory, row) : undefined
  }

  /** The first row that has one of the keys in a unique index, other than `self`; `undefined` keys are not asked for. */
  clashOf(
    memory: Memory,
    structures: readonly Structure[],
    header: number,
    keys: readonly (Key | undefined)[],
    self: number,
  ): Clash | undefined {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      const index = this.indexes[i]!
      if (key === undefined || !index.isUnique) continue
      const offset = structures[i]!.find(this.indexHeader(memory, header, index), key)
      if (offset !== 0 && offset !== self) return { offset, index: index.name }
    }
    return undefined
  }

  /** Makes a row and links it in all indexes; nothing is in its way. @throws OutOfSpaceError - nothing is changed, given a scope */
  insert(
    heap: Heap,
    structures: readonly Structure[],
    header: number,
    prepared: readonly unknown[],
    keys: readonly (Key | undefined)[],
  ): number {
    const row = heap.allocateZeroed(this.rowBytes)
    this.row.init(heap, row * GRANULE_BYTES, prepared)
    if (this.derived.values.length > 0) this.derived.init(heap, row, prepared.slice(this.row.fields.length))
    heap.markKeyed(row)
    this.reserveRow(heap, structures, header, keys, row)
    this.linkRow(heap, structures, header, keys, row)
    return row
  }

  /** Allocates what linking a row may need. @throws OutOfSpaceError - nothing is changed, given a scope */
  reserveRow(
    heap: Heap,
    structures: readonly Structure[],
    header: number,
    keys: readonly (Key | undefined)[],
    row: number,
  ): void {
    const age = ageOf(heap, row)
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      if (key === undefined) continue
      structures[i]!.reserve(heap, this.indexHeader(heap.memory, header, this.indexes[i]!), key, age)
    }
  }

  /** Links a row in all indexes, after `reserveRow`. Cannot fail. */
  linkRow(
    heap: Heap,
    structures: readonly Structure[],
    header: number,
    keys: readonly (Key | undefined)[],
    row: number,
  ): void {
    const { memory } = heap
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      if (key === undefined) continue
      structures[i]!.link(heap, this.indexHeader(memory, header, this.indexes[i]!), key, row)
    }
    memory.setU32(header * GRANULE_BYTES, this.countOf(memory, header) + 1)
  }

  /** Takes rows out of all indexes. Cannot fail in a sound table. */
  unlinkRows(heap: Heap, structures: readonly Structure[], header: number, rows: readonly number[]): void {
    const { memory } = heap
    structures.forEach((structure, i) => {
      const index = this.indexes[i]!
      const indexHeader = this.indexHeader(memory, header, index)
      if (structure instanceof Positional) {
        structure.unlinkAll(indexHeader, rows)
        return
      }
      for (const row of rows) {
        const key = this.keyOf(memory, index, row)
        if (key !== undefined) structure.unlink(heap, indexHeader, key, row)
      }
    })
    memory.setU32(header * GRANULE_BYTES, this.countOf(memory, header) - rows.length)
  }

  /** Takes rows out of all indexes and frees them. */
  erase(heap: Heap, structures: readonly Structure[], header: number, rows: readonly number[]): void {
    this.unlinkRows(heap, structures, header, rows)
    this.releaseRows(heap, rows)
  }

  /** Makes room for so many rows in all, in the indexes that have all rows. */
  reserve(heap: Heap, structures: readonly Structure[], header: number, total: number): void {
    const each = (work: (structure: Structure, indexHeader: number) => void): void => {
      this.indexes.forEach((index, i) => {
        if (index.where === undefined) work(structures[i]!, this.indexHeader(heap.memory, header, index))
      })
    }
    // All or none: an index must not have adopted its room when the next one finds none.
    each((structure, indexHeader) => structure.reserveTotal(heap, indexHeader, total))
    each((structure, indexHeader) => structure.adoptTotal(heap, indexHeader))
  }

  override release(heap: Heap, address: number): void {
    const header = heap.memory.word(address)
    if (header !== 0) releaseContainer(heap, this, header)
  }

  releaseContents(heap: Heap, header: number): void {
    const structures = this.structures(heap.memory)
    const offsets = this.rowsOf(heap.memory, header)
    this.indexes.forEach((index, i) => structures[i]!.destroy(heap, this.indexHeader(heap.memory, header, index)))
    this.releaseRows(heap, offsets)
    heap.free(header)
  }

  /** Empties the table; its header and those of its indexes stay. */
  clear(heap: Heap, structures: readonly Structure[], header: number): void {
    const offsets = this.rowsOf(heap.memory, header)
    this.indexes.forEach((index, i) => structures[i]!.clear(heap, this.indexHeader(heap.memory, header, index)))
    this.releaseRows(heap, offsets)
    heap.memory.setU32(header * GRANULE_BYTES, 0)
  }

  /** Offsets of all rows, in the order of the first index that has all. */
  rowsOf(memory: Memory, header: number): number[] {
    const offsets: number[] = []
    const cursor = structureOf(this.main, memory).cursor(this.indexHeader(memory, header, this.main))
    for (let row = cursor.next(); row !== 0; row = cursor.next()) offsets.push(row)
    return offsets
  }

  private releaseRows(heap: Heap, offsets: readonly number[]): void {
    for (const row of offsets) {
      this.row.release(heap, row * GRANULE_BYTES)
      this.derived.release(heap, row)
      heap.free(row)
    }
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(memory, address, walk, (row) => this.row.toValue(memory, row, walk))
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(memory, address, walk, (row) => this.row.toJson(memory, row, walk))
  }

  #map(memory: Memory, address: number, walk: Walk, copy: (address: number) => unknown): unknown[] {
    walk.enter()
    const rows = this.rowsOf(memory, memory.word(address))
    const copies = rows.map((row) => copy(row * GRANULE_BYTES))
    walk.leave()
    return copies
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const header = memory.word(address)
    if (header !== 0) new MultiIndexCheck(this, memory, header, walk).run()
  }
}

/** How many blocks were made before a row. */
export function ageOf(heap: Heap, row: number): number {
  return countOf(heap.serial(row))
}

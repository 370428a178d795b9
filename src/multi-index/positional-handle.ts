import { EntryIterator } from '../containers/entry-iterator.js'
import { readRangeOptions, type GivenRange } from '../containers/range-options.js'
import type { LazyRange } from '../containers/range.js'
import { InvalidValueError } from '../errors/errors.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { Chain } from '../structures/chain.js'
import { OffsetArray } from '../structures/offset-array.js'
import type { Positional } from '../structures/positional.js'
import { Walk } from '../types/layout.js'
import { lookedAt, requirePosition, requireRun } from '../types/positions.js'
import { asked, requireFunction } from '../types/callbacks.js'
import { IndexPlace } from './index-place.js'
import type { MultiIndexHandle } from './multi-index.js'
import type { IndexLayout } from './index-layout.js'

/** What handles of indexes have in common whose order users choose. */
abstract class PositionalHandle {
  protected readonly place: IndexPlace
  protected abstract readonly structure: Positional

  constructor(table: MultiIndexHandle, index: IndexLayout) {
    this.place = new IndexPlace(table, index)
  }

  protected get table(): MultiIndexHandle {
    return this.place.table
  }

  /** Offset of the index's header block. @throws ClosedError, StaleViewError */
  header(): number {
    return this.place.header()
  }

  /** The number of rows. */
  get size(): number {
    return this.structure.size(this.header())
  }

  /** The first row. */
  first(): unknown {
    return this.place.view(this.structure.first(this.header()))
  }

  /** The last row. */
  last(): unknown {
    return this.place.view(this.structure.last(this.header()))
  }

  /** All rows. */
  [Symbol.iterator](): EntryIterator {
    return this.walk({ given: {}, isReverse: false, limit: Infinity }, (row) => this.place.view(row))
  }

  /** A way through rows, each as `read` gives it. */
  walk({ given, isReverse, limit }: GivenRange, read: (row: number) => unknown): EntryIterator {
    const { structure } = this
    const header = this.header()
    const from = given['from'] === undefined ? 0 : this.table.rowOf(given['from'])
    const cursor = structure.walk(header, from, isReverse, limit)
    return new EntryIterator(structure, () => this.header(), cursor, read)
  }

  /** A way through the offsets of all rows. */
  private offsets(): IterableIterator<number> {
    const all: GivenRange = { given: {}, isReverse: false, limit: Infinity }
    return this.walk(all, (row) => row) as IterableIterator<unknown> as IterableIterator<number>
  }

  /** Rows from one on. */
  range(options?: unknown): LazyRange<unknown> {
    return new PositionRange(this, readRangeOptions(options ?? {}, ['from']), (row) => this.place.view(row))
  }

  /** Inserts a row at the front. */
  pushFront(row: unknown): unknown {
    return this.insertBeforeRow(row, () => this.structure.first(this.header()))
  }

  /** Inserts a row at the end. */
  pushBack(row: unknown): unknown {
    return this.insertBeforeRow(row, () => 0)
  }

  /** Inserts a row before another. */
  insertBefore(before: unknown, row: unknown): unknown {
    return this.insertBeforeRow(row, () => this.table.rowOf(before))
  }

  protected insertBeforeRow(row: unknown, before: () => number): unknown {
    return this.table.insertPlaced(row, () => {
      const behind = before()
      return (inserted) => {
        if (behind !== 0) this.structure.relocate(this.header(), [inserted], behind)
      }
    })
  }

  /** Takes the first row out. */
  popFront(): unknown {
    return this.take(this.structure.first(this.header()))
  }

  /** Takes the last row out. */
  popBack(): unknown {
    return this.take(this.structure.last(this.header()))
  }

  private take(row: number): unknown {
    const memory = this.table.memoryToWrite()
    if (row === 0) return undefined
    const value = this.place.row.toValue(memory, row * GRANULE_BYTES, new Walk(memory))
    this.table.eraseRows([row])
    return value
  }

  /** Moves rows before another one, or to the end. */
  relocate(rows: unknown, before?: unknown): void {
    const moving = this.table.rowsOf(rows)
    this.structure.relocate(this.header(), moving, before === undefined ? 0 : this.table.rowOf(before))
  }

  /** Sorts. */
  sort(compare: unknown): void {
    this.table.memoryToWrite()
    const order = requireFunction(compare, 'compare')
    const offsets = this.offsets()
    const rows = Array.from(offsets, (row) => ({ row, view: this.place.view(row) }))
    rows.sort((a, b) => asked(order(a.view, b.view), 'number', 'compare'))
    // Past its end already: it only looks whether the rows are still what they were.
    offsets.next()
    this.arrange(rows.map(({ row }) => row))
  }

  /** Turns the order round. */
  reverse(): void {
    this.arrange([...this.offsets()].reverse())
  }

  /** Puts all rows in the order given. */
  rearrange(rows: unknown): void {
    const given = this.table.rowsOf(rows)
    if (given.length !== this.size) {
      throw new InvalidValueError(
        `rearrange takes every row once: given=${given.length}, rows=${this.size}. Use relocate to move some of them.`,
        { path: 'rows', expected: this.size, actual: given.length },
      )
    }
    this.arrange(given)
  }

  private arrange(rows: readonly number[]): void {
    this.table.memoryToWrite()
    if (rows.length > 0) this.structure.arrange(this.header(), rows)
  }

  /** Erases the rows that a function picks. */
  removeIf(predicate: unknown): number {
    return this.table.eraseWhere(this.offsets(), predicate)
  }

  /** Erases rows that equal the one before them. */
  unique(equal: unknown): number {
    const isEqual = requireFunction(equal, 'equal')
    let kept: unknown
    return this.table.eraseWhere(this.offsets(), (view: unknown) => {
      const isDoomed = kept !== undefined && asked(isEqual(kept, view), 'boolean', 'equal')
      if (!isDoomed) kept = view
      return isDoomed
    })
  }

  /** Erases rows from one on. */
  eraseRange(options: unknown): number {
    const rows = new PositionRange(this, readRangeOptions(options, ['from']), (row) => row).toArray() as number[]
    this.table.eraseRows(rows)
    return rows.length
  }
}

/** A handle of a sequenced index; its public face is `SequencedIndex` in `positional-live.ts`. */
export class SequencedIndexHandle extends PositionalHandle {
  protected readonly structure: Chain

  constructor(table: MultiIndexHandle, index: IndexLayout, memory: Memory) {
    super(table, index)
    this.structure = new Chain(memory, index.linkOffset)
  }
}

/** A handle of a random access index; its public face is `RandomAccessIndex` in `positional-live.ts`. */
export class RandomAccessIndexHandle extends PositionalHandle {
  protected readonly structure: OffsetArray

  constructor(table: MultiIndexHandle, index: IndexLayout, memory: Memory) {
    super(table, index)
    this.structure = new OffsetArray(memory, index.linkOffset)
  }

  /** The number of rows. */
  get length(): number {
    return this.size
  }

  /** The row at a position; negative ones count from the end. */
  at(index: number): unknown {
    const header = this.header()
    const position = lookedAt(index, this.structure.size(header))
    return position < 0 ? undefined : this.place.view(this.structure.at(header, position))
  }

  /** The position of a row. */
  indexOf(row: unknown): number {
    return this.structure.positionOf(this.table.rowOf(row))
  }

  /** Inserts a row at a position. */
  insert(index: number, row: unknown): unknown {
    return this.insertBeforeRow(row, () => {
      const { size } = this
      return this.structure.at(this.header(), requirePosition(index, size, size + 1, 'index of random access'))
    })
  }

  /** Erases the rows at positions. */
  erase(index: number, count = 1): void {
    this.table.memoryToWrite()
    const position = requireRun(index, count, this.size, 'random access')
    const header = this.header()
    this.table.eraseRows(Array.from({ length: count }, (_, i) => this.structure.at(header, position + i)))
  }
}

/** Rows from one on, looked up anew by each iteration. */
class PositionRange implements LazyRange<unknown> {
  readonly #index: PositionalHandle
  readonly #range: GivenRange
  readonly #read: (row: number) => unknown

  constructor(index: PositionalHandle, range: GivenRange, read: (row: number) => unknown) {
    this.#index = index
    this.#range = range
    this.#read = read
    // A view that is none of the table's is an error at once.
    index.walk(range, read)
  }

  [Symbol.iterator](): EntryIterator {
    return this.#index.walk(this.#range, this.#read)
  }

  toArray(): unknown[] {
    return [...this]
  }
}

import { elementsOf, EqualElements, type KeyedAccess } from '../containers/equal-elements.js'
import { EntryIterator } from '../containers/entry-iterator.js'
import { boundOf, countOf, equalRangeOf, firstOf, lastOf, rangeOf, type OrderedAccess } from '../containers/ordered.js'
import type { LazyRange } from '../containers/range.js'
import { InvalidValueError } from '../errors/errors.js'
import type { Memory } from '../memory/memory.js'
import { BTree } from '../structures/btree.js'
import { scratch } from '../structures/scratch.js'
import { makeHashTable } from '../structures/hash-lookup.js'
import type { HashTable } from '../structures/hash-table.js'
import type { Key } from '../structures/key-policy.js'
import type { Position } from '../structures/structure.js'
import type { KeyCodec } from '../types/key-codec.js'
import { quote } from '../types/make-type.js'
import { IndexPlace } from './index-place.js'
import type { MultiIndexHandle } from './multi-index.js'
import type { IndexLayout } from './index-layout.js'

/** What handles of indexes have in common. */
abstract class IndexHandle implements KeyedAccess {
  protected readonly place: IndexPlace
  /** Between the keys of users and those of the structure. */
  readonly codec: KeyCodec
  abstract readonly structure: HashTable | BTree

  constructor(table: MultiIndexHandle, index: IndexLayout) {
    this.place = new IndexPlace(table, index)
    this.codec = index.codec
  }

  /** Offset of the index's header block. @throws ClosedError, StaleViewError */
  header(): number {
    return this.place.header()
  }

  /** The view of a row. */
  entry(row: number): unknown {
    return this.place.view(row)
  }

  /** The number of rows. */
  get size(): number {
    return this.structure.size(this.header())
  }

  /** As many `get`s, in one go. */
  getMany(keys: ArrayLike<unknown>): unknown[] {
    const { codec, place } = this
    const { length } = keys
    const wanted = new Array<Key | undefined>(length)
    for (let i = 0; i < length; i++) wanted[i] = codec.toKey(keys[i])
    const rows = scratch(length)
    this.structure.findMany(place.header(), wanted, rows)
    const views = new Array<unknown>(length)
    for (let i = 0; i < length; i++) views[i] = place.view(rows[i]!)
    return views
  }

  /** All rows. */
  [Symbol.iterator](): EntryIterator {
    const header = this.header()
    return new EntryIterator(
      this.structure,
      () => this.header(),
      this.structure.cursor(header),
      (row) => this.entry(row),
    )
  }

  /** Offsets of all rows that have a key. */
  protected rowsOf(key: unknown): number[] {
    const wanted = this.codec.toKey(key)
    return elementsOf(this, this.header(), wanted)
  }

  /** Erases the rows of a key. */
  delete(key: unknown): boolean | number {
    const rows = this.rowsOf(key)
    this.place.table.eraseRows(rows)
    return this.place.index.isUnique ? rows.length > 0 : rows.length
  }
}

/** A handle of a hashed index; its public face is `HashedIndex` in `multi-index-live.ts`. */
export class HashedIndexHandle extends IndexHandle {
  readonly structure: HashTable

  constructor(table: MultiIndexHandle, index: IndexLayout, memory: Memory) {
    super(table, index)
    this.structure = makeHashTable(memory, index.codec.policy, index.linkOffset)
  }

  /** The first row of a key. */
  get(key: unknown): unknown {
    const { place } = this
    const wanted = this.codec.toKey(key)
    const header = place.header()
    return wanted === undefined ? undefined : place.view(this.structure.find(header, wanted))
  }

  /** Whether a row has the key. */
  has(key: unknown): boolean {
    const wanted = this.codec.toKey(key)
    const header = this.header()
    return wanted !== undefined && this.structure.find(header, wanted) !== 0
  }

  /** The number of rows that have the key. */
  count(key: unknown): number {
    return this.rowsOf(key).length
  }

  /** The rows that have the key. */
  equalRange(key: unknown): LazyRange<unknown> {
    return new EqualElements(this, key)
  }

  /** Mean number of slots looked at to find a key that is there. O(slots); for measuring. */
  meanProbes(): number {
    return this.structure.meanProbes(this.header())
  }
}

/** A handle of an ordered index; its public face is `OrderedIndex` in `multi-index-live.ts`. */
export class OrderedIndexHandle extends IndexHandle implements OrderedAccess {
  readonly structure: BTree

  constructor(table: MultiIndexHandle, index: IndexLayout, memory: Memory) {
    super(table, index)
    this.structure = new BTree(memory, index.codec.policy, index.isUnique, index.isRanked)
  }

  get tree(): BTree {
    return this.structure
  }

  /** The first row of a key. */
  get(key: unknown): unknown {
    const { place } = this
    const wanted = this.codec.toKey(key)
    const header = place.header()
    return wanted === undefined ? undefined : place.view(this.structure.find(header, wanted))
  }

  /** Whether a row has the key, or begins with its parts. */
  has(key: unknown): boolean {
    return countOf(this, key) > 0
  }

  /** The number of rows that have the key, or begin with its parts. */
  count(key: unknown): number {
    return countOf(this, key)
  }

  /** The rows between bounds. */
  range(options?: unknown): LazyRange<unknown> {
    return rangeOf(this, options ?? {})
  }

  /** The rows that have the key, or begin with its parts. */
  equalRange(key: unknown): LazyRange<unknown> {
    return equalRangeOf(this, key)
  }

  /** The first row not before a key. */
  lowerBound(key: unknown): unknown {
    return boundOf(this, key, false)
  }

  /** The first row after a key. */
  upperBound(key: unknown): unknown {
    return boundOf(this, key, true)
  }

  /** The first row. */
  first(): unknown {
    return firstOf(this)
  }

  /** The last row. */
  last(): unknown {
    return lastOf(this)
  }

  /** Where a row stands that a user's view is of. @throws StaleViewError, InvalidValueError when it is none of this index */
  positionOf(view: unknown): Position {
    const { table, index, memory } = this.place
    const row = table.rowOf(view)
    const key = table['hotseg.layout'].keyOf(memory, index, row)
    if (key !== undefined) return this.tree.positionOf(this.header(), key, row)
    throw new InvalidValueError(
      `row is not in this index: index=${quote(index.name)}. A partial index has only the rows that its predicate picks.`,
      { path: 'from', actual: view },
    )
  }

  /** Erases the rows between bounds. */
  eraseRange(options: unknown): number {
    const { tree, codec } = this
    const access: OrderedAccess = {
      tree,
      codec,
      header: () => this.header(),
      entry: (row) => row,
      positionOf: (view) => this.positionOf(view),
    }
    const rows = rangeOf(access, options).toArray() as number[]
    this.place.table.eraseRows(rows)
    return rows.length
  }
}

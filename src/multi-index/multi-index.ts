import { InvalidOptionError, InvalidValueError } from '../errors/errors.js'
import { EntryIterator } from '../containers/entry-iterator.js'
import { requireCount } from '../containers/reserve.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Key } from '../structures/key-policy.js'
import type { Structure } from '../structures/structure.js'
import { requireIterable } from '../types/array-layout.js'
import { quote } from '../types/make-type.js'
import { Handle } from '../types/sequence.js'
import type { Field } from '../types/struct-layout.js'
import { viewRow } from '../types/struct-view.js'
import type { Type } from '../types/type.js'
import { memoryOf, View } from '../types/view.js'
import { buildReplacements, placeReplacements } from '../types/write.js'
import { asked, requireFunction } from '../types/callbacks.js'
import { HashedIndexHandle, OrderedIndexHandle } from './index-handle.js'
import { moveRow } from './move-row.js'
import { isMember, structureOf, type IndexLayout } from './index-layout.js'
import { ageOf, type Clash, type MultiIndexLayout } from './multi-index-layout.js'
import { RandomAccessIndexHandle, SequencedIndexHandle } from './positional-handle.js'
import { RankedIndexHandle } from './ranked-index-handle.js'

type IndexHandles = HashedIndexHandle | OrderedIndexHandle | SequencedIndexHandle | RandomAccessIndexHandle

/** A field and the prepared value it is to get. */
interface Change {
  readonly field: Field
  readonly prepared: unknown
}

/** What happens to a row in one index: it leaves its place there, gets one by a new key, or both. */
interface Move {
  readonly leaves: boolean
  readonly key: Key | undefined
}

/** A handle of a multi-index; its public face is `MultiIndex` in `multi-index-live.ts`. */
export class MultiIndexHandle extends Handle {
  declare readonly 'hotseg.layout': MultiIndexLayout
  #structures: readonly Structure[] | undefined
  #by: Record<string, IndexHandles> | undefined

  /** The type of the rows. */
  get rowType(): Type {
    return (this['hotseg.layout'].type as unknown as { row: Type }).row
  }

  /** The number of rows. */
  get size(): number {
    return this['hotseg.layout'].countOf(memoryOf(this), this.header())
  }

  /** The indexes by name. */
  get by(): Record<string, IndexHandles> {
    return (this.#by ??= this.#open())
  }

  #open(): Record<string, IndexHandles> {
    const memory = memoryOf(this)
    const by: Record<string, IndexHandles> = {}
    for (const index of this['hotseg.layout'].indexes) by[index.name] = this.#openIndex(index, memory)
    return Object.freeze(by)
  }

  #openIndex(index: IndexLayout, memory: Memory): IndexHandles {
    switch (index.kind) {
      case 'rankedUnique':
      case 'rankedNonUnique':
        return new RankedIndexHandle(this, index, memory)
      case 'sequenced':
        return new SequencedIndexHandle(this, index, memory)
      case 'randomAccess':
        return new RandomAccessIndexHandle(this, index, memory)
      default:
        return index.isOrdered
          ? new OrderedIndexHandle(this, index, memory)
          : new HashedIndexHandle(this, index, memory)
    }
  }

  /** Offset of the header block, 0 when the table never held anything. @throws ClosedError, StaleViewError */
  header(): number {
    return memoryOf(this).word(this['hotseg.at'].address)
  }

  /** The view of a row. */
  viewOf(row: number): unknown {
    return viewRow(this['hotseg.layout'].row, this['hotseg.at'].memory, row)
  }

  private get structures(): readonly Structure[] {
    return (this.#structures ??= this['hotseg.layout'].structures(memoryOf(this)))
  }

  /** All rows, in the order of the first index that has all. */
  [Symbol.iterator](): EntryIterator {
    return this.#rows((row) => this.viewOf(row))
  }

  #rows(read: (row: number) => unknown): EntryIterator {
    const layout = this['hotseg.layout']
    const structure = structureOf(layout.main, memoryOf(this))
    const headerOf = (): number => layout.indexHeader(memoryOf(this), this.header(), layout.main)
    return new EntryIterator(structure, headerOf, structure.cursor(headerOf()), read)
  }

  /** As of every handle; also refuses where functions are missing. @throws InvalidOptionError */
  protected override writableMemory(): Memory {
    const memory = super.writableMemory()
    this['hotseg.layout'].derived.requireFunctions()
    return memory
  }

  /** Inserts a row into all indexes. */
  insert(row: unknown): unknown {
    return this.insertPlaced(row, () => () => undefined)
  }

  /**
   * Inserts a row, and in the same step brings it to its place in an index.
   *
   * @param placing - finds the place, when no code of the user's runs any more; what it gives is called with the linked row
   */
  insertPlaced(row: unknown, placing: () => (inserted: number) => void): unknown {
    this.writableMemory()
    const layout = this['hotseg.layout']
    const prepared = layout.prepareRow(row, [], 0)
    const memory = this.writableMemory()
    const keys = layout.keysOf(prepared)
    const present = this.header()
    const { structures } = this
    const place = placing()
    const clash = layout.clashOf(memory, structures, present, keys, 0)
    if (clash !== undefined) return { inserted: false, row: this.viewOf(clash.offset), index: clash.index }
    const heap = Heap.of(memory)
    const inserted = heap.atomically(() => {
      const header = present === 0 ? layout.create(heap, structures) : present
      const offset = layout.insert(heap, structures, header, prepared, keys)
      if (present === 0) memory.setU32(this['hotseg.at'].address, header)
      place(offset)
      return offset
    })
    return { inserted: true, row: this.viewOf(inserted) }
  }

  /** Changes some fields of a row. */
  modify(view: unknown, patch: unknown): unknown {
    this.writableMemory()
    return this.#change(view, this['hotseg.layout'].row.preparePatch(patch))
  }

  /** Writes all fields of a row anew. */
  replace(view: unknown, value: unknown): unknown {
    this.writableMemory()
    const { row } = this['hotseg.layout']
    const prepared = row.prepare(value, [], 0)
    return this.#change(
      view,
      row.fields.map((field, i) => ({ field, prepared: prepared[i] })),
    )
  }

  #change(view: unknown, changes: readonly Change[]): unknown {
    const before = this.rowOf(view)
    const hasDerived = changes.length > 0 && this['hotseg.layout'].derived.values.length > 0
    const derived = hasDerived ? this.#derive(before, changes) : []
    // Functions of the user's have run.
    const memory = this.writableMemory()
    const row = this.rowOf(view)
    const layout = this['hotseg.layout']
    const moves = this.#movesOf(memory, row, changes, derived)
    if (moves.some((move) => move !== undefined)) {
      const keys = moves.map((move) => move?.key)
      const clash = layout.clashOf(memory, this.structures, this.header(), keys, row)
      if (clash !== undefined) return this.#refused(clash)
    }
    if (changes.length > 0) this.#apply(Heap.of(memory), row, changes, derived, moves)
    return { modified: true, row: this.viewOf(row) }
  }

  /** What is derived from a row with changes. @throws InvalidOptionError when a function changed the segment meanwhile */
  #derive(row: number, changes: readonly Change[]): readonly unknown[] {
    const { row: layout, derived } = this['hotseg.layout']
    const { memory } = this['hotseg.at']
    const { epoch } = memory
    const changed = new Map(changes.map(({ field, prepared }) => [field, prepared]))
    const values = derived.derive(() => layout.toPatched(memory, row * GRANULE_BYTES, changed), [], 0)
    if (memory.epoch === epoch || memory.closed) return values
    throw new InvalidOptionError(
      'a function of computed or predicate changed the segment while it was called. It must only look at its row.',
    )
  }

  #refused({ offset, index }: Clash): unknown {
    return { modified: false, row: this.viewOf(offset), index }
  }

  /** What is to be done in each index, `undefined` where nothing is. */
  #movesOf(memory: Memory, row: number, changes: readonly Change[], derived: readonly unknown[]): (Move | undefined)[] {
    const layout = this['hotseg.layout']
    const { fields } = layout.row
    const changed = new Map(changes.map(({ field, prepared }) => [fields.indexOf(field), prepared]))
    derived.forEach((value, i) => changed.set(fields.length + i, value))
    return layout.indexes.map((index) => {
      const { where, codec } = index
      const isAsked = where !== undefined && changed.has(where.step)
      if (!isAsked && !hasAny(changed, index.fields)) return undefined
      const leaves = isMember(index, memory, row)
      const enters = isAsked ? changed.get(where.step) !== 0 : leaves
      if (!enters) return leaves ? { leaves, key: undefined } : undefined
      if (leaves && !hasAny(changed, index.fields)) return undefined
      const element: unknown[] = []
      for (const field of index.fields) {
        element[field] = changed.has(field) ? changed.get(field) : this.#preparedField(memory, row, fields[field]!)
      }
      const key = codec.ofPrepared(element)
      const { policy } = codec
      const stays = leaves && policy.compare(memory, key, row, policy.parts.length, false) === 0
      return stays ? undefined : { leaves, key }
    })
  }

  #preparedField(memory: Memory, row: number, { layout, byteOffset }: Field): unknown {
    const view = layout.read(memory, row * GRANULE_BYTES + byteOffset!, 0, 0, false)
    return layout.prepare(view, [], 0)
  }

  #apply(
    heap: Heap,
    row: number,
    changes: readonly Change[],
    derived: readonly unknown[],
    moves: readonly (Move | undefined)[],
  ): void {
    const layout = this['hotseg.layout']
    const { structures } = this
    const { memory } = heap
    const header = this.header()
    const each = (work: (structure: Structure, indexHeader: number, move: Move, index: number) => void): void => {
      moves.forEach((move, i) => {
        if (move !== undefined) work(structures[i]!, layout.indexHeader(memory, header, layout.indexes[i]!), move, i)
      })
    }
    heap.atomically(() => {
      const replacements = [...layout.row.replacements(changes), ...layout.derived.replacements(derived)]
      const scratch = buildReplacements(heap, replacements)
      each((structure, indexHeader, { key, leaves }) => {
        if (key !== undefined) structure.reserve(heap, indexHeader, key, ageOf(heap, row), leaves ? row : undefined)
      })
      each((structure, indexHeader, { leaves }, i) => {
        if (leaves) structure.unlink(heap, indexHeader, layout.indexes[i]!.codec.policy.decode(memory, row), row)
      })
      placeReplacements(heap, row * GRANULE_BYTES, replacements, scratch)
      each((structure, indexHeader, { key }) => {
        if (key !== undefined) structure.link(heap, indexHeader, key, row)
      })
    })
  }

  /**
   * Offset of what a user's view stands for, if that can be a row of this table, else 0: it is one when an index has it.
   *
   * @throws StaleViewError, ClosedError
   */
  candidateOf(view: unknown): number {
    const isOne =
      view instanceof View &&
      view['hotseg.at'].memory === this['hotseg.at'].memory &&
      view['hotseg.layout'] === this['hotseg.layout'].row
    if (!isOne) return 0
    memoryOf(view)
    return view['hotseg.at'].address / GRANULE_BYTES
  }

  /** Offset of the row a user's view stands for. @throws StaleViewError, InvalidValueError when it is no row of this table */
  rowOf(view: unknown): number {
    const row = this.candidateOf(view)
    if (row !== 0) {
      const layout = this['hotseg.layout']
      const memory = memoryOf(this)
      const index = layout.indexes[layout.telling]!
      const key = index.codec.policy.decode(memory, row)
      const header = layout.indexHeader(memory, this.header(), index)
      if (this.structures[layout.telling]!.contains(header, key, row)) return row
    }
    throw new InvalidValueError(
      `not a row of this table: value=${quote(view)}. Pass a view that insert, an index or iterating has given.`,
      { path: 'row', expected: 'a view of a row', actual: view },
    )
  }

  /**
   * Offsets of rows to be moved, each once.
   *
   * @param given - the view of a row, or some in an iterable, which may run code of the user's
   * @throws StaleViewError, InvalidValueError, ReadOnlyError
   */
  rowsOf(given: unknown): number[] {
    this.writableMemory()
    const isRow = given instanceof View && given['hotseg.layout'] === this['hotseg.layout'].row
    const views: unknown[] = isRow ? [given] : [...requireIterable(given, ['rows'], 1)]
    this.writableMemory()
    const rows = views.map((view) => this.rowOf(view))
    if (new Set(rows).size < rows.length) {
      throw new InvalidValueError(`a row is given twice: rows=${rows.length}.`, { path: 'rows', actual: rows.length })
    }
    return rows
  }

  /** The memory, to be written. @throws ClosedError, StaleViewError, ReadOnlyError */
  memoryToWrite(): Memory {
    return this.writableMemory()
  }

  /** Erases a row. */
  erase(view: unknown): void {
    this.writableMemory()
    this.eraseRows([this.rowOf(view)])
  }

  /** Erases rows by offset, all or none. */
  eraseRows(rows: readonly number[]): void {
    const heap = Heap.of(this.writableMemory())
    if (rows.length === 0) return
    const header = this.header()
    heap.atomically(() => this['hotseg.layout'].erase(heap, this.structures, header, rows))
  }

  /** Erases the rows that a function picks. */
  eraseIf(predicate: unknown): number {
    return this.eraseWhere(
      this.#rows((row) => row),
      predicate,
    )
  }

  /** Erases those of the rows, given by their offsets, that a function of the user's picks; it sees all before the first goes. */
  eraseWhere(rows: Iterable<unknown>, predicate: unknown): number {
    this.writableMemory()
    const isDoomed = requireFunction(predicate, 'predicate')
    const doomed: number[] = []
    for (const row of rows as Iterable<number>) {
      if (asked(isDoomed(this.viewOf(row)), 'boolean', 'predicate')) doomed.push(row)
    }
    this.eraseRows(doomed)
    return doomed.length
  }

  /** Moves a row to another table. */
  moveTo(view: unknown, other: unknown): unknown {
    const memory = this.writableMemory()
    const layout = this['hotseg.layout']
    if (
      !(other instanceof MultiIndexHandle) ||
      other['hotseg.at'].memory !== memory ||
      !layout.isSame(other['hotseg.layout'])
    ) {
      throw new InvalidValueError(
        'not a table that the row can be moved to: it has another type, or is in another segment. Insert the row there.',
        { path: 'other', expected: 'a table of the same type in the same segment' },
      )
    }
    other.writableMemory()
    const row = this.rowOf(view)
    const { address } = this['hotseg.at']
    if (address !== other['hotseg.at'].address) {
      const from = { layout, structures: this.structures, address }
      const to = {
        layout: other['hotseg.layout'],
        structures: other.structures,
        address: other['hotseg.at'].address,
      }
      const clash = moveRow(memory, row, from, to)
      if (clash !== undefined) return { moved: false, row: other.viewOf(clash.offset), index: clash.index }
    }
    return { moved: true, row: other.viewOf(row) }
  }

  /** Erases all rows and gives their memory back. */
  clear(): void {
    const heap = Heap.of(this.writableMemory())
    const header = this.header()
    if (header === 0) return
    heap.atomically(() => {
      this['hotseg.layout'].clear(heap, this.structures, header)
    })
  }

  /** Makes room in the indexes. */
  reserve(count: number): void {
    const heap = Heap.of(this.writableMemory())
    requireCount(count)
    const present = this.header()
    heap.atomically(() => {
      const header = present === 0 ? this['hotseg.layout'].create(heap, this.structures) : present
      this['hotseg.layout'].reserve(heap, this.structures, header, count)
      if (present === 0) heap.memory.setU32(this['hotseg.at'].address, header)
    })
  }
}

function hasAny(changed: ReadonlyMap<number, unknown>, fields: ReadonlySet<number>): boolean {
  for (const field of fields) if (changed.has(field)) return true
  return false
}

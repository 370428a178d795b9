import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Key } from '../structures/key-policy.js'
import type { BTree } from '../structures/btree.js'
import type { KeyedStructure } from '../structures/structure.js'
import { Handle } from '../types/sequence.js'
import type { Type } from '../types/type.js'
import { memoryOf, serialAt } from '../types/view.js'
import { replaceValues } from '../types/write.js'
import { EntryIterator } from './entry-iterator.js'
import { KeyedLayout, type PreparedEntry } from './keyed-layout.js'
import { boundOf, equalRangeOf, firstOf, lastOf, rangeOf, type OrderedAccess } from './ordered.js'
import type { LazyRange } from './range.js'

/** What handles of maps and sets have in common. */
abstract class KeyedHandle extends Handle implements OrderedAccess {
  declare readonly 'hotseg.layout': KeyedLayout
  #structure: KeyedStructure | undefined

  /** The type of the keys. */
  get keyType(): Type {
    return (this['hotseg.layout'].type as unknown as { key: Type }).key
  }

  /** The number of entries. */
  get size(): number {
    const header = this.header()
    return this.structure.size(header)
  }

  protected get structure(): KeyedStructure {
    return (this.#structure ??= this['hotseg.layout'].structure(memoryOf(this)))
  }

  get tree(): BTree {
    // Asked for by the handles of ordered containers only.
    return this.structure as unknown as BTree
  }

  get codec(): KeyedLayout['codec'] {
    return this['hotseg.layout'].codec
  }

  header(): number {
    return memoryOf(this).word(this['hotseg.at'].address)
  }

  /** What iterating gives for a node. */
  abstract entry(node: number): unknown

  /** What `get` gives for a node. */
  protected abstract found(node: number): unknown

  protected keyOf(node: number): unknown {
    const { key, keyOffset } = this['hotseg.layout']
    return this.#read(node, key, keyOffset, false)
  }

  protected valueAt(node: number): unknown {
    return this.#read(node, this['hotseg.layout'].value!, 0, this.mayWrite)
  }

  #read(node: number, layout: KeyedLayout['key'], byteOffset: number, mayWrite: boolean): unknown {
    const memory = memoryOf(this)
    const block = memory.writable ? node : 0
    const serial = block === 0 ? 0 : serialAt(memory, node)
    return layout.read(memory, node * GRANULE_BYTES + byteOffset, block, serial, mayWrite)
  }

  #find(key: unknown): number {
    const header = this.header()
    const wanted = this['hotseg.layout'].codec.toKey(key)
    return wanted === undefined ? 0 : this.structure.find(header, wanted)
  }

  /** The value of a key, or the key of a set. */
  get(key: unknown): unknown {
    const node = this.#find(key)
    return node === 0 ? undefined : this.found(node)
  }

  /** Whether the key is there. */
  has(key: unknown): boolean {
    return this.#find(key) !== 0
  }

  /** As many `get`s, in one go. */
  getMany(keys: ArrayLike<unknown>): unknown[] {
    const { codec } = this['hotseg.layout']
    const wanted = Array.from(keys, (key): Key | undefined => codec.toKey(key))
    const nodes = new Uint32Array(wanted.length)
    this.structure.findMany(this.header(), wanted, nodes)
    return Array.from(nodes, (node) => (node === 0 ? undefined : this.found(node)))
  }

  /** All entries. */
  [Symbol.iterator](): EntryIterator {
    return this.#iterate((node) => this.entry(node))
  }

  /** The keys. */
  keys(): EntryIterator {
    return this.#iterate((node) => this.keyOf(node))
  }

  #iterate(read: (node: number) => unknown): EntryIterator {
    const header = this.header()
    return new EntryIterator(this.structure, () => this.header(), this.structure.cursor(header), read)
  }

  /** The values, or the keys of a set. */
  values(): EntryIterator {
    return this.#iterate((node) => this.found(node))
  }

  protected pairs(): EntryIterator {
    return this.#iterate((node) => [this.keyOf(node), this.found(node)])
  }

  /** Calls back with value and key of each entry. */
  forEach(callback: (value: unknown, key: unknown) => void): void {
    for (const pair of this.pairs()) {
      const [key, value] = pair as [unknown, unknown]
      callback(value, key)
    }
  }

  /** Writes an entry; the value of a key that is there is replaced in place. */
  protected put(prepare: (layout: KeyedLayout) => PreparedEntry): void {
    this.writableMemory()
    const layout = this['hotseg.layout']
    const entry = prepare(layout)
    const memory: Memory = this.writableMemory()
    const present = this.header()
    const node = this.structure.find(present, entry.key)
    if (node !== 0) {
      if (layout.value === undefined) return
      replaceValues(memory, node * GRANULE_BYTES, [{ layout: layout.value, byteOffset: 0, prepared: entry.value }])
      return
    }
    const heap = Heap.of(memory)
    heap.atomically(() => {
      const header = present === 0 ? this.structure.create(heap) : present
      layout.add(heap, this.structure, header, entry)
      if (present === 0) memory.setU32(this['hotseg.at'].address, header)
    })
  }

  /** Erases the entry of a key. */
  delete(key: unknown): boolean {
    const heap = Heap.of(this.writableMemory())
    const wanted = this['hotseg.layout'].codec.toKey(key)
    const header = this.header()
    const node = wanted === undefined ? 0 : this.structure.find(header, wanted)
    if (node === 0) return false
    heap.atomically(() => {
      this.structure.unlink(heap, header, wanted!, node)
      this['hotseg.layout'].releaseNode(heap, node)
    })
    return true
  }

  /** Erases all entries and gives their memory back. */
  clear(): void {
    const heap = Heap.of(this.writableMemory())
    const header = this.header()
    if (header === 0) return
    heap.atomically(() => {
      this['hotseg.layout'].releaseNodes(heap, this.structure, header)
      this.structure.clear(heap, header)
    })
  }
}

/** A handle of a hashed map; its public face is `HashMap` in `map-type.ts`. */
export class MapHandle extends KeyedHandle {
  /** The type of the values. */
  get valueType(): Type {
    return (this['hotseg.layout'].type as unknown as { value: Type }).value
  }

  override entry(node: number): unknown {
    return [this.keyOf(node), this.valueAt(node)]
  }

  protected override found(node: number): unknown {
    return this.valueAt(node)
  }

  /** `[key, value]` of each entry. */
  entries(): EntryIterator {
    return this.pairs()
  }

  /** Writes the value of a key. */
  set(key: unknown, value: unknown): this {
    this.put((layout) => layout.prepareEntry([key, value], [], 0))
    return this
  }
}

/** A handle of a hashed set; its public face is `HashSet` in `set-type.ts`. */
export class SetHandle extends KeyedHandle {
  override entry(node: number): unknown {
    return this.keyOf(node)
  }

  protected override found(node: number): unknown {
    return this.keyOf(node)
  }

  /** `[key, key]` of each key. */
  entries(): EntryIterator {
    return this.pairs()
  }

  /** Adds a key. */
  add(key: unknown): this {
    this.put((layout) => layout.prepareEntry(key, [], 0))
    return this
  }
}

/** A handle of an ordered map; its public face is `OrderedMap` in `map-type.ts`. */
export class OrderedMapHandle extends MapHandle {
  /** The entries between bounds. */
  range(options?: unknown): LazyRange<unknown> {
    return rangeOf(this, options ?? {})
  }

  /** The entry of a key, as a range. */
  equalRange(key: unknown): LazyRange<unknown> {
    return equalRangeOf(this, key)
  }

  /** The first entry not before a key. */
  lowerBound(key: unknown): unknown {
    return boundOf(this, key, false)
  }

  /** The first entry after a key. */
  upperBound(key: unknown): unknown {
    return boundOf(this, key, true)
  }

  /** The first entry. */
  first(): unknown {
    return firstOf(this)
  }

  /** The last entry. */
  last(): unknown {
    return lastOf(this)
  }
}

/** A handle of an ordered set; its public face is `OrderedSet` in `set-type.ts`. */
export class OrderedSetHandle extends SetHandle {
  /** The keys between bounds. */
  range(options?: unknown): LazyRange<unknown> {
    return rangeOf(this, options ?? {})
  }

  /** The key as a range. */
  equalRange(key: unknown): LazyRange<unknown> {
    return equalRangeOf(this, key)
  }

  /** The first key not before the given one. */
  lowerBound(key: unknown): unknown {
    return boundOf(this, key, false)
  }

  /** The first key after the given one. */
  upperBound(key: unknown): unknown {
    return boundOf(this, key, true)
  }

  /** The first key. */
  first(): unknown {
    return firstOf(this)
  }

  /** The last key. */
  last(): unknown {
    return lastOf(this)
  }
}

const HANDLES = {
  hashMap: MapHandle,
  orderedMap: OrderedMapHandle,
  hashSet: SetHandle,
  orderedSet: OrderedSetHandle,
} as const

/** Layouts of maps and sets whose values are read through these handles. */
export class KeyedContainerLayout extends KeyedLayout {
  readonly kind: KeyedLayout['kind']

  /** @param kind - which map or set */
  constructor(kind: KeyedLayout['kind']) {
    super()
    this.kind = kind
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    return new HANDLES[this.kind](this, memory, address, block, serial, isWritable)
  }
}

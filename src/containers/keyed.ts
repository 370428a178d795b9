import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Key } from '../structures/key-policy.js'
import { SortedArray } from '../structures/sorted-array.js'
import type { KeyedStructure, OrderedStructure } from '../structures/structure.js'
import { Handle } from '../types/sequence.js'
import type { Type } from '../types/type.js'
import { memoryOf, serialAt } from '../types/view.js'
import { replaceValues } from '../types/write.js'
import { EntryIterator } from './entry-iterator.js'
import { elementsOf, type KeyedAccess } from './equal-elements.js'
import type { KeyedLayout, PreparedEntry } from './keyed-layout.js'

/** What handles of maps and sets have in common. */
export abstract class KeyedHandle extends Handle implements KeyedAccess {
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

  /** What finds the nodes. */
  get structure(): KeyedStructure {
    return (this.#structure ??= this['hotseg.layout'].structure(memoryOf(this)))
  }

  /** The same, asked for by the handles of ordered containers only. */
  get tree(): OrderedStructure {
    return this.structure as OrderedStructure
  }

  /** Between the keys of users and those of the structure. */
  get codec(): KeyedLayout['codec'] {
    return this['hotseg.layout'].codec
  }

  /** Offset of the structure's header block. @throws ClosedError, StaleViewError */
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
    const block = memory.writable ? this.#blockOf(node) : 0
    const serial = block === 0 ? 0 : serialAt(memory, block)
    return layout.read(memory, node * GRANULE_BYTES + byteOffset, block, serial, mayWrite)
  }

  /** The block that a view of a node stands on. */
  #blockOf(node: number): number {
    const { structure } = this
    return structure instanceof SortedArray ? structure.arrayOf(this.header()) : node
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

  /** Writes an entry; where keys are unique, the value of a key that is there is replaced in place. */
  protected put(prepare: (layout: KeyedLayout) => PreparedEntry): void {
    this.writableMemory()
    const layout = this['hotseg.layout']
    const entry = prepare(layout)
    const memory: Memory = this.writableMemory()
    const present = this.header()
    const node = layout.traits.isUnique ? this.structure.find(present, entry.key) : 0
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

  /** Erases the entries of a key. */
  delete(key: unknown): boolean | number {
    this.writableMemory()
    const wanted = this.codec.toKey(key)
    const nodes = elementsOf(this, this.header(), wanted)
    if (wanted !== undefined) this.removeAll(wanted, nodes)
    return this['hotseg.layout'].traits.isUnique ? nodes.length > 0 : nodes.length
  }

  /** Erases nodes that all have this key. */
  protected removeAll(key: Key, nodes: readonly number[]): void {
    const heap = Heap.of(this.writableMemory())
    const header = this.header()
    heap.atomically(() => {
      for (const node of nodes) this['hotseg.layout'].remove(heap, this.structure, header, key, node)
    })
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

/** What handles of maps have in common. */
abstract class MapHandle extends KeyedHandle {
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
}

/** A handle of a map with unique keys; its public faces are in `map-type.ts`. */
export class UniqueMapHandle extends MapHandle {
  /** Writes the value of a key. */
  set(key: unknown, value: unknown): this {
    this.put((layout) => layout.prepareEntry([key, value], [], 0))
    return this
  }
}

/** A handle of a map that may have equal keys; its public faces are in `multimap-type.ts`. */
export class MultimapHandle extends MapHandle {
  /** Adds an entry. */
  add(key: unknown, value: unknown): this {
    this.put((layout) => layout.prepareEntry([key, value], [], 0))
    return this
  }
}

/** A handle of a set; its public faces are in `set-type.ts` and `multiset-type.ts`. */
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

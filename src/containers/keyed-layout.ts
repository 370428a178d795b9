/**
 * Maps and sets: a hash table or a tree over nodes, which are blocks, or an array in which they stand side by side.
 *
 * ```
 * node | value | key | next, previous |        the key at the first multiple of its alignment; a set has no value;
 *                                              the links only in hashed multi forms
 * ```
 */
import { Heap } from '../heap/heap.js'
import { countOf } from '../heap/heap-layout.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { BTree } from '../structures/btree.js'
import { makeHashTable } from '../structures/hash-lookup.js'
import { RING_LINK_BYTES } from '../structures/hash-layout.js'
import type { Key } from '../structures/key-policy.js'
import { SortedArray } from '../structures/sorted-array.js'
import type { KeyedStructure } from '../structures/structure.js'
import { requireIterable } from '../types/array-layout.js'
import { KeyCodec } from '../types/key-codec.js'
import { KEYED, type KeyedKind, type KeyedTraits } from '../types/keyed-kinds.js'
import { Layout, refuseValue, requireDepth, type CheckWalk, type ValuePath, type Walk } from '../types/layout.js'
import { releaseContainer, type Releasing } from './release.js'

const LINK_ALIGNMENT = 4

/** An entry that is checked and copied, but not written. */
export interface PreparedEntry {
  readonly key: Key
  readonly keyValue: unknown
  readonly value: unknown
}

/** Layout of a map or set: offset of its header block, 0 when it never held anything. */
export abstract class KeyedLayout extends Layout implements Releasing {
  readonly kind: KeyedKind
  readonly traits: KeyedTraits
  readonly isPlain = false
  override readonly isDeep = true
  key!: Layout
  /** `undefined` for a set. */
  value: Layout | undefined
  codec!: KeyCodec
  /** From the start of a node. */
  keyOffset = 0
  /** Byte offset of a node's link words; -1 when there are none. */
  linkOffset = -1
  nodeBytes = 0

  /** @param kind - which map or set */
  constructor(kind: KeyedKind) {
    super({ byteLength: 4, alignment: 4 })
    this.kind = kind
    this.traits = KEYED[kind]
  }

  /** Takes the layouts of key and value, which may lead back to this one. */
  complete(key: Layout, value: Layout | undefined): void {
    this.key = key
    this.value = value
    this.keyOffset = Math.ceil((value?.byteLength ?? 0) / key.alignment) * key.alignment
    this.nodeBytes = this.keyOffset + key.byteLength
    const { form, isUnique } = this.traits
    if (form === 'hash' && !isUnique) {
      this.linkOffset = Math.ceil(this.nodeBytes / LINK_ALIGNMENT) * LINK_ALIGNMENT
      this.nodeBytes = this.linkOffset + RING_LINK_BYTES
    }
    this.codec = new KeyCodec([{ layout: key, byteOffset: this.keyOffset, isDescending: false, steps: [] }], false)
  }

  /** The structure that finds nodes in `memory`. */
  structure(memory: Memory): KeyedStructure {
    const { policy } = this.codec
    const { form, isUnique } = this.traits
    if (form === 'hash') return makeHashTable(memory, policy, this.linkOffset)
    return form === 'tree' ? new BTree(memory, policy, isUnique) : new SortedArray(memory, policy, this.nodeBytes)
  }

  /** Checks and copies an entry, as users write it: `[key, value]`, or a key. */
  prepareEntry(item: unknown, path: ValuePath, depth: number): PreparedEntry {
    const { value: valueLayout } = this
    if (valueLayout === undefined) return this.#prepareEntry(item, undefined, path, depth)
    if (!Array.isArray(item) || item.length !== 2) return refuseValue(path, depth, 'a pair of key and value', item)
    const [key, value] = item as readonly unknown[]
    path[depth] = 'value'
    return this.#prepareEntry(key, valueLayout.prepare(value, path, depth + 1), path, depth)
  }

  #prepareEntry(given: unknown, value: unknown, path: ValuePath, depth: number): PreparedEntry {
    path[depth] = 'key'
    const keyValue = this.key.prepare(given, path, depth + 1)
    return { key: this.codec.ofPrepared(keyValue), keyValue, value }
  }

  override prepare(value: unknown, path: ValuePath, depth: number): readonly PreparedEntry[] {
    const iterable = requireIterable(value, path, depth)
    requireDepth(path, depth)
    const entries: PreparedEntry[] = []
    for (const item of iterable) {
      path[depth] = entries.length
      entries.push(this.prepareEntry(item, path, depth + 1))
    }
    return entries
  }

  override prepareEmpty(): readonly never[] {
    return []
  }

  override toPlain(prepared: unknown): unknown {
    const entries = this.#inOrder(prepared as readonly PreparedEntry[])
    if (this.value === undefined) return this.#gather(entries.map(({ keyValue }) => this.key.toPlain(keyValue)))
    return this.#gather(
      entries.map(({ keyValue, value }) => [this.key.toPlain(keyValue), this.value?.toPlain(value)] as const),
    )
  }

  /** Entries in the order of their keys; the last value of each key where keys are unique. */
  #inOrder(entries: readonly PreparedEntry[]): PreparedEntry[] {
    const sorted = [...entries].sort((a, b) => this.codec.policy.order(a.key, b.key))
    if (!this.traits.isUnique) return sorted
    const distinct: PreparedEntry[] = []
    for (const entry of sorted) {
      const last = distinct.at(-1)
      if (last === undefined || this.codec.policy.order(last.key, entry.key) !== 0) distinct.push(entry)
      else distinct[distinct.length - 1] = { ...last, value: entry.value }
    }
    return distinct
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const entries = prepared as readonly PreparedEntry[]
    if (entries.length === 0) {
      heap.memory.setU32(address, 0)
      return
    }
    const structure = this.structure(heap.memory)
    const header = structure.create(heap)
    structure.reserveTotal(heap, header, entries.length)
    structure.adoptTotal(heap, header)
    for (const entry of entries) {
      const node = this.traits.isUnique ? structure.find(header, entry.key) : 0
      if (node === 0) this.add(heap, structure, header, entry)
      else if (this.value !== undefined) {
        // Nobody has seen the map yet: the value before may be overwritten.
        this.value.release(heap, node * GRANULE_BYTES)
        this.value.init(heap, node * GRANULE_BYTES, entry.value)
      }
    }
    heap.memory.setU32(address, header)
  }

  /** Makes a node and links it. @throws OutOfSpaceError - nothing is changed, given a scope around it */
  add(heap: Heap, structure: KeyedStructure, header: number, { key, keyValue, value }: PreparedEntry): void {
    const isPlaced = structure instanceof SortedArray
    const node = isPlaced ? structure.makeElement(heap, header) : heap.allocateZeroed(this.nodeBytes)
    this.value?.init(heap, node * GRANULE_BYTES, value)
    this.key.init(heap, node * GRANULE_BYTES + this.keyOffset, keyValue)
    if (!isPlaced && this.value === undefined) heap.markKeyed(node)
    structure.reserve(heap, header, key, countOf(heap.serial(node)))
    structure.link(heap, header, key, node)
  }

  /** Unlinks a node and frees it and what it owns. In an array, others stand where it stood as soon as it is unlinked. */
  remove(heap: Heap, structure: KeyedStructure, header: number, key: Key, node: number): void {
    this.#releaseNode(heap, node)
    structure.unlink(heap, header, key, node)
  }

  /** Frees a node, but for an element of an array, and what it owns. In a scope, so that the bytes stay until it ends. */
  #releaseNode(heap: Heap, node: number): void {
    this.value?.release(heap, node * GRANULE_BYTES)
    this.key.release(heap, node * GRANULE_BYTES + this.keyOffset)
    if (this.traits.form !== 'array') heap.free(node)
  }

  override release(heap: Heap, address: number): void {
    const header = heap.memory.word(address)
    if (header !== 0) releaseContainer(heap, this, header)
  }

  releaseContents(heap: Heap, header: number): void {
    const structure = this.structure(heap.memory)
    this.releaseNodes(heap, structure, header)
    structure.destroy(heap, header)
  }

  /** Frees all nodes; the structure still names them. */
  releaseNodes(heap: Heap, structure: KeyedStructure, header: number): void {
    const cursor = structure.cursor(header)
    for (let node = cursor.next(); node !== 0; node = cursor.next()) this.#releaseNode(heap, node)
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown {
    const entries: unknown[] = []
    this.#visit(memory, address, walk, (node) => {
      const key = this.key.toValue(memory, node + this.keyOffset, walk)
      entries.push(this.value === undefined ? key : [key, this.value.toValue(memory, node, walk)])
    })
    return this.#gather(entries)
  }

  /** What a list of keys or of pairs is as a plain value. */
  #gather(entries: readonly unknown[]): unknown {
    if (!this.traits.isUnique) return entries
    return this.value === undefined ? new Set(entries) : new Map(entries as readonly [unknown, unknown][])
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown[] {
    const entries: unknown[] = []
    this.#visit(memory, address, walk, (node) => {
      const key = this.key.toJson(memory, node + this.keyOffset, walk)
      entries.push(this.value === undefined ? key : [key, this.value.toJson(memory, node, walk)])
    })
    return entries
  }

  #visit(memory: Memory, address: number, walk: Walk, visit: (address: number) => void): void {
    const header = memory.word(address)
    const cursor = this.structure(memory).cursor(header)
    walk.enter()
    for (let node = cursor.next(); node !== 0; node = cursor.next()) {
      walk.spend(1)
      visit(node * GRANULE_BYTES)
    }
    walk.leave()
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const claim = (block: number): void => walk.claim(block)
    this.structure(memory).check(memory.word(address), claim, (node) => {
      if (this.traits.form !== 'array') {
        walk.claim(node)
        const room = Heap.of(memory).payloadBytes(node)
        if (room < this.nodeBytes) throw memory.fault(node * GRANULE_BYTES)
      }
      walk.visit(this.key, memory, node * GRANULE_BYTES + this.keyOffset)
      if (this.value !== undefined) walk.visit(this.value, memory, node * GRANULE_BYTES)
    })
  }
}

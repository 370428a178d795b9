/** B+tree over the offsets of elements; `tree-layout.ts` draws it. */
import type { Heap } from '../heap/heap.js'
import { tuning } from '../memory/tuning.js'
import type { Key } from './key-policy.js'
import type { Cursor, OrderedStructure, Position } from './structure.js'
import { TreeCheck } from './tree-check.js'
import { TreeCursor } from './tree-cursor.js'
import { TreeDeletion } from './tree-deletion.js'
import { TreeInsertion } from './tree-insertion.js'
import { CAPACITY, CHANGES, COUNT, FIRST_LEAF, HEIGHT, LAST_LEAF, ROOT, TREE_HEADER_BYTES } from './tree-layout.js'
import { TreeSearch } from './tree-search.js'

/** Operations on trees of one kind; `header` is the offset of a tree's header block, 0 for an empty one. */
export class BTree extends TreeSearch implements OrderedStructure {
  private readonly insertion = new TreeInsertion(this)
  private readonly deletion = new TreeDeletion(this)

  /** A new, empty header block. */
  create(heap: Heap): number {
    const header = heap.allocateZeroed(TREE_HEADER_BYTES)
    this.setWord(header, CAPACITY, tuning.nodeCapacity)
    return header
  }

  /** Number of elements. */
  size(header: number): number {
    return header === 0 ? 0 : this.word(header, COUNT)
  }

  /** The counter that every insertion and deletion advances. */
  changes(header: number): number {
    return header === 0 ? 0 : this.word(header, CHANGES)
  }

  reserve(heap: Heap, header: number, key: Key, age: number, leaving = 0): void {
    this.insertion.reserve(heap, header, key, age, leaving)
  }

  link(heap: Heap, header: number, key: Key, offset: number): void {
    this.insertion.link(heap, header, key, offset)
  }

  unlink(heap: Heap, header: number, key: Key, offset: number): void {
    this.deletion.unlink(heap, header, key, offset)
  }

  cursor(header: number): Cursor {
    return this.between(this.first(header), this.end(header), this.size(header), false)
  }

  between(from: Position, to: Position, most: number, isReverse: boolean): Cursor {
    return new TreeCursor(this, from, to, most, isReverse)
  }

  equal(header: number, key: Key): Cursor {
    const partCount = this.policy.parts.length
    const from = this.seek(header, key, partCount, false, false)
    const to = this.seek(header, key, partCount, false, true)
    return this.between(from, to, this.size(header), false)
  }

  findMany(header: number, keys: readonly (Key | undefined)[], found: Uint32Array): void {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      found[i] = key === undefined ? 0 : this.find(header, key)
    }
  }

  reserveTotal(): void {
    // Nodes are made one by one; there is nothing to make ready.
  }

  adoptTotal(): void {
    // See above.
  }

  /** Frees all nodes; the elements are the caller's. */
  clear(heap: Heap, header: number): void {
    const root = this.word(header, ROOT)
    if (root !== 0) this.freeBelow(heap, root, this.capacity(header), this.height(header) - 1)
    for (const word of [COUNT, ROOT, HEIGHT, FIRST_LEAF, LAST_LEAF]) this.setWord(header, word, 0)
    this.setWord(header, CHANGES, this.word(header, CHANGES) + 1)
  }

  /** Frees all nodes and the header; the elements are the caller's. */
  destroy(heap: Heap, header: number): void {
    this.clear(heap, header)
    heap.free(header)
  }

  private freeBelow(heap: Heap, node: number, capacity: number, level: number): void {
    if (level > 0) {
      const count = this.nodeCount(node)
      for (let i = 0; i < count; i++) this.freeBelow(heap, this.childAt(node, capacity, i), capacity, level - 1)
    }
    heap.free(node)
  }

  check(header: number, claim: (block: number) => void, visit: (offset: number) => void): void {
    if (header !== 0) new TreeCheck(this, header, claim, visit).run()
  }
}

import type { Heap } from '../heap/heap.js'
import { tally } from '../memory/tuning.js'
import type { Key } from './key-policy.js'
import { Prefix } from './prefix.js'
import {
  FIRST_LEAF,
  HEIGHT,
  LAST_LEAF,
  LEAF_COLUMNS,
  nodeBytes,
  NODE_LEVEL,
  NODE_NEXT,
  NODE_PREVIOUS,
  OFFSETS,
  ROOT,
} from './tree-layout.js'
import type { TreeSearch } from './tree-search.js'

const prefix = new Prefix()

/** Links elements into trees of one kind: allocates what that may take first, and then cannot fail. */
export class TreeInsertion {
  private readonly tree: TreeSearch
  private spareLeaf = 0
  private readonly spareInners: number[] = []

  constructor(tree: TreeSearch) {
    this.tree = tree
  }

  /**
   * Allocates the nodes that linking an element may need.
   *
   * Taking another element out first makes it more in one case only: a node that takes entries over from its neighbour is
   * not full afterwards, but when the least entry of a leaf goes, what would have come right behind it belongs to the leaf
   * before, which may be full.
   *
   * @param leaving - the element that is taken out before the link; 0 for none
   * @throws OutOfSpaceError - nothing is changed; what was allocated is freed by the scope this runs in
   */
  reserve(heap: Heap, header: number, key: Key, age: number, leaving = 0): void {
    const { tree } = this
    tree.traceTo(header, key, age)
    this.spareLeaf = 0
    if (this.spareInners.length > 0) this.spareInners.length = 0
    const capacity = tree.capacity(header)
    const { nodes, levels } = tree
    if (levels === 0) {
      this.spareLeaf = heap.allocateZeroed(nodeBytes(LEAF_COLUMNS, capacity))
      return
    }
    let full = 0
    if (leaving !== 0 && tree.wayIndex === 1 && tree.offsetAt(tree.wayLeaf, 0) === leaving) full = levels
    while (full < levels && tree.nodeCount(nodes[levels - 1 - full]!) === capacity) full++
    if (full === 0) return
    this.spareLeaf = heap.allocateZeroed(nodeBytes(LEAF_COLUMNS, capacity))
    const inners = full === levels ? full : full - 1
    for (let i = 0; i < inners; i++) {
      this.spareInners.push(heap.allocateZeroed(nodeBytes(tree.innerColumns, capacity)))
    }
  }

  /** Frees what `reserve` allocated and `link` did not need. */
  private dropSpares(heap: Heap): void {
    if (this.spareLeaf !== 0) heap.free(this.spareLeaf)
    this.spareLeaf = 0
    for (let spare = this.spareInners.pop(); spare !== undefined; spare = this.spareInners.pop()) heap.free(spare)
  }

  link(heap: Heap, header: number, key: Key, offset: number): void {
    const { tree } = this
    const capacity = tree.capacity(header)
    if (!tree.isLocated) tree.traceTo(header, key, tree.age(offset))
    tree.isLocated = false
    prefix.encode(tree.policy, key, tree.policy.parts.length, false)
    const { high, low } = prefix
    if (tree.isRanked) tree.addBelowWay(capacity, 1)
    if (tree.levels === 0) this.plant(header, high, low, offset)
    else {
      const leaf = tree.wayLeaf
      const index = tree.wayIndex
      if (tree.nodeCount(leaf) < capacity) tree.insertEntry(leaf, capacity, index, high, low, offset, 0)
      else this.splitLeaf(header, capacity, leaf, index, high, low, offset)
    }
    tree.addCount(header, 1)
    this.dropSpares(heap)
  }

  private plant(header: number, high: number, low: number, offset: number): void {
    const { tree } = this
    const leaf = this.takeLeaf()
    tree.insertEntry(leaf, tree.capacity(header), 0, high, low, offset, 0)
    tree.setWord(header, ROOT, leaf)
    tree.setWord(header, HEIGHT, 1)
    tree.setWord(header, FIRST_LEAF, leaf)
    tree.setWord(header, LAST_LEAF, leaf)
  }

  private takeLeaf(): number {
    const leaf = this.spareLeaf
    this.spareLeaf = 0
    return leaf
  }

  private splitLeaf(
    header: number,
    capacity: number,
    leaf: number,
    index: number,
    high: number,
    low: number,
    offset: number,
  ): void {
    const { tree } = this
    tally.splits++
    const right = this.takeLeaf()
    const next = tree.nodeWord(leaf, NODE_NEXT)
    const isAppend = next === 0 && index === capacity
    const kept = isAppend ? capacity : (capacity + 1) >>> 1
    tree.moveEntries(right, 0, leaf, kept, capacity - kept, capacity)
    tree.setNodeWord(right, NODE_NEXT, next)
    tree.setNodeWord(right, NODE_PREVIOUS, leaf)
    tree.setNodeWord(leaf, NODE_NEXT, right)
    if (next === 0) tree.setWord(header, LAST_LEAF, right)
    else tree.setNodeWord(next, NODE_PREVIOUS, right)
    if (index <= kept && !isAppend) tree.insertEntry(leaf, capacity, index, high, low, offset, 0)
    else tree.insertEntry(right, capacity, index - kept, high, low, offset, 0)
    this.insertChild(header, capacity, tree.levels - 2, right, next === 0)
  }

  /** Enters the new node `child` to the right of the one on the way below level `depth` of it. */
  private insertChild(header: number, capacity: number, depth: number, child: number, isRightEdge: boolean): void {
    const { tree } = this
    const from = child * 2 + OFFSETS
    const u32 = tree.memory.u32
    const offset = u32[from]!
    const high = u32[from + capacity]!
    const low = u32[from + 2 * capacity]!
    if (depth < 0) {
      this.growRoot(header, capacity, high, low, offset, child)
      return
    }
    const node = tree.nodes[depth]!
    const index = tree.indexes[depth]! + 1
    if (tree.isRanked) tree.recount(node, capacity, index - 1)
    if (tree.nodeCount(node) < capacity) {
      tree.insertEntry(node, capacity, index, high, low, offset, child)
      return
    }
    tally.splits++
    const right = this.spareInners.pop()!
    tree.setNodeWord(right, NODE_LEVEL, tree.nodeWord(node, NODE_LEVEL))
    const isAppend = isRightEdge && index === capacity
    const kept = isAppend ? capacity : (capacity + 1) >>> 1
    tree.moveEntries(right, 0, node, kept, capacity - kept, capacity)
    if (index <= kept && !isAppend) tree.insertEntry(node, capacity, index, high, low, offset, child)
    else tree.insertEntry(right, capacity, index - kept, high, low, offset, child)
    this.insertChild(header, capacity, depth - 1, right, isRightEdge)
  }

  private growRoot(header: number, capacity: number, high: number, low: number, offset: number, child: number): void {
    const { tree } = this
    const root = this.spareInners.pop()!
    const height = tree.word(header, HEIGHT)
    tree.setNodeWord(root, NODE_LEVEL, height)
    tree.insertEntry(root, capacity, 0, 0, 0, 0, tree.word(header, ROOT))
    tree.insertEntry(root, capacity, 1, high, low, offset, child)
    tree.setWord(header, ROOT, root)
    tree.setWord(header, HEIGHT, height + 1)
  }
}

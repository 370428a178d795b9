import type { Heap } from '../heap/heap.js'
import { tally } from '../memory/tuning.js'
import type { Key } from './key-policy.js'
import { FIRST_LEAF, HEIGHT, LAST_LEAF, NODE_NEXT, NODE_PREVIOUS, ROOT } from './tree-layout.js'
import type { TreeSearch } from './tree-search.js'

/** Takes elements out of trees of one kind. */
export class TreeDeletion {
  private readonly tree: TreeSearch

  constructor(tree: TreeSearch) {
    this.tree = tree
  }

  /** Takes an element out. @throws CorruptionError when it is not in it; nothing is changed */
  unlink(heap: Heap, header: number, key: Key, offset: number): void {
    const { tree } = this
    if (tree.locate(header, key, tree.age(offset)) !== offset) throw tree.damaged(header, ': an element is not in it')
    tree.isLocated = false
    const capacity = tree.capacity(header)
    const { nodes, indexes } = tree
    const depth = tree.levels - 1
    const leaf = nodes[depth]!
    const index = indexes[depth]! - 1
    tree.removeEntry(leaf, capacity, index)
    if (tree.isRanked) tree.addBelowWay(capacity, -1)
    if (index === 0 && tree.nodeCount(leaf) > 0) this.refreshLeast(capacity, depth - 1, leaf)
    tree.addCount(header, -1)
    this.rebalance(heap, header, capacity, depth)
  }

  /** Writes the least entry of `leaf` into all ancestors in which it is the least of a child. */
  private refreshLeast(capacity: number, from: number, leaf: number): void {
    const { tree } = this
    for (let depth = from; depth >= 0; depth--) {
      const index = tree.indexes[depth]!
      tree.copyLeast(capacity, leaf, tree.nodes[depth]!, index)
      if (index > 0) return
    }
  }

  private rebalance(heap: Heap, header: number, capacity: number, depth: number): void {
    const { tree } = this
    const node = tree.nodes[depth]!
    const count = tree.nodeCount(node)
    if (depth === 0) {
      this.shrinkRoot(heap, header, capacity)
      return
    }
    if (count >= capacity >>> 1) return
    const parent = tree.nodes[depth - 1]!
    const index = tree.indexes[depth - 1]!
    if (tree.nodeCount(parent) === 1) {
      // Only on the right edge.
      if (count === 0) this.removeNode(heap, header, capacity, depth)
      return
    }
    const left = index > 0 ? tree.childAt(parent, capacity, index - 1) : node
    const right = index > 0 ? node : tree.childAt(parent, capacity, index + 1)
    const rightIndex = index > 0 ? index : index + 1
    if (tree.nodeCount(left) + tree.nodeCount(right) < capacity) {
      tally.merges++
      tree.moveEntries(left, tree.nodeCount(left), right, 0, tree.nodeCount(right), capacity)
      // An empty first leaf that takes over its neighbour keeps its place; nothing above names what it held.
      this.removeRight(heap, header, capacity, depth, right, rightIndex)
      return
    }
    if (node === right) {
      const last = tree.nodeCount(left) - 1
      tree.shiftOne(left, last, right, 0, capacity)
    } else tree.shiftOne(right, 0, left, tree.nodeCount(left), capacity)
    tree.copyLeast(capacity, right, parent, rightIndex)
    if (tree.isRanked) {
      tree.recount(parent, capacity, rightIndex - 1)
      tree.recount(parent, capacity, rightIndex)
    }
    if (node === left && count === 0 && tree.isLeaf(left)) this.refreshLeast(capacity, depth - 1, left)
  }

  private removeRight(
    heap: Heap,
    header: number,
    capacity: number,
    depth: number,
    right: number,
    rightIndex: number,
  ): void {
    const { tree } = this
    if (tree.isLeaf(right)) this.unchain(header, right)
    heap.free(right)
    const { nodes, indexes } = tree
    const parent = nodes[depth - 1]!
    // When the merged node stands left and was empty, what it holds now came from the right: its ancestors learn the least.
    const left = tree.childAt(parent, capacity, rightIndex - 1)
    tree.removeEntry(parent, capacity, rightIndex)
    if (tree.isRanked) tree.recount(parent, capacity, rightIndex - 1)
    if (tree.isLeaf(left) && indexes[depth - 1] === rightIndex - 1) this.refreshLeast(capacity, depth - 1, left)
    this.rebalance(heap, header, capacity, depth - 1)
  }

  /** Removes an empty node that is the only child of its parent, which is empty then itself. */
  private removeNode(heap: Heap, header: number, capacity: number, depth: number): void {
    const { tree } = this
    const node = tree.nodes[depth]!
    if (tree.isLeaf(node)) this.unchain(header, node)
    heap.free(node)
    tree.removeEntry(tree.nodes[depth - 1]!, capacity, tree.indexes[depth - 1]!)
    this.rebalance(heap, header, capacity, depth - 1)
  }

  /** A root with one child gives way to it. The last leaf stays, also when it is empty. */
  private shrinkRoot(heap: Heap, header: number, capacity: number): void {
    const { tree } = this
    let root = tree.word(header, ROOT)
    for (let height = tree.height(header); height > 1 && tree.nodeCount(root) === 1; height--) {
      const child = tree.childAt(root, capacity, 0)
      heap.free(root)
      root = child
      tree.setWord(header, ROOT, root)
      tree.setWord(header, HEIGHT, height - 1)
    }
  }

  private unchain(header: number, leaf: number): void {
    const { tree } = this
    const next = tree.nodeWord(leaf, NODE_NEXT)
    const previous = tree.nodeWord(leaf, NODE_PREVIOUS)
    if (next === 0) tree.setWord(header, LAST_LEAF, previous)
    else tree.setNodeWord(next, NODE_PREVIOUS, previous)
    if (previous === 0) tree.setWord(header, FIRST_LEAF, next)
    else tree.setNodeWord(previous, NODE_NEXT, next)
  }
}

import { Prefix } from './prefix.js'
import { COUNT, FIRST_LEAF, LAST_LEAF, LEAF_COLUMNS, NODE_LEVEL, OFFSETS, ROOT } from './tree-layout.js'
import type { TreeSearch } from './tree-search.js'

const prefix = new Prefix()

/** One walk over all nodes and elements of a tree; made for one `run`. */
export class TreeCheck {
  private readonly tree: TreeSearch
  private readonly header: number
  private readonly claim: (block: number) => void
  private readonly visit: (offset: number) => void
  private readonly capacity: number
  private count = 0
  /** The leaf and the element before. */
  private leaf = 0
  private previous = 0

  /**
   * @param claim - called once with each block of the tree itself
   * @param visit - called once with each element, in order
   */
  constructor(tree: TreeSearch, header: number, claim: (block: number) => void, visit: (offset: number) => void) {
    this.tree = tree
    this.header = header
    this.claim = claim
    this.visit = visit
    claim(header)
    this.capacity = tree.capacity(header)
  }

  /** @throws CorruptionError naming the first contradiction */
  run(): void {
    const { tree, header } = this
    const root = tree.word(header, ROOT)
    if (root === 0) {
      this.require(tree.word(header, FIRST_LEAF) === 0, 'an empty tree has a first leaf')
      this.require(tree.word(header, LAST_LEAF) === 0, 'an empty tree has a last leaf')
    } else {
      const level = tree.height(header) - 1
      const first = tree.firstLeafBelow(root, this.capacity, level)
      this.require(tree.word(header, FIRST_LEAF) === first, 'the first leaf is another')
      this.checkNode(root, level, true, true)
      this.require(tree.word(header, LAST_LEAF) === this.leaf, 'the last leaf is another')
      this.require(tree.nextLeaf(this.leaf) === 0, 'the last leaf has a next one')
    }
    this.require(this.count === tree.word(header, COUNT), 'the number of elements is wrong')
  }

  private checkNode(node: number, level: number, isLeftEdge: boolean, isRightEdge: boolean): void {
    const { tree, capacity } = this
    this.claim(node)
    const count = tree.nodeCount(node)
    this.require(tree.nodeWord(node, NODE_LEVEL) === level, 'a node is on the wrong level')
    const isRoot = isLeftEdge && isRightEdge
    this.require(count <= capacity && (count >= 1 || isRoot), 'a node has an impossible number of entries')
    this.require(isRightEdge || count >= capacity >>> 1, 'a node has too few entries')
    if (level === 0) this.checkLeaf(node, count)
    else this.checkChildren(node, count, level, isLeftEdge, isRightEdge)
  }

  private checkChildren(node: number, count: number, level: number, isLeftEdge: boolean, isRightEdge: boolean): void {
    const { tree, capacity } = this
    for (let i = 0; i < count; i++) {
      const before = this.count
      const isLast = i === count - 1
      const child = tree.childAt(node, capacity, i)
      const isLeft = isLeftEdge && i === 0
      const least = tree.firstLeafBelow(child, capacity, level - 1)
      if (!isLeft) this.require(this.sameEntry(node, i, least), 'an inner entry is not the least below it')
      this.checkNode(child, level - 1, isLeft, isRightEdge && isLast)
      this.require(this.count > before, 'a node has nothing below it')
      if (tree.isRanked) {
        const below = tree.belowAt(node, capacity, i)
        this.require(below === this.count - before, 'an inner node counts other elements than there are')
      }
    }
  }

  private checkLeaf(leaf: number, count: number): void {
    const { tree } = this
    this.require(tree.previousLeaf(leaf) === this.leaf, 'a leaf is wrong about the one before it')
    if (this.leaf !== 0) this.require(tree.nextLeaf(this.leaf) === leaf, 'a leaf is wrong about the next one')
    this.leaf = leaf
    for (let i = 0; i < count; i++) this.checkEntry(leaf, i)
  }

  private checkEntry(leaf: number, index: number): void {
    const { tree, capacity } = this
    const { memory, policy } = tree
    const offset = tree.offsetAt(leaf, index)
    const key = policy.decode(memory, offset)
    prefix.encode(policy, key, policy.parts.length, false)
    const at = leaf * 2 + OFFSETS + index
    const isPrefix = memory.u32[at + capacity] === prefix.high && memory.u32[at + 2 * capacity] === prefix.low
    this.require(isPrefix, 'an entry does not begin as its key does')
    if (this.previous !== 0) {
      const order = tree.order(key, tree.age(offset), this.previous)
      this.require(order > 0, 'elements are not in order')
    }
    this.previous = offset
    this.count++
    this.visit(offset)
  }

  private sameEntry(node: number, index: number, leaf: number): boolean {
    const { memory } = this.tree
    for (let column = 0; column < LEAF_COLUMNS; column++) {
      const ours = memory.word((node * 2 + OFFSETS + column * this.capacity + index) * 4)
      if (ours !== memory.word((leaf * 2 + OFFSETS + column * this.capacity) * 4)) return false
    }
    return true
  }

  private require(holds: boolean, what: string): void {
    if (!holds) throw this.tree.damaged(this.header, `: ${what}`)
  }
}

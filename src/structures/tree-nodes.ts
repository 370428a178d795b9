import { CorruptionError } from '../errors/errors.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import {
  BELOW,
  CAPACITY,
  CAPACITY_LEAST,
  CAPACITY_MOST,
  CHANGES,
  CHILDREN,
  COUNT,
  HEIGHT,
  HEIGHT_MOST,
  LEAF_COLUMNS,
  NODE_COUNT,
  NODE_LEVEL,
  NODE_NEXT,
  NODE_PREVIOUS,
  OFFSETS,
} from './tree-layout.js'

/** Reads and writes the header and the nodes of trees, knowing nothing of keys. `header` and nodes are offsets. */
export class TreeNodes {
  readonly memory: Memory
  /** Whether inner nodes count the elements below each child. */
  readonly isRanked: boolean
  /** Columns of an inner node. */
  readonly innerColumns: number

  constructor(memory: Memory, isRanked: boolean) {
    this.memory = memory
    this.isRanked = isRanked
    this.innerColumns = isRanked ? BELOW + 1 : CHILDREN + 1
  }

  /** Word `index` of a header. */
  word(header: number, index: number): number {
    return this.memory.word((header * 2 + index) * 4)
  }

  setWord(header: number, index: number, value: number): void {
    this.memory.setU32((header * 2 + index) * 4, value)
  }

  /** Entries a node holds. @throws CorruptionError when the header is damaged */
  capacity(header: number): number {
    const capacity = this.word(header, CAPACITY)
    if (capacity < CAPACITY_LEAST || capacity > CAPACITY_MOST) throw this.damaged(header)
    return capacity
  }

  /** Levels of a tree. @throws CorruptionError when the header is damaged */
  height(header: number): number {
    const height = this.word(header, HEIGHT)
    if (height > HEIGHT_MOST) throw this.damaged(header)
    return height
  }

  /** Word `index` of a node, of those before its entries. */
  nodeWord(node: number, index: number): number {
    return this.memory.word((node * 2 + index) * 4)
  }

  setNodeWord(node: number, index: number, value: number): void {
    this.memory.setU32((node * 2 + index) * 4, value)
  }

  /** Number of entries of a node. @throws CorruptionError when it is not one */
  nodeCount(node: number): number {
    const count = this.nodeWord(node, NODE_COUNT)
    if (count > CAPACITY_MOST) throw this.damaged(node)
    return count
  }

  isLeaf(node: number): boolean {
    return this.nodeWord(node, NODE_LEVEL) === 0
  }

  /** The leaf after this one, or 0. */
  nextLeaf(leaf: number): number {
    return this.nodeWord(leaf, NODE_NEXT)
  }

  /** The leaf before this one, or 0. */
  previousLeaf(leaf: number): number {
    return this.nodeWord(leaf, NODE_PREVIOUS)
  }

  /** Offset of the element of entry `index`. */
  offsetAt(node: number, index: number): number {
    return this.memory.word((node * 2 + OFFSETS + index) * 4)
  }

  /** Child `index` of an inner node. */
  childAt(node: number, capacity: number, index: number): number {
    return this.memory.word((node * 2 + OFFSETS + CHILDREN * capacity + index) * 4)
  }

  /** Number of elements below child `index` of an inner node of a ranked tree, as it stands there. */
  belowAt(node: number, capacity: number, index: number): number {
    return this.memory.word((node * 2 + OFFSETS + BELOW * capacity + index) * 4)
  }

  /** Makes a ranked tree count so many more elements below child `index`. */
  addBelow(node: number, capacity: number, index: number, more: number): void {
    const below = this.belowAt(node, capacity, index)
    this.memory.setU32((node * 2 + OFFSETS + BELOW * capacity + index) * 4, below + more)
  }

  /** Counts the elements below child `index` anew, by what the child says. */
  recount(node: number, capacity: number, index: number): void {
    const below = this.elementsOf(this.childAt(node, capacity, index), capacity)
    this.memory.setU32((node * 2 + OFFSETS + BELOW * capacity + index) * 4, below)
  }

  /** Number of elements in or below a node of a ranked tree. */
  private elementsOf(node: number, capacity: number): number {
    const count = this.nodeCount(node)
    return this.isLeaf(node) ? count : this.sumBelow(node, capacity, count)
  }

  /** Number of elements below the first `count` children of an inner node of a ranked tree. */
  sumBelow(node: number, capacity: number, count: number): number {
    const u32 = this.memory.u32
    const start = node * 2 + OFFSETS + BELOW * capacity
    let sum = 0
    for (let i = 0; i < count; i++) sum += u32[start + i]!
    return sum
  }

  /** The first leaf below a node, which may be one itself. */
  firstLeafBelow(node: number, capacity: number, level: number): number {
    let leaf = node
    for (let i = level; i > 0; i--) leaf = this.childAt(leaf, capacity, 0)
    return leaf
  }

  /** Counts an insertion (1) or a deletion (-1). */
  addCount(header: number, by: number): void {
    this.setWord(header, COUNT, this.word(header, COUNT) + by)
    this.setWord(header, CHANGES, this.word(header, CHANGES) + 1)
  }

  /** No sound chain of leaves is longer. */
  stepsMost(): number {
    return this.memory.byteLength / (4 * GRANULE_BYTES)
  }

  /** Puts an entry before entry `index`, which may be one behind the last. The node is not full. */
  insertEntry(
    node: number,
    capacity: number,
    index: number,
    high: number,
    low: number,
    offset: number,
    child: number,
  ): void {
    const { memory } = this
    const count = this.nodeCount(node)
    this.moveColumns(node, index + 1, node, index, count - index, capacity)
    const start = (node * 2 + OFFSETS + index) * 4
    memory.setU32(start, offset)
    memory.setU32(start + capacity * 4, high)
    memory.setU32(start + capacity * 8, low)
    this.setNodeWord(node, NODE_COUNT, count + 1)
    if (this.isLeaf(node)) return
    memory.setU32(start + capacity * 4 * CHILDREN, child)
    if (this.isRanked) this.recount(node, capacity, index)
  }

  removeEntry(node: number, capacity: number, index: number): void {
    const count = this.nodeCount(node)
    this.moveColumns(node, index, node, index + 1, count - index - 1, capacity)
    this.setNodeWord(node, NODE_COUNT, count - 1)
  }

  /** Moves `count` entries, the last ones of their node, to the end of another node. */
  moveEntries(
    target: number,
    targetIndex: number,
    source: number,
    sourceIndex: number,
    count: number,
    capacity: number,
  ): void {
    this.moveColumns(target, targetIndex, source, sourceIndex, count, capacity)
    this.setNodeWord(target, NODE_COUNT, targetIndex + count)
    this.setNodeWord(source, NODE_COUNT, sourceIndex)
  }

  /** Moves one entry to another node. */
  shiftOne(source: number, sourceIndex: number, target: number, targetIndex: number, capacity: number): void {
    const from = source * 2 + OFFSETS + sourceIndex
    const u32 = this.memory.u32
    const child = this.isLeaf(source) ? 0 : u32[from + CHILDREN * capacity]!
    const offset = u32[from]!
    this.insertEntry(target, capacity, targetIndex, u32[from + capacity]!, u32[from + 2 * capacity]!, offset, child)
    this.removeEntry(source, capacity, sourceIndex)
  }

  /** Makes the first entry of `source` the entry `index` of an inner node, but for its child and what is below that. */
  copyLeast(capacity: number, source: number, node: number, index: number): void {
    const { memory } = this
    for (let column = 0; column < LEAF_COLUMNS; column++) {
      const least = memory.u32[source * 2 + OFFSETS + column * capacity]!
      memory.setU32((node * 2 + OFFSETS + column * capacity + index) * 4, least)
    }
  }

  private moveColumns(
    target: number,
    targetIndex: number,
    source: number,
    sourceIndex: number,
    count: number,
    capacity: number,
  ): void {
    if (count <= 0) return
    const columns = this.isLeaf(source) ? LEAF_COLUMNS : this.innerColumns
    for (let column = 0; column < columns; column++) {
      const to = (target * 2 + OFFSETS + column * capacity + targetIndex) * 4
      this.memory.move(to, (source * 2 + OFFSETS + column * capacity + sourceIndex) * 4, count * 4)
    }
  }

  /** The error for something at `offset` that cannot be; or for a segment that was closed. */
  damaged(offset: number, what = ''): Error {
    if (this.memory.lost) return this.memory.fault(0)
    return new CorruptionError(`tree is damaged${what}, offset=${offset * GRANULE_BYTES}. Run verify.`, {
      offset: offset * GRANULE_BYTES,
    })
  }
}

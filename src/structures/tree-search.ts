import { countOf } from '../heap/heap-layout.js'
import { GRANULE_BYTES, type Memory, type Readable } from '../memory/memory.js'
import type { Key, KeyPolicy } from './key-policy.js'
import type { Position } from './structure.js'
import { Prefix } from './prefix.js'
import { FIRST_LEAF, HEIGHT_MOST, LAST_LEAF, OFFSETS, ROOT } from './tree-layout.js'
import { TreeNodes } from './tree-nodes.js'

const NO_AGE = -1

/** Words of a cache line. */
const LINE_WORDS = 16

const prefix = new Prefix()

/** Finds elements and positions in trees of one kind; `header` is the offset of a tree's header block, 0 for an empty one. */
export class TreeSearch extends TreeNodes {
  readonly policy: KeyPolicy
  readonly isUnique: boolean
  /**
   * The way to the leaf that the last `locate` ended in, root first: `levels` nodes, and where it went on in each. Arrays emptied and filled anew
   * at each insert took a tenth of building a table.
   */
  readonly nodes: number[] = new Array<number>(HEIGHT_MOST).fill(0)
  readonly indexes: number[] = new Array<number>(HEIGHT_MOST).fill(0)
  levels = 0
  /** Whether that way still leads to the place. */
  isLocated = false
  private index = 0
  /** The entry that was last found equal to the key by `rank`, or -1: the first of those when it asked for that. */
  private equalIndex = -1
  /** Keeps loads from being left out as unused. */
  protected sink = 0

  /** @param isUnique - whether no two elements have the same key */
  constructor(memory: Memory, policy: KeyPolicy, isUnique: boolean, isRanked = false) {
    super(memory, isRanked)
    this.policy = policy
    this.isUnique = isUnique
  }

  /** Offset of the first element with the key, or 0. */
  find(header: number, key: Key): number {
    const partCount = this.policy.parts.length
    const leaf = this.descend(header, key, partCount, false, false)
    if (leaf === 0) return 0
    const { index } = this
    if (index < this.nodeCount(leaf)) return this.equalIndex === index ? this.offsetAt(leaf, index) : 0
    const next = this.nextLeaf(leaf)
    if (next === 0) return 0
    const offset = this.offsetAt(next, 0)
    return this.policy.compare(this.memory, key, offset, partCount, false) === 0 ? offset : 0
  }

  /** Whether this element, which has the key, is in it. */
  contains(header: number, key: Key, offset: number): boolean {
    return header !== 0 && this.locate(header, key, this.age(offset)) === offset
  }

  /** The position of an element, which has the key. @throws CorruptionError when it is not in it */
  positionOf(header: number, key: Key, offset: number): Position {
    if (!this.contains(header, key, offset)) throw this.damaged(header, ': an element is not in it')
    return { leaf: this.wayLeaf, index: this.wayIndex - 1 }
  }

  /**
   * The first position whose element is not before a key.
   *
   * @param partCount - how many leading parts of the key are given
   * @param isPrefix - whether the last of them is a string that continues
   * @param isAfter - the first position after all elements that begin with the key, instead
   */
  seek(header: number, key: Key, partCount: number, isPrefix: boolean, isAfter: boolean): Position {
    const leaf = this.descend(header, key, partCount, isPrefix, isAfter)
    if (leaf === 0 || this.index < this.nodeCount(leaf)) return { leaf, index: this.index }
    const next = this.nextLeaf(leaf)
    return next === 0 ? { leaf, index: this.index } : { leaf: next, index: 0 }
  }

  /** The leaf of a position; `index` is the position in it. 0 when the tree is empty. */
  private descend(header: number, key: Key, partCount: number, isPrefix: boolean, isAfter: boolean): number {
    this.index = 0
    let node = header === 0 ? 0 : this.word(header, ROOT)
    if (node === 0) return 0
    prefix.encode(this.policy, key, partCount, isPrefix)
    const capacity = this.capacity(header)
    for (let level = this.height(header) - 1; level > 0; level--) {
      this.touchNode(node, capacity)
      const index = this.placeIn(node, capacity, 1, key, partCount, isPrefix, isAfter, NO_AGE)
      node = this.childAt(node, capacity, index - 1)
    }
    this.touchNode(node, capacity)
    this.index = this.placeIn(node, capacity, 0, key, partCount, isPrefix, isAfter, NO_AGE)
    return node
  }

  // Leaves are seldom in the cache. A search goes from one cache line to another; it waits once if all are asked for before.
  private touchNode(node: number, capacity: number): void {
    const u32 = this.memory.u32
    const end = node * 2 + OFFSETS + capacity * 3
    let touched = 0
    for (let word = node * 2; word < end; word += LINE_WORDS) touched ^= u32[word]!
    this.sink = touched
  }

  /** Number of entries, from `from` on, that are before the key (`isAfter`: or equal to it), plus `from`. */
  private placeIn(
    node: number,
    capacity: number,
    from: number,
    key: Key,
    partCount: number,
    isPrefix: boolean,
    isAfter: boolean,
    age: number,
  ): number {
    const { memory } = this
    const u32 = memory.u32
    const offsets = node * 2 + OFFSETS
    const highs = offsets + capacity
    const lows = highs + capacity
    const count = this.nodeCount(node)
    if (count > capacity) throw this.damaged(node)
    const { high: keyHigh, low: keyLow, highMask, lowMask } = prefix
    let low = lowerBound(u32, highs, from, count, highMask, keyHigh)
    let high = low
    // Few entries have the same first word, and mostly none.
    if (low < count && (u32[highs + low]! & highMask) >>> 0 === keyHigh) {
      high = keyHigh === 0xffffffff ? count : lowerBound(u32, highs, low, count, highMask, keyHigh + 1)
    }
    this.equalIndex = -1
    while (low < high) {
      const middle = (low + high) >>> 1
      const entryLow = (u32[lows + middle]! & lowMask) >>> 0
      let isBefore = entryLow < keyLow
      if (entryLow === keyLow) {
        const offset = u32[offsets + middle]
        if (offset === undefined) throw memory.fault(node * GRANULE_BYTES)
        let order = this.policy.compare(memory, key, offset, partCount, isPrefix)
        if (order === 0) {
          this.equalIndex = middle
          if (age !== NO_AGE) order = age - this.age(offset)
        }
        isBefore = order > 0 || (isAfter && order === 0)
      }
      if (isBefore) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * Finds the place for an element and keeps the way to it.
   *
   * @param age - how many elements were made before it; decides among equal keys
   * @returns the offset of an element with this key (and, where keys may be equal, this age), or 0
   */
  locate(header: number, key: Key, age: number): number {
    this.traceTo(header, key, age)
    const index = this.wayIndex
    if (index === 0) return 0
    const offset = this.offsetAt(this.wayLeaf, index - 1)
    return this.order(key, age, offset) === 0 ? offset : 0
  }

  /** Goes the way to the place for an element, as `locate`, without a look at what stands before it. */
  traceTo(header: number, key: Key, age: number): void {
    this.trace(header, key, this.policy.parts.length, false, true, this.isUnique ? NO_AGE : age)
    this.isLocated = true
  }

  /** Goes the way to a position and keeps it. The parameters are those of `seek`. */
  trace(header: number, key: Key, partCount: number, isPrefix: boolean, isAfter: boolean, age = NO_AGE): void {
    const { nodes, indexes } = this
    this.isLocated = false
    this.levels = 0
    let node = header === 0 ? 0 : this.word(header, ROOT)
    if (node === 0) return
    prefix.encode(this.policy, key, partCount, isPrefix)
    const capacity = this.capacity(header)
    const height = this.height(header)
    for (let depth = 0; depth < height; depth++) {
      const isLeaf = depth === height - 1
      this.touchNode(node, capacity)
      const index = this.placeIn(node, capacity, isLeaf ? 0 : 1, key, partCount, isPrefix, isAfter, age)
      nodes[depth] = node
      indexes[depth] = isLeaf ? index : index - 1
      if (!isLeaf) node = this.childAt(node, capacity, index - 1)
    }
    this.levels = height
  }

  /** The leaf of the way; 0 when the tree is empty. */
  get wayLeaf(): number {
    return this.levels === 0 ? 0 : this.nodes[this.levels - 1]!
  }

  /** The place in the leaf of the way: how many of its elements come before. */
  get wayIndex(): number {
    return this.levels === 0 ? 0 : this.indexes[this.levels - 1]!
  }

  /** Makes the nodes above the leaf of the way count so many more elements. */
  addBelowWay(capacity: number, more: number): void {
    const { nodes, indexes } = this
    for (let depth = this.levels - 2; depth >= 0; depth--) this.addBelow(nodes[depth]!, capacity, indexes[depth]!, more)
  }

  /** The order of a key and an age, and those of an element. */
  order(key: Key, age: number, offset: number): number {
    const order = this.policy.compare(this.memory, key, offset, this.policy.parts.length, false)
    return order !== 0 || this.isUnique ? order : age - this.age(offset)
  }

  /** How many elements were made before this one. */
  age(offset: number): number {
    return countOf(this.memory.word(offset * GRANULE_BYTES - GRANULE_BYTES))
  }

  /** The position of the first element; index 0 of leaf 0 when there is none. */
  first(header: number): Position {
    return { leaf: header === 0 ? 0 : this.word(header, FIRST_LEAF), index: 0 }
  }

  /** The position behind the last element. */
  end(header: number): Position {
    const leaf = header === 0 ? 0 : this.word(header, LAST_LEAF)
    return { leaf, index: leaf === 0 ? 0 : this.nodeCount(leaf) }
  }

  /** Offset of the element at a position, or 0 behind the last one. */
  elementAt({ leaf, index }: Position): number {
    return leaf === 0 || index >= this.nodeCount(leaf) ? 0 : this.offsetAt(leaf, index)
  }

  /** Offset of the last element, or 0. */
  last(header: number): number {
    const { leaf, index } = this.end(header)
    return index === 0 ? 0 : this.offsetAt(leaf, index - 1)
  }

  /** Number of elements between two positions. O(leaves between them). */
  distance(from: Position, to: Position): number {
    let count = to.index - from.index
    let leaf = from.leaf
    for (let steps = this.stepsMost(); leaf !== to.leaf && steps > 0; steps--) {
      count += this.nodeCount(leaf)
      leaf = this.nextLeaf(leaf)
      if (leaf === 0) return 0
    }
    return Math.max(0, count)
  }

  /**
   * Loads a word of each element of a leaf. A scan that does this first waits for their cache misses together and not one by
   * one (measured over 10^6 rows in random places: 40 ns a row, 190 without).
   */
  touch(leaf: number): void {
    const u32 = this.memory.u32
    let touched = 0
    for (let i = this.nodeCount(leaf) - 1; i >= 0; i--) touched ^= u32[u32[leaf * 2 + OFFSETS + i]! * 2]!
    this.sink = touched
  }
}

/**
 * The first of the entries from `from` to `count` whose word is not below `wanted`.
 *
 * A binary search without branches: which way it goes is not predictable, and a wrong guess costs as much as ten steps.
 */
function lowerBound(u32: Readable, words: number, from: number, count: number, mask: number, wanted: number): number {
  const limit = wanted | 0
  let first = 0
  let length = (count - from) | 0
  const start = words + from
  while (length > 1) {
    const half = length >>> 1
    first = (first + (half & below(u32[start + first + half - 1]! & mask, limit))) | 0
    length = (length - half) | 0
  }
  return from + (length === 1 ? first - below(u32[start + first]! & mask, limit) : first)
}

/** -1 when a < b as unsigned words, else 0: the borrow of a - b (Warren, Hacker's Delight, 2-13). */
function below(a: number, b: number): number {
  return ((~a & b) | ((~a | b) & ((a - b) | 0))) >> 31
}

import { GRANULE_BYTES } from '../memory/memory.js'
import type { Cursor, Position } from './structure.js'
import type { TreeSearch } from './tree-search.js'

/** From one position to another, leaf by leaf. */
export class TreeCursor implements Cursor {
  private readonly tree: TreeSearch
  private readonly stop: Position
  private readonly isReverse: boolean
  private leaf: number
  private index: number
  private left: number

  /**
   * @param from - the first position, or in reverse the one behind the last element
   * @param to - the position to stop at; reached from `from`
   * @param most - give no more elements
   */
  constructor(tree: TreeSearch, from: Position, to: Position, most: number, isReverse: boolean) {
    this.tree = tree
    this.leaf = isReverse ? to.leaf : from.leaf
    this.index = isReverse ? to.index : from.index
    this.stop = isReverse ? from : to
    this.isReverse = isReverse
    // Leaves of a damaged tree may be chained in a circle; no sound one has more elements.
    this.left = from.leaf === 0 ? 0 : Math.min(most, tree.memory.byteLength / (2 * GRANULE_BYTES))
  }

  next(): number {
    if (this.left-- <= 0) return 0
    return this.isReverse ? this.back() : this.forth()
  }

  private forth(): number {
    const { tree, stop } = this
    for (let steps = tree.stepsMost(); steps > 0; steps--) {
      if (this.leaf === stop.leaf && this.index >= stop.index) break
      if (this.index < tree.nodeCount(this.leaf)) return tree.offsetAt(this.leaf, this.index++)
      this.leaf = tree.nextLeaf(this.leaf)
      this.index = 0
      if (this.leaf === 0) break
      tree.touch(this.leaf)
    }
    this.left = 0
    return 0
  }

  private back(): number {
    const { tree, stop } = this
    for (let steps = tree.stepsMost(); steps > 0; steps--) {
      if (this.leaf === stop.leaf && this.index <= stop.index) break
      if (this.index > 0) return tree.offsetAt(this.leaf, --this.index)
      this.leaf = tree.previousLeaf(this.leaf)
      if (this.leaf === 0) break
      this.index = tree.nodeCount(this.leaf)
      tree.touch(this.leaf)
    }
    this.left = 0
    return 0
  }
}

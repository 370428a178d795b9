/** Positions by number and numbers of positions, in ranked trees. All in O(log n). */
import type { Key } from './key-policy.js'
import type { Position } from './structure.js'
import { ROOT } from './tree-layout.js'
import type { TreeSearch } from './tree-search.js'

/** Position of the element that `rank` elements come before. @param rank - from 0 to the number of elements, which is the end */
export function positionOf(tree: TreeSearch, header: number, rank: number, size: number): Position {
  if (rank >= size) return tree.end(header)
  const capacity = tree.capacity(header)
  let node = tree.word(header, ROOT)
  let left = rank
  for (let level = tree.height(header) - 1; level > 0; level--) {
    const count = tree.nodeCount(node)
    let index = 0
    for (; index < count; index++) {
      const below = tree.belowAt(node, capacity, index)
      if (left < below) break
      left -= below
    }
    if (index === count) throw tree.damaged(node, ': an inner node counts other elements than there are')
    node = tree.childAt(node, capacity, index)
  }
  if (left >= tree.nodeCount(node)) throw tree.damaged(node, ': an inner node counts other elements than there are')
  return { leaf: node, index: left }
}

/** Number of elements before a position. The parameters are those of `seek`. */
export function rankOf(
  tree: TreeSearch,
  header: number,
  key: Key,
  partCount: number,
  isPrefix: boolean,
  isAfter: boolean,
): number {
  tree.trace(header, key, partCount, isPrefix, isAfter)
  return rankOfWay(tree, header)
}

/** Number of elements before this one, which has the key; -1 when it is not in the tree. */
export function rankOfElement(tree: TreeSearch, header: number, key: Key, offset: number): number {
  return tree.contains(header, key, offset) ? rankOfWay(tree, header) - 1 : -1
}

/** Number of elements before the place to which the tree keeps the way. */
function rankOfWay(tree: TreeSearch, header: number): number {
  const { nodes, indexes, levels } = tree
  if (levels === 0) return 0
  const capacity = tree.capacity(header)
  let rank = tree.wayIndex
  for (let depth = levels - 2; depth >= 0; depth--) rank += tree.sumBelow(nodes[depth]!, capacity, indexes[depth]!)
  // What lies outside of the segment is no number.
  if (rank !== rank) throw tree.damaged(header)
  return rank
}

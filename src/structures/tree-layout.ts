/**
 * The words of a B+tree (docs/format.md, "B+tree").
 *
 * ```
 * header | count | rootOffset | height | changes | nodeCapacity | firstLeafOffset | lastLeafOffset |
 * leaf   | count | level 0 | next | previous | offset[N] | high[N] | low[N] |
 * inner  | count | level   | 0    | 0        | offset[N] | high[N] | low[N] | child[N] | below[N] |
 * ```
 *
 * Only inner nodes of ranked trees have the column `below`.
 *
 * Invariants
 * 1. Entries ascend by key, and where equal keys are allowed by the serial of the element within a key.
 * 2. Entry i of an inner node is the least element below child i; entry 0 of a node on the left edge is not looked at.
 * 3. below[i] is the number of elements below child i.
 * 4. Every node but the root holds at least floor(N / 2) entries, except on the right edge: appending leaves full nodes.
 */
export const TREE_HEADER_BYTES = 28
export const COUNT = 0
export const ROOT = 1
export const HEIGHT = 2
export const CHANGES = 3
export const CAPACITY = 4
export const FIRST_LEAF = 5
export const LAST_LEAF = 6

export const NODE_COUNT = 0
export const NODE_LEVEL = 1
export const NODE_NEXT = 2
export const NODE_PREVIOUS = 3
/** Where the columns of entries begin, each as long as the capacity. */
export const OFFSETS = 4
export const LEAF_COLUMNS = 3
/** Of an inner node: the column of children, and that of a ranked tree which counts the elements below them. */
export const CHILDREN = 3
export const BELOW = 4

export const CAPACITY_LEAST = 4
export const CAPACITY_MOST = 4096
export const HEIGHT_MOST = 32

/** Bytes of a node. */
export function nodeBytes(columns: number, capacity: number): number {
  return (OFFSETS + columns * capacity) * 4
}

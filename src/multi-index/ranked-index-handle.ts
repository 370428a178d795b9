import { edge, equalPlan, OrderedRange, planOf, type Edge, type RangePlan } from '../containers/ordered.js'
import type { LazyRange } from '../containers/range.js'
import { positionOf, rankOf, rankOfElement } from '../structures/tree-ranks.js'
import { lookedAt } from '../types/positions.js'
import { OrderedIndexHandle } from './index-handle.js'

/** A handle of a ranked index; its public face is `RankedIndex` in `ranked-index-live.ts`. */
export class RankedIndexHandle extends OrderedIndexHandle {
  /** The row at a position; negative ones count from the end. */
  nth(index: number): unknown {
    const { tree, place } = this
    const header = place.header()
    const size = tree.size(header)
    const position = lookedAt(index, size)
    return position < 0 ? undefined : place.view(tree.elementAt(positionOf(tree, header, position, size)))
  }

  /** The position of a row. */
  rank(view: unknown): number {
    const { tree, place, codec } = this
    const row = place.table.candidateOf(view)
    const rank = row === 0 ? -1 : rankOfElement(tree, place.header(), codec.policy.decode(place.memory, row), row)
    if (rank >= 0) return rank
    // Tells what is wrong with the view.
    this.positionOf(view)
    throw tree.damaged(place.header())
  }

  /** The position of the first row of a key; `undefined` when there is none. */
  findRank(key: unknown): number | undefined {
    const [from, to] = this.equalRangeRank(key)
    return from < to ? from : undefined
  }

  /** The position of the first row not before a key. */
  lowerBoundRank(key: unknown): number {
    return this.#rankOf(this.header(), edge(this.codec.toBound(key, false), false))
  }

  /** The position of the first row after a key. */
  upperBoundRank(key: unknown): number {
    return this.#rankOf(this.header(), edge(this.codec.toBound(key, false), true))
  }

  /** Between which positions rows have a key, or begin with its parts. */
  equalRangeRank(key: unknown): [from: number, to: number] {
    return this.#ranksOf(equalPlan(this.codec, key))
  }

  /** Between which positions rows are those of a range. */
  rangeRank(options: unknown = {}): [from: number, to: number] {
    return this.#ranksOf(planOf({ codec: this.codec }, options))
  }

  /** The rows between positions. */
  slice(from = 0, to = Infinity): LazyRange<unknown> {
    const { tree } = this
    return new OrderedRange(this, (header) => {
      const size = tree.size(header)
      const [first, end] = [relative(from, size), relative(to, size)]
      if (first >= end) return undefined
      return { from: positionOf(tree, header, first, size), to: positionOf(tree, header, end, size) }
    })
  }

  /** The number of rows that have a key, or begin with its parts. */
  override count(key: unknown): number {
    const [from, to] = this.equalRangeRank(key)
    return to - from
  }

  /** Whether a row has the key, or begins with its parts. */
  override has(key: unknown): boolean {
    return this.count(key) > 0
  }

  #ranksOf({ lower, upper }: RangePlan): [from: number, to: number] {
    const header = this.header()
    const from = lower === undefined ? 0 : this.#rankOf(header, lower)
    // Bounds may stand the wrong way round.
    return [from, Math.max(from, upper === undefined ? this.tree.size(header) : this.#rankOf(header, upper))]
  }

  #rankOf(header: number, { bound, isAfter }: Edge): number {
    return rankOf(this.tree, header, bound.key, bound.partCount, bound.isPrefix, isAfter)
  }
}

/** A position as `slice` of an Array takes it. */
function relative(index: number, length: number): number {
  const position = Math.trunc(index) || 0
  return position < 0 ? Math.max(0, position + length) : Math.min(position, length)
}

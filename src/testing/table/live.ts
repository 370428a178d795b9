import type { LazyRange, RangeOptions } from '../../containers/range.js'
import type { MultiIndex } from '../../multi-index/multi-index-live.js'
import type { AnyStructType, ReadonlyStructView } from '../../types/struct-views.js'

/** Any multi-index in a writable segment. */
export type AnyMultiIndex = MultiIndex<AnyStructType, object>

/** A view of a row. */
export type RowView = ReadonlyStructView<AnyStructType>

/** All that an index by key can do. Hashed ones lack what needs an order. */
export interface AnyKeyedIndex extends Iterable<RowView> {
  readonly size: number
  get(key: unknown): RowView | undefined
  has(key: unknown): boolean
  count(key: unknown): number
  getMany(keys: readonly unknown[]): (RowView | undefined)[]
  equalRange(key: unknown): LazyRange<RowView>
  delete(key: unknown): boolean | number
  range(options?: RangeOptions<unknown, unknown> & { readonly from?: RowView }): LazyRange<RowView>
  lowerBound(key: unknown): RowView | undefined
  upperBound(key: unknown): RowView | undefined
  first(): RowView | undefined
  last(): RowView | undefined
}

/** All that a ranked index can do besides. */
export interface AnyRankedIndex extends AnyKeyedIndex {
  nth(index: number): RowView | undefined
  rank(row: RowView): number
  findRank(key: unknown): number | undefined
  lowerBoundRank(key: unknown): number
  upperBoundRank(key: unknown): number
  equalRangeRank(key: unknown): [number, number]
  rangeRank(options?: RangeOptions<unknown, unknown>): [number, number]
  slice(from?: number, to?: number): LazyRange<RowView>
}

/** An index of any multi-index, of a kind that the caller knows. */
export function indexOf(live: AnyMultiIndex, name: string): unknown {
  return (live.by as Readonly<Record<string, unknown>>)[name]
}

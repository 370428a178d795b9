import type { AnyStructType, LazyRange, MultiIndex, RangeOptions, ReadonlyStructView } from '../../../src/core.js'

/** Any multi-index in a writable segment. */
export type AnyMultiIndex = MultiIndex<AnyStructType, object>

/** A view of a row; `n` is its number in the naive table. */
export type RowView = ReadonlyStructView<AnyStructType> & { readonly n: number }

/** All that an index of any kind can do. Hashed ones lack what needs an order. */
export interface AnyIndex extends Iterable<RowView> {
  readonly size: number
  get(key: unknown): RowView | undefined
  has(key: unknown): boolean
  count(key: unknown): number
  getMany(keys: readonly unknown[]): (RowView | undefined)[]
  equalRange(key: unknown): LazyRange<RowView>
  delete(key: unknown): boolean | number
  range(options?: RangeOptions<unknown, unknown>): LazyRange<RowView>
  lowerBound(key: unknown): RowView | undefined
  upperBound(key: unknown): RowView | undefined
  first(): RowView | undefined
  last(): RowView | undefined
}

/** An index of any multi-index. */
export function indexOf(live: AnyMultiIndex, name: string): AnyIndex {
  return (live.by as Readonly<Record<string, AnyIndex>>)[name]!
}

/** The numbers of rows, to compare them with others. */
export function numbersOf(rows: Iterable<{ readonly n: number }>): string {
  return Array.from(rows, ({ n }) => n).join()
}

import type { AnyStructType, LazyRange, MultiIndex, RangeOptions, ReadonlyStructView } from '../../../src/core.js'

/** Any multi-index in a writable segment. */
export type AnyMultiIndex = MultiIndex<AnyStructType, object>

/** A view of a row; `n` is its number in the naive table. */
export type RowView = ReadonlyStructView<AnyStructType> & { readonly n: number }

/** All that an index of any kind can do. Each lacks some of it. */
export interface AnyIndex extends Iterable<RowView> {
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
  eraseRange(options: unknown): number
  first(): RowView | undefined
  last(): RowView | undefined
  readonly length: number
  at(index: number): RowView | undefined
  indexOf(row: RowView): number
  insert(index: number, row: unknown): unknown
  erase(index: number, count?: number): void
  pushFront(row: unknown): unknown
  pushBack(row: unknown): unknown
  insertBefore(before: RowView, row: unknown): unknown
  popFront(): unknown
  popBack(): unknown
  relocate(rows: RowView | Iterable<RowView>, before?: RowView): void
  sort(compare: (a: RowView, b: RowView) => unknown): void
  reverse(): void
  rearrange(rows: Iterable<RowView>): void
  removeIf(predicate: (row: RowView) => unknown): number
  unique(equal: (kept: RowView, row: RowView) => unknown): number
}

/** An index of any multi-index. */
export function indexOf(live: AnyMultiIndex, name: string): AnyIndex {
  return (live.by as Readonly<Record<string, AnyIndex>>)[name]!
}

/** The numbers of rows, to compare them with others. */
export function numbersOf(rows: Iterable<{ readonly n: number }>): string {
  return Array.from(rows, ({ n }) => n).join()
}

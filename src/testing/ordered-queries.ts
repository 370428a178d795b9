import fc from 'fast-check'
import type { LazyRange, RangeOptions } from '../containers/range.js'
import { same } from './check.js'
import type { TypeModel } from './type-model.js'
import { boundOf, foreignPicks, optionsOf, rangePlans, sliceOf, type RangePlan } from './ranges.js'
import { operation, pickFrom, type CommandOf } from './scenario.js'
import { STRINGS } from './text.js'

/** Questions to an ordered map or set. */
export const queries = [
  operation('query', 30, {
    what: fc.constantFrom('range', 'range', 'prefix', 'equalRange', 'lowerBound', 'upperBound', 'ends'),
    plan: rangePlans,
    foreign: foreignPicks,
    prefix: fc.oneof(STRINGS, fc.constantFrom('', 'a', 'ab', 'abcdefgh', '\xff', '\uffff')),
  }),
] as const

/** An ordered container of any keys. */
interface Ordered<E> {
  range(options?: RangeOptions<unknown, unknown>): LazyRange<E>
  equalRange(key: unknown): LazyRange<E>
  lowerBound(key: unknown): E | undefined
  upperBound(key: unknown): E | undefined
  first(): E | undefined
  last(): E | undefined
}

/** The model of an ordered container. */
export interface Sorted<E extends { readonly key: unknown }> {
  readonly key: TypeModel
  /** The keys that commands choose from. */
  readonly pool: readonly unknown[]
  /** What it should hold, in order. */
  sorted(): readonly E[]
  /** An element, written out. */
  text(entry: E): string
}

/** Asks both the same and compares. @param textOf - what the container gives, as the model writes it out */
export function applyQuery<E, M extends { readonly key: unknown }>(
  live: Ordered<E>,
  model: Sorted<M>,
  { what, plan, prefix, foreign }: CommandOf<typeof queries>,
  textOf: (entry: E) => string,
): void {
  const sorted = model.sorted()
  const from = boundOf(model.key.type, pickFrom(model.pool, plan.from), foreign)
  const to = pickFrom(model.pool, plan.to)
  const one = (entry: E | undefined): string => (entry === undefined ? 'none' : textOf(entry))
  const own = (entry: M | undefined): string => (entry === undefined ? 'none' : model.text(entry))
  const order = ({ key }: M, bound: unknown): number => model.key.compare(key, bound)
  const ranges = (range: LazyRange<E>, expected: readonly M[]): void => {
    const text = expected.map(own).join()
    same(Array.from(range, textOf).join(), text, what)
    same(range.toArray().map(textOf).join(), text, `${what}, second time`)
  }
  switch (what) {
    case 'range':
      ranges(live.range(optionsOf(plan, from, to)), sliceOf(sorted, plan, from, to, order))
      return
    case 'prefix': {
      if (model.key.type.kind !== 'string') return
      const open: RangePlan = { ...plan, lower: 'none', upper: 'none' }
      const inside = sorted.filter(({ key }) => (key as string).startsWith(prefix))
      ranges(live.range({ ...optionsOf(open, from, to), prefix }), sliceOf(inside, open, from, to, order))
      return
    }
    case 'equalRange':
      ranges(
        live.equalRange(from),
        sorted.filter((entry) => order(entry, from) === 0),
      )
      return
    case 'lowerBound':
      same(one(live.lowerBound(from)), own(sorted.find((entry) => order(entry, from) >= 0)), what)
      return
    case 'upperBound':
      same(one(live.upperBound(from)), own(sorted.find((entry) => order(entry, from) > 0)), what)
      return
    case 'ends':
      same(one(live.first()), own(sorted[0]), 'first')
      same(one(live.last()), own(sorted.at(-1)), 'last')
  }
}

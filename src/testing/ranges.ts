import fc from 'fast-check'
import type { RangeOptions } from '../containers/range.js'
import { INTEGER_RANGES } from './integers.js'
import { pickFrom, picks } from './scenario.js'
import type { Type } from '../types/type.js'

/** Options of a range, with keys given by their place in a pool. */
export interface RangePlan {
  readonly lower: 'none' | 'gt' | 'gte'
  readonly upper: 'none' | 'lt' | 'lte'
  readonly from: number
  readonly to: number
  readonly reverse: boolean
  readonly limit: number | undefined
}

/** Options of ranges. */
export const rangePlans: fc.Arbitrary<RangePlan> = fc.record(
  {
    lower: fc.constantFrom('none', 'gt', 'gte'),
    upper: fc.constantFrom('none', 'lt', 'lte'),
    from: picks,
    to: picks,
    reverse: fc.boolean(),
    limit: fc.option(fc.nat(5), { nil: undefined }),
  },
  { noNullPrototype: true },
)

/** The options that a plan means. */
export function optionsOf(plan: RangePlan, from: unknown, to: unknown): RangeOptions<unknown> {
  return {
    ...(plan.lower === 'none' ? {} : { [plan.lower]: from }),
    ...(plan.upper === 'none' ? {} : { [plan.upper]: to }),
    ...(plan.reverse ? { reverse: true } : {}),
    ...(plan.limit === undefined ? {} : { limit: plan.limit }),
  }
}

/**
 * What a range gives of a sorted list.
 *
 * @param order - compares an element with a bound: negative when it is before
 */
export function sliceOf<E>(
  sorted: readonly E[],
  plan: RangePlan,
  from: unknown,
  to: unknown,
  order: (element: E, bound: unknown) => number,
): E[] {
  const inside = sorted.filter((element) => {
    const [after, before] = [order(element, from), order(element, to)]
    if (plan.lower !== 'none' && (after < 0 || (after === 0 && plan.lower === 'gt'))) return false
    return plan.upper === 'none' || before < 0 || (before === 0 && plan.upper === 'lte')
  })
  return (plan.reverse ? inside.reverse() : inside).slice(0, plan.limit)
}

const NUMBERS = [-Infinity, -1e12, -129, -1, -0.5, 0.5, 7.5, 254.5, 256, 32_767.5, 1e12, Infinity, NaN]
const BIGINTS = [-(2n ** 70n), -(2n ** 63n) - 1n, -1n, 2n ** 63n, 2n ** 64n, 2n ** 80n]

/** Now and then a bound that no key of the type can be equal to, though it can be compared with them; else the bound given. */
export function boundOf(type: Type, bound: unknown, foreign: number | undefined): unknown {
  if (foreign === undefined || INTEGER_RANGES[type.kind] === undefined) return bound
  return typeof bound === 'bigint' ? pickFrom(BIGINTS, foreign) : pickFrom(NUMBERS, foreign)
}

/** Which bound of those that no key is equal to, if any. */
export const foreignPicks = fc.option(picks, { nil: undefined, freq: 3 })

import { difference } from './difference.js'

/** What a matcher tells its test runner. */
export interface MatcherResult {
  /** Whether it matches. */
  readonly pass: boolean
  /** What is wrong. */
  readonly message: () => string
}

/**
 * Matchers for `expect.extend` of vitest and jest. `expect(view).toEqualValue(value)` compares as {@link difference} does, and
 * its message names the path of the first difference.
 *
 * @example
 * ```ts no-run
 * import { expect } from 'vitest'
 * import { matchers } from 'hotseg/testing'
 *
 * expect.extend(matchers)
 * expect(cities.by.id.get(1)).toEqualValue({ id: 1, name: 'Lhasa' })
 * ```
 */
export const matchers = {
  /** Compares a view with a plain value. */
  toEqualValue(received: unknown, expected: unknown): MatcherResult {
    const found = difference(received, expected)
    return {
      pass: found === undefined,
      message: () =>
        found === undefined
          ? 'values are equal, though they should differ'
          : `values differ: path=${found.path}, actual=${found.actual}, expected=${found.expected}`,
    }
  },
}

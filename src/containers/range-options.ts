import { InvalidOptionError } from '../errors/errors.js'
import { quote } from '../types/make-type.js'

/** Options of a range, each read once. */
export interface GivenRange {
  /** Those that are not `undefined`. */
  readonly given: Readonly<Record<string, unknown>>
  readonly isReverse: boolean
  /** `Infinity` when left out. */
  readonly limit: number
}

/**
 * Reads what all ranges have in common.
 *
 * @param others - names of the options that this one has besides `reverse` and `limit`
 * @throws InvalidOptionError for options that are none
 */
export function readRangeOptions(options: unknown, others: readonly string[]): GivenRange {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidOptionError(`range takes an object of options: value=${quote(options)}.`, { actual: options })
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const names = [...others, 'reverse', 'limit']
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new InvalidOptionError(`range has no such option: name=${quote(name)}. There are ${names.join(', ')}.`)
    }
  }
  const { limit = Infinity, reverse } = given
  if (limit !== Infinity && !(Number.isInteger(limit) && (limit as number) >= 0)) {
    throw new InvalidOptionError(`limit of range is not a number of elements: limit=${quote(limit)}.`, {
      actual: limit,
    })
  }
  return { given, isReverse: reverse === true, limit: limit as number }
}

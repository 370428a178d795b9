/** Positions as users of sequences give them. */
import { InvalidOptionError, InvalidValueError } from '../errors/errors.js'
import { quote } from './make-type.js'

/** A position as `at` of Array takes it; -1 outside of the sequence. */
export function lookedAt(index: number, length: number): number {
  let position = Math.trunc(index)
  if (position !== position) position = 0
  if (position < 0) position += length
  return position >= 0 && position < length ? position : -1
}

/**
 * A position made positive.
 *
 * @param end - the first position that is none
 * @param what - what messages call it
 * @throws InvalidValueError when it is none
 */
export function requirePosition(index: number, length: number, end: number, what: string): number {
  const position = index < 0 ? index + length : index
  if (Number.isInteger(index) && position >= 0 && position < end) return position
  throw new InvalidValueError(
    `${what} is not a position: index=${String(index)}, length=${length}. Use -${length} to ${end - 1}.`,
    { path: 'index', expected: `-${length} to ${end - 1}`, actual: index },
  )
}

/** The first position of a run made positive. @throws InvalidValueError, InvalidOptionError when there are not so many elements */
export function requireRun(index: number, count: number, length: number, what: string): number {
  const position = requirePosition(index, length, length + (count === 0 ? 1 : 0), `index of ${what}`)
  if (Number.isInteger(count) && count >= 0 && position + count <= length) return position
  throw new InvalidOptionError(
    `${what} has not so many elements there: index=${position}, count=${quote(count)}, length=${length}.`,
    { expected: length - position, actual: count },
  )
}

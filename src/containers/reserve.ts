import { InvalidOptionError } from '../errors/errors.js'
import { quote } from '../types/make-type.js'

/** Refuses what is no number of elements to make room for. @throws InvalidOptionError */
export function requireCount(count: unknown): void {
  if (Number.isInteger(count) && (count as number) >= 0) return
  throw new InvalidOptionError(`cannot reserve room: count=${quote(count)}, allowed=an integer from 0 on.`, {
    actual: count,
  })
}

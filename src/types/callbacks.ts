import { InvalidValueError } from '../errors/errors.js'
import { quote } from './make-type.js'

/** A function of the user's. */
export type Callback = (...views: unknown[]) => unknown

/** Refuses what is no function. @param name - as messages call it */
export function requireFunction(value: unknown, name: string): Callback {
  if (typeof value === 'function') return value as Callback
  throw new InvalidValueError(`${name} is not a function: value=${quote(value)}.`, {
    path: name,
    expected: 'a function',
    actual: value,
  })
}

interface Answers {
  readonly boolean: boolean
  readonly number: number
}

/** What a function of the user's answered; a promise, say, would be taken for `true`. @throws InvalidValueError */
export function asked<K extends keyof Answers>(answer: unknown, kind: K, name: string): Answers[K] {
  if (typeof answer === kind) return answer as Answers[K]
  throw new InvalidValueError(`${name} did not return a ${kind}: value=${quote(answer)}. Nothing was changed.`, {
    path: name,
    expected: kind,
    actual: answer,
  })
}

/** Assertions cheap enough for millions of calls. */
import type { HotsegError } from '../errors/errors.js'
import { pathText } from '../types/layout.js'

/** Throws unless both are the same; the message shows them from where they differ. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return
  const [shown, wanted] = [String(actual), String(expected)]
  let from = 0
  while (from < shown.length && shown[from] === wanted[from]) from++
  from = Math.max(0, from - 40)
  throw new Error(
    `${what} differs: actual=${shown.slice(from, from + 400)}, expected=${wanted.slice(from, from + 400)}`,
  )
}

/** Throws unless the call throws the error of that name. */
export function throwsError(name: string, call: () => unknown, what: string): HotsegError {
  const thrown = errorOf(call)
  if (thrown?.name === name) return thrown
  throw new Error(
    `${what}: ${name} expected, but ${thrown === undefined ? 'nothing was thrown' : 'another error came'}`,
    { cause: thrown },
  )
}

/** Throws unless the call is refused because of what is at that path of the value given. */
export function refuses(call: () => unknown, path: readonly (string | number)[], what: string): void {
  const thrown = throwsError('InvalidValueError', call, what)
  same(thrown.path, pathText(path, path.length), `${what}: path of the error`)
}

/** What a call throws; nothing if it does not. */
export function errorOf(call: () => unknown): HotsegError | undefined {
  try {
    call()
  } catch (error) {
    return error as HotsegError
  }
  return undefined
}

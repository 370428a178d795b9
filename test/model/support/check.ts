/** Assertions cheap enough for millions of calls. */
import type { HotsegError } from '../../../src/core.js'

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
export function throwsError(name: string, call: () => unknown, what: string): void {
  const thrown = errorOf(call)
  if (thrown?.name === name) {
    if (name === 'InvalidValueError' && typeof thrown.path !== 'string')
      throw new Error(`${what}: no path`, { cause: thrown })
    return
  }
  throw new Error(
    `${what}: ${name} expected, but ${thrown === undefined ? 'nothing was thrown' : 'another error came'}`,
    {
      cause: thrown,
    },
  )
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

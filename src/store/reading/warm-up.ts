import { ClosedError, ValidationError } from '../../errors/errors.js'

/** How long a warm-up may take when nothing is said, in milliseconds. */
export const WARM_UP_MS = 10_000

/** The longest time a timer can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** What to do with a version before it is read. */
export interface WarmUpRun {
  readonly generation: number
  /** Does it; what it throws refuses the version. */
  readonly run: () => void | PromiseLike<void>
  /** How long a promise of `run` may take. */
  readonly limitMs: number
  /** Ends the waiting: the store is closed. */
  readonly signal: AbortSignal
}

/**
 * Runs a warm-up. A synchronous one has ended when this returns; of another the promise settles when it has ended, when its time is
 * up or when the signal comes. What it does after that is not waited for, and what it throws then is dropped.
 *
 * @throws ValidationError, here or by the promise, when it throws or takes longer; ClosedError after the signal
 */
export function runWarmUp(warmUp: WarmUpRun): Promise<void> | undefined {
  let result: void | PromiseLike<void>
  try {
    result = warmUp.run()
  } catch (error) {
    throw refusal(warmUp, error)
  }
  return isPromise(result) ? waitFor(result, warmUp) : undefined
}

function isPromise(result: unknown): result is PromiseLike<void> {
  return typeof (result as PromiseLike<void> | undefined | null)?.then === 'function'
}

async function waitFor(result: PromiseLike<void>, warmUp: WarmUpRun): Promise<void> {
  const { generation, limitMs, signal } = warmUp
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      end(() => reject(new ClosedError('the store was closed while it warmed up a version. Open it again.')))
    }
    const timer = setTimeout(
      () => {
        end(() =>
          reject(
            new ValidationError(
              `warmUp did not end: generation=${generation}, warmUpMs=${limitMs}. Do less in it, or allow more time.`,
              { expected: limitMs },
            ),
          ),
        )
      },
      Math.min(limitMs, TIMER_MS_MAX),
    )
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    signal.addEventListener('abort', onAbort)
    result.then(
      () => end(resolve),
      (error: unknown) => end(() => reject(refusal(warmUp, error))),
    )
    if (signal.aborted) onAbort()
  })
}

function refusal({ generation }: WarmUpRun, error: unknown): ValidationError {
  const reason = error instanceof Error ? error.message : String(error)
  return new ValidationError(
    `warmUp refused the version: generation=${generation}, reason=${reason}. This process stays on the one it has.`,
    { cause: error },
  )
}

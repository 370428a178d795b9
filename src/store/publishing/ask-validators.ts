import { HotsegError, ValidationError } from '../../errors/errors.js'
import type { OpenVersion } from '../reading/open-version.js'
import type { PublishOptions } from './publish-options.js'
import type { PublisherContext } from './publisher.js'

/** Asks all validators in order. @throws ValidationError when one throws */
export async function askValidators<S extends object>(
  context: PublisherContext<S>,
  candidate: OpenVersion,
  validators: PublishOptions<S>['validate'],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (validators === undefined) return
  const { follower, snapshots } = context
  const current = follower.version
  current?.hold()
  try {
    const shown = current === undefined ? undefined : snapshots.make(current)
    for (const validator of typeof validators === 'function' ? [validators] : validators) {
      signal?.throwIfAborted()
      await validator(snapshots.make(candidate), shown)
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof HotsegError && error.name === 'ValidationError') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ValidationError(`a validator refused the version: reason=${reason}. Nothing was published.`, {
      cause: error,
    })
  } finally {
    current?.drop()
  }
}

import * as fs from 'node:fs'
import { join } from 'node:path'
import { ValidationError } from '../../errors/errors.js'
import { attempt } from '../../platform/file-errors.js'
import { makeDirectory, refuseLinkedDirectory, type Permissions } from '../../platform/permissions.js'
import { findRefused } from '../files/leftovers.js'
import { REFUSED_NAME, VERSION_SUFFIX } from '../files/store-layout.js'
import type { PublisherLock } from './publisher-lock.js'

const ACTION = 'keep refused version'

/**
 * Keeps the file of a version that a validator refused, as the only one, for somebody to look at.
 *
 * @returns the error for the publisher, which says where it lies, or why it could not be kept
 */
export function keepRefused(
  directory: string,
  lock: PublisherLock,
  temporary: string,
  generation: number,
  error: ValidationError,
  permissions: Permissions,
): ValidationError {
  const path = join(directory, REFUSED_NAME, `${generation}${VERSION_SUFFIX}`)
  const { expected, actual } = error
  try {
    attempt(ACTION, path, () => {
      const refused = join(directory, REFUSED_NAME)
      makeDirectory(refused, permissions, ACTION)
      refuseLinkedDirectory(refused, ACTION)
      lock.confirm()
      fs.renameSync(temporary, path)
    })
    for (const other of findRefused(directory)) if (other.path !== path) lock.remove(other.path, ACTION)
    return new ValidationError(`${error.message} It is kept for a look: path=${path}.`, {
      path,
      expected,
      actual,
      cause: error,
    })
  } catch (failure) {
    if (!lock.isHeld()) throw lock.lost(error)
    return new ValidationError(`${error.message} It could not be kept: reason=${(failure as Error).message}`, {
      expected,
      actual,
      cause: error,
    })
  }
}

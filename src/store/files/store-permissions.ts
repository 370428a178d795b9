import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { attempt } from '../../platform/file-errors.js'
import { forDirectory, groupIdOf, type PermissionOptions, type Permissions } from '../../platform/permissions.js'
import { CURRENT_NAME } from './store-layout.js'

/** What the files and directories of a store get. */
export interface StorePermissions {
  readonly current: Permissions
  /** The owner can write it at any time. */
  readonly doorbell: Permissions
  readonly version: Permissions
  readonly directory: Permissions
}

const PRIVATE_MODE = 0o600
const GROUP_MODE = 0o640
const WRITE_BITS = 0o222

/**
 * What files get that are made now: what the first of `options` says; then what `CURRENT` has, so that whoever pins a version by hand does not
 * lock the readers out; in a new store what is private.
 *
 * @throws InvalidOptionError for a group there is not, FileError when `CURRENT` cannot be looked at
 */
export function permissionsIn(directory: string, ...options: readonly PermissionOptions[]): StorePermissions {
  const path = join(directory, CURRENT_NAME)
  const stats = attempt('look at the current version', path, () => lstatSync(path, { throwIfNoEntry: false }))
  const present = stats?.isFile() === true ? { mode: stats.mode & 0o777, groupId: stats.gid } : undefined
  const { mode: asked, group } = merge(options)
  const groupId = group === undefined ? present?.groupId : groupIdOf('publish', group)
  const mode = asked ?? (group === undefined ? present?.mode : GROUP_MODE) ?? PRIVATE_MODE
  return {
    current: { mode, groupId },
    doorbell: { mode: mode | PRIVATE_MODE, groupId },
    version: { mode: asked ?? mode & ~WRITE_BITS, groupId },
    directory: forDirectory({ mode, groupId }),
  }
}

function merge(options: readonly PermissionOptions[]): PermissionOptions {
  const mode = options.find((option) => option.mode !== undefined)?.mode
  const group = options.find((option) => option.group !== undefined)?.group
  return { ...(mode !== undefined && { mode }), ...(group !== undefined && { group }) }
}

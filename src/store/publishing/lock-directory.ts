import * as fs from 'node:fs'
import { join } from 'node:path'
import { attempt, systemCode } from '../../platform/file-errors.js'
import { LOCK_ATTEMPT_PREFIX, LOCK_NAME } from '../files/store-layout.js'
import { formatHolder, isDead, parseHolder, type Holder } from './lock-holder.js'

/** What renaming a directory says when there is another that is not empty. */
const TAKEN: ReadonlySet<string | undefined> = new Set(['ENOTEMPTY', 'EEXIST'])

/** Makes `LOCK` with its holder in it, in one step. @returns false when there is one already */
export function installLock(directory: string, holder: Holder): boolean {
  const name = formatHolder(holder)
  const path = join(directory, LOCK_ATTEMPT_PREFIX + name)
  return attempt('take publisher lock', path, () => {
    try {
      makeDirectoryLike(directory, path)
      makeDirectoryLike(directory, join(path, name))
      makeDirectoryLike(directory, join(path, name, holder.serial))
      fs.renameSync(path, join(directory, LOCK_NAME))
      return true
    } catch (error) {
      fs.rmSync(path, { recursive: true, force: true })
      if (TAKEN.has(systemCode(error))) return false
      throw error
    }
  })
}

/** Makes the directory in which a new holder removes files, in an entry that was another's; what was left in there goes. */
export function makeDen(entry: string, serial: string): void {
  attempt('take publisher lock', entry, () => {
    for (const name of fs.readdirSync(entry)) fs.rmSync(join(entry, name), { recursive: true, force: true })
    makeDirectoryLike(entry, join(entry, serial))
  })
}

/** What was left by those who died before they had the lock. @returns the paths */
export function findAttempts(directory: string): string[] {
  return attempt('look at publisher lock', directory, () =>
    fs
      .readdirSync(directory)
      .filter((name) => name.startsWith(LOCK_ATTEMPT_PREFIX))
      .filter((name) => isDead(parseHolder(name.slice(LOCK_ATTEMPT_PREFIX.length))?.owner, directory))
      .map((name) => join(directory, name)),
  )
}

/** Removes the same. @returns the paths */
export function clearAttempts(directory: string): string[] {
  const paths = findAttempts(directory)
  attempt('clear publisher lock', directory, () => {
    for (const path of paths) fs.rmSync(path, { recursive: true, force: true })
  })
  return paths
}

// Whoever may publish may also take the lock from a dead holder: umask must not narrow that. Strangers in a sticky directory may not.
function makeDirectoryLike(model: string, path: string): void {
  const { mode: modelMode, gid } = fs.statSync(model)
  const mode = modelMode & 0o775
  fs.mkdirSync(path, { mode })
  const made = fs.statSync(path)
  if (made.gid !== gid && process.geteuid !== undefined) {
    try {
      fs.chownSync(path, process.geteuid(), gid)
    } catch (error) {
      if (systemCode(error) !== 'EPERM') throw error
    }
  }
  if ((made.mode & 0o777) !== mode) fs.chmodSync(path, mode)
}

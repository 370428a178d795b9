import * as fs from 'node:fs'
import { FileError, InvalidOptionError } from '../errors/errors.js'
import { attempt } from './file-errors.js'

/** Whom what is made in a store belongs to, besides its user, and what may be done with it. */
export interface PermissionOptions {
  /**
   * Permissions of files, exactly, whatever the umask; directories are searchable (x) for whom files are readable (r). Default: those of
   * the store's `CURRENT`; in a new store `0o600`, with a `group` `0o640`. Without it, versions may be written by nobody any more.
   */
  readonly mode?: number
  /** The group, by number or by a name from `/etc/group`; the user must be in it, or be root. Default: as the system gives it. */
  readonly group?: number | string
}

/** What a file gets. */
export interface Permissions {
  readonly mode: number
  /** Undefined leaves it to the system. */
  readonly groupId?: number | undefined
}

const GROUPS_PATH = '/etc/group'
const GROUPS_BYTES_MAX = 16 << 20
const GROUP_ID_MAX = 2 ** 32 - 2

const OWNER_READ = 0o400
const OTHERS_WRITE = 0o002
const STICKY = 0o1000

/** @throws InvalidOptionError for a mode that would not do, or a group there is not */
export function checkPermissions(action: string, { mode, group }: PermissionOptions): void {
  const isSound =
    mode === undefined ||
    (Number.isInteger(mode) && mode >= 0 && mode <= 0o777 && (mode & OWNER_READ) !== 0 && (mode & OTHERS_WRITE) === 0)
  if (!isSound) {
    const actual = typeof mode === 'number' ? `0o${mode.toString(8)}` : typeof mode
    const expected = '0o400 to 0o775, readable by its owner, not writable by everybody'
    throw new InvalidOptionError(`cannot ${action}: mode=${actual}, expected=${expected}.`, {
      path: 'mode',
      expected,
      actual: mode,
    })
  }
  if (group !== undefined) groupIdOf(action, group)
}

/** The number of a group. @throws InvalidOptionError when there is none of that name */
export function groupIdOf(action: string, group: number | string): number {
  const id = typeof group === 'string' ? idOfName(group) : group
  if (Number.isInteger(id) && id! >= 0 && id! <= GROUP_ID_MAX) return id!
  throw new InvalidOptionError(
    `cannot ${action}: group=${String(group)}, expected=a number, or a name in ${GROUPS_PATH}.`,
    { path: 'group', actual: group },
  )
}

// A line is `name:password:id:members`. Names from elsewhere (LDAP) are not there: they are given by number.
function idOfName(name: string): number | undefined {
  try {
    if (fs.statSync(GROUPS_PATH).size > GROUPS_BYTES_MAX) return undefined
    const lines = fs.readFileSync(GROUPS_PATH, 'utf8').split('\n')
    const [, , id = ''] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    return /^\d+$/.test(id) ? Number(id) : undefined
  } catch {
    return undefined
  }
}

/** Gives an open file or directory exactly these permissions, whatever the umask. */
export function setPermissions(fd: number, { mode, groupId }: Permissions): void {
  const stats = fs.fstatSync(fd)
  if (groupId !== undefined && stats.gid !== groupId) fs.fchownSync(fd, stats.uid, groupId)
  fs.fchmodSync(fd, mode)
}

/** What a directory gets whose files get `permissions`: its owner may do all, and who may read files may search. */
export function forDirectory({ mode, groupId }: Permissions): Permissions {
  return { mode: 0o700 | mode | ((mode & 0o444) >> 2), groupId }
}

/** Makes a directory in one that exists, with exactly these permissions. One that is there is not changed. @returns whether it was made */
export function makeDirectory(path: string, permissions: Permissions, action: string): boolean {
  return attempt(action, path, () => {
    try {
      fs.mkdirSync(path, 0o700)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
    const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW)
    try {
      setPermissions(fd, permissions)
    } finally {
      fs.closeSync(fd)
    }
    return true
  })
}

/** Refuses what another user owns, even root's: what replaces it would belong to this user, and others would not trust that. @throws FileError */
export function refuseStrangersFile(path: string, action: string): void {
  const stats = attempt(action, path, () => fs.lstatSync(path, { throwIfNoEntry: false }))
  const uid = process.geteuid?.()
  if (stats === undefined || uid === undefined || stats.uid === uid) return
  throw new FileError(
    `cannot ${action}: it belongs to another user, owner=${stats.uid}, user=${uid}, path=${path}. Run as its owner.`,
    { path, expected: uid, actual: stats.uid },
  )
}

/**
 * Refuses a directory in which somebody could replace what this process is going to trust: one that belongs neither to this user nor to
 * root, or that everybody may write and is not sticky.
 *
 * @throws FileError, also when there is no such directory
 */
export function refuseInsecureDirectory(path: string, action: string, { follow = true } = {}): void {
  const stats = attempt(action, path, () => (follow ? fs.statSync(path) : fs.lstatSync(path)))
  requireDirectory(stats, action, path)
  const uid = process.geteuid?.()
  if (uid === undefined) return
  if (stats.uid !== uid && stats.uid !== 0) {
    throw new FileError(
      `cannot ${action}: the directory belongs to another user, owner=${stats.uid}, user=${uid}, path=${path}. ` +
        'Publish as its owner; to read, nothing needs to be yours.',
      { path, expected: uid, actual: stats.uid },
    )
  }
  if ((stats.mode & OTHERS_WRITE) !== 0 && (stats.mode & STICKY) === 0) {
    const mode = (stats.mode & 0o7777).toString(8)
    throw new FileError(
      `cannot ${action}: everybody may write the directory, mode=${mode}, path=${path}. Run: chmod o-w.`,
      {
        path,
        actual: mode,
      },
    )
  }
}

/** Refuses a link where a directory of a store should be; one that is missing is left to who opens what is in it. @throws FileError */
export function refuseLinkedDirectory(path: string, action: string): void {
  const stats = attempt(action, path, () => fs.lstatSync(path, { throwIfNoEntry: false }))
  if (stats !== undefined) requireDirectory(stats, action, path)
}

function requireDirectory(stats: fs.Stats, action: string, path: string): void {
  if (stats.isDirectory()) return
  const actual = stats.isSymbolicLink() ? 'symbolic link' : 'no directory'
  throw new FileError(`cannot ${action}: not a directory, kind=${actual}, path=${path}. Remove it.`, {
    path,
    expected: 'directory',
    actual,
  })
}

import { getSystemErrorName } from 'node:util'
import { FileError, HotsegError, OutOfSpaceError } from '../errors/errors.js'

const OUT_OF_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * What the operating system said, as an error of hotseg that keeps `errno`, `syscall`, `path` and the original as
 * `cause`: OutOfSpaceError for a full disk, quota or file size limit, FileError otherwise. Errors of hotseg pass through.
 *
 * @param action - what failed, in the infinitive: `'open segment'`
 */
export function toFileError(error: unknown, action: string, path: string): Error {
  if (error instanceof HotsegError) return error
  const system = error as NodeJS.ErrnoException
  if (typeof system.code !== 'string') return error instanceof Error ? error : new Error(String(error))
  const details = { path, errno: system.errno, syscall: system.syscall, cause: error }
  const values = `code=${system.code}, path=${path}`
  if (OUT_OF_SPACE.has(system.code)) {
    return new OutOfSpaceError(
      `cannot ${action}: no room, ${values}. Free some room, or use another directory.`,
      details,
    )
  }
  if (system.code === 'ENOMEM') {
    return new OutOfSpaceError(
      `cannot ${action}: the process may not have more memory, ${values}. Raise its limit.`,
      details,
    )
  }
  return new FileError(`cannot ${action}: ${values}. ${wayOut(system.code)}`, details)
}

function wayOut(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'Check the path.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'Give this user the right to do so, or run as the owner.'
    case 'ELOOP':
      return 'It is a symbolic link, or a loop of them: give the path of the file itself.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open: raise the limit (ulimit -n).'
    default:
      return 'The error of the operating system is the cause.'
  }
}

/** An error as Node makes them of the system's, for calls that give its number only. @param errno - positive */
export function systemError(errno: number, syscall: string, cause?: unknown): Error {
  const code = getSystemErrorName(-errno)
  return Object.assign(new Error(`${syscall}: ${code}`, { cause }), { errno: -errno, code, syscall })
}

/** The code of the operating system (`'ENOENT'`) behind an error of Node, or behind one of hotseg however deep, if there is one. */
export function systemCode(error: unknown): string | undefined {
  let system = error
  while (system instanceof HotsegError) system = system.cause
  const code = (system as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Runs a step of the file system, its errors made into errors of hotseg. */
export function attempt<T>(action: string, path: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw toFileError(error, action, path)
  }
}

/** Like {@link attempt}, for a step that gives a promise. */
export async function attemptAsync<T>(action: string, path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw toFileError(error, action, path)
  }
}

import { constants } from 'node:buffer'
import { systemError } from '../platform/file-errors.js'
import { loadAddon, type Addon } from '../platform/load-addon.js'
import type { Mapper } from './mapper.js'
import { WindowPool } from './window-pool.js'

let pool: WindowPool | undefined

/**
 * The mapper over the addon: files are laid into windows that stay. No buffer is made and none detached, so the engine
 * neither counts nor collects when versions are replaced.
 *
 * @throws UnsupportedError that says why it cannot be loaded
 */
export function addonMapper(): Mapper {
  const addon = loadAddon()
  const windows = (pool ??= new WindowPool((byteLength) => reserve(addon, byteLength), constants.MAX_LENGTH))
  return {
    name: 'addon',
    limit: constants.MAX_LENGTH,
    map(file, lock) {
      const window = windows.take(file.byteLength)
      try {
        check(addon.map(window, file.fd, file.byteLength, lock ? 1 : 0), 'mmap')
      } catch (error) {
        windows.give(window)
        throw error
      }
      return {
        buffer: window,
        advise(start, byteLength, advice) {
          check(addon.advise(window, start, byteLength, advice), 'madvise')
        },
        unmap() {
          // One that could not be cleared is never used again; it is unmapped when it is collected.
          if (addon.unmap(window, file.byteLength) === 0) windows.give(window)
        },
      }
    },
  }
}

function reserve(addon: Addon, byteLength: number): ArrayBuffer {
  const window = addon.reserve(byteLength)
  if (typeof window === 'number') throw systemError(-window, 'mmap')
  return window
}

function check(status: number, syscall: string): void {
  if (status < 0) throw systemError(-status, syscall)
}

import { constants } from 'node:buffer'
import { systemError } from '../platform/file-errors.js'
import type { RegularFile } from '../platform/files.js'
import { detach, settleDetach } from './detach.js'
import { loadMmapIo, type MmapIo } from './load-mmap-io.js'
import type { MappedFile, Mapper } from './mapper.js'

/** mmap-io reads sizes as 32-bit integers and wraps silently. */
const MAPPED_BYTES_MAX = 2 ** 31 - 1

/** A number of Linux that mmap-io passes on and does not name. */
const MAP_LOCKED = 0x2000

/**
 * The mapper over mmap-io: a buffer for each mapping, detached when it is let go; the kernel's munmap follows on the next
 * turn of the event loop.
 *
 * @throws UnsupportedError that says what to type, when it cannot be loaded
 */
export function mmapIoMapper(): Mapper {
  const library = loadMmapIo()
  return {
    name: 'mmap-io',
    limit: Math.min(MAPPED_BYTES_MAX, constants.MAX_LENGTH),
    map(file, lock) {
      settleDetach()
      return mapWith(library, file, lock)
    },
  }
}

function mapWith(library: MmapIo, file: RegularFile, lock: boolean): MappedFile {
  const flags = library.MAP_SHARED | (lock ? MAP_LOCKED : 0)
  const bytes = attempt('mmap', () => library.map(file.byteLength, library.PROT_READ, flags, file.fd, 0))
  const buffer = bytes.buffer as ArrayBuffer
  return {
    buffer,
    advise(start, byteLength, advice) {
      attempt('madvise', () => {
        library.advise(bytes, start, byteLength, advice)
      })
    },
    unmap() {
      detach(buffer)
    },
  }
}

// mmap-io says "mmap failed, 12" and nothing else.
function attempt<T>(syscall: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    const match = error instanceof Error ? /^(?:mmap|madvise\(\)) failed, (\d+)$/.exec(error.message) : null
    throw match === null ? error : systemError(Number(match[1]), syscall, error)
  }
}

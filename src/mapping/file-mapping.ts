import { constants } from 'node:buffer'
import { close, closeSync } from 'node:fs'
import { FormatError, UnsupportedError } from '../errors/errors.js'
import { toFileError } from '../platform/file-errors.js'
import { openRegularFile, type OpenFileOptions, type RegularFile } from '../platform/files.js'
import { detach, settleDetach } from './detach.js'
import { loadMmapIo, type MmapIo } from './load-mmap-io.js'
import type { Mapping } from './mapping.js'

/** mmap-io reads sizes as 32-bit integers and wraps silently. */
const MAPPED_BYTES_MAX = 2 ** 31 - 1

/** How long the descriptor outlives the mapping; the munmap comes one turn after the detach. */
const DESCRIPTOR_DELAY_MS = 20

/** How to map a file. */
export interface FileMappingOptions extends OpenFileOptions {
  /**
   * Keep the descriptor until after the munmap and then close it on a thread of the pool: whoever holds an unlinked file
   * last pays for freeing its pages, and that should not be the event loop. Default false.
   */
  readonly keepsDescriptor?: boolean
}

/**
 * A file mapped read-only and shared. It stays readable when the file is unlinked or replaced; `close` detaches the
 * buffer at once and the kernel's munmap follows on the next turn of the event loop.
 */
export class FileMapping implements Mapping {
  readonly buffer: ArrayBuffer
  readonly byteOffset = 0
  readonly byteLength: number
  /** Device and inode of the mapped file. */
  readonly identity: string

  readonly #bytes: Buffer
  readonly #library: MmapIo
  #keptFd: number | undefined
  #closed = false

  private constructor(library: MmapIo, file: RegularFile, keepsDescriptor: boolean) {
    this.#library = library
    this.#bytes = map(library, file)
    this.buffer = this.#bytes.buffer as ArrayBuffer
    this.byteLength = file.byteLength
    this.identity = file.identity
    if (keepsDescriptor) this.#keptFd = file.fd
    else closeSync(file.fd)
  }

  /**
   * Maps the whole file at `path` after checking what it is, whose it is and how large. Constant time.
   *
   * @throws FileError when it is not a regular file or may not be opened, FormatError when it is empty, UnsupportedError
   * when it is too large to map or mmap-io is missing; nothing stays open
   */
  static open(path: string, options: FileMappingOptions): FileMapping {
    const file = openRegularFile(path, options)
    try {
      checkSize(file)
      const library = loadMmapIo()
      settleDetach()
      return new FileMapping(library, file, options.keepsDescriptor === true)
    } catch (error) {
      closeSync(file.fd)
      throw error
    }
  }

  /** Whether the bytes were let go. */
  get closed(): boolean {
    return this.#closed
  }

  /**
   * Takes pages of a part out of this process's memory; reading them again maps them again. So a large mapping can be
   * given back in small steps, and the munmap at the end has nothing left to do.
   *
   * @param start - a multiple of the page size
   */
  giveBack(start: number, byteLength: number): void {
    if (this.closed) return
    this.#library.advise(this.#bytes, start, byteLength, this.#library.MADV_DONTNEED)
  }

  /** Detaches the buffer; further calls do nothing. */
  close(): void {
    if (this.closed) return
    this.#closed = true
    detach(this.buffer)
    const fd = this.#keptFd
    if (fd === undefined) return
    setTimeout(() => {
      close(fd)
    }, DESCRIPTOR_DELAY_MS).unref()
  }
}

function checkSize({ byteLength, path }: RegularFile): void {
  if (byteLength === 0) throw new FormatError(`cannot map file: it is empty, path=${path}. Write it anew.`, { path })
  const limit = Math.min(MAPPED_BYTES_MAX, constants.MAX_LENGTH)
  if (byteLength > limit) {
    throw new UnsupportedError(
      `cannot map file: bytes=${byteLength}, limit=${limit} for mmap-io on this Node, path=${path}. Split the data.`,
      { path, expected: limit, actual: byteLength },
    )
  }
}

function map(library: MmapIo, file: RegularFile): Buffer {
  try {
    return library.map(file.byteLength, library.PROT_READ, library.MAP_SHARED, file.fd, 0)
  } catch (error) {
    throw toFileError(withErrno(error), 'map file', file.path)
  }
}

// mmap-io says "mmap failed, 12" and nothing else.
function withErrno(error: unknown): unknown {
  const match = error instanceof Error ? /^mmap failed, (\d+)$/.exec(error.message) : null
  if (match === null) return error
  const errno = Number(match[1])
  const code = errno === 12 ? 'ENOMEM' : errno === 13 ? 'EACCES' : 'EMMAP'
  return Object.assign(error as Error, { errno: -errno, code, syscall: 'mmap' })
}

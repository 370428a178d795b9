import { constants } from 'node:buffer'
import { close, closeSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import { FormatError, UnsupportedError } from '../errors/errors.js'
import { attempt } from '../platform/file-errors.js'
import { openRegularFile, type OpenFileOptions, type RegularFile } from '../platform/files.js'
import { detach, settleDetach } from './detach.js'
import { loadMmapIo, type MmapIo } from './load-mmap-io.js'
import type { Mapping } from './mapping.js'

/** mmap-io reads sizes as 32-bit integers and wraps silently. */
const MAPPED_BYTES_MAX = 2 ** 31 - 1

/** Numbers of Linux that mmap-io passes on and does not name. */
const MAP_LOCKED = 0x2000
const MADV_POPULATE_READ = 22

/** How long the descriptor outlives the mapping; the munmap comes one turn after the detach. */
const DESCRIPTOR_DELAY_MS = 20

/** How to map a file. */
export interface FileMappingOptions extends OpenFileOptions {
  /**
   * Keep the descriptor until after the munmap and then close it on a thread of the pool: whoever holds an unlinked file
   * last pays for freeing its pages, and that should not be the event loop. Default false.
   */
  readonly keepsDescriptor?: boolean
  /** Keep all pages in memory for as long as they are mapped; maps them all at once. Default false. */
  readonly lock?: boolean
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

  readonly #path: string
  readonly #bytes: Buffer
  readonly #library: MmapIo
  readonly #isLocked: boolean
  #keptFd: number | undefined
  #closed = false

  private constructor(library: MmapIo, file: RegularFile, { keepsDescriptor, lock = false }: FileMappingOptions) {
    this.#path = file.path
    this.#library = library
    this.#isLocked = lock
    this.#bytes = map(library, file, lock)
    this.buffer = this.#bytes.buffer as ArrayBuffer
    this.byteLength = file.byteLength
    this.identity = file.identity
    if (keepsDescriptor === true) this.#keptFd = file.fd
    else closeSync(file.fd)
  }

  /**
   * Maps the whole file at `path` after checking what it is, whose it is and how large. Constant time.
   *
   * @throws FileError when it is not a regular file, may not be opened, or may not be locked, FormatError when it is empty,
   * UnsupportedError when it is too large to map or mmap-io is missing; nothing stays open
   */
  static open(path: string, options: FileMappingOptions): FileMapping {
    const file = openRegularFile(path, options)
    try {
      checkSize(file)
      const library = loadMmapIo()
      settleDetach()
      return new FileMapping(library, file, options)
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
   * given back in small steps, and the munmap at the end has nothing left to do. Locked pages stay until then.
   *
   * @param start - a multiple of the page size
   */
  giveBack(start: number, byteLength: number): void {
    if (this.closed || this.#isLocked) return
    this.#library.advise(this.#bytes, start, byteLength, this.#library.MADV_DONTNEED)
  }

  /**
   * Maps the pages of a part now, so that reading them later faults no more.
   *
   * @param start - a multiple of the page size
   * @throws FileError when the system cannot, by EFAULT when the file ends before them
   */
  populate(start: number, byteLength: number): void {
    attempt('populate mapping', this.#path, () => {
      if (process.platform !== 'linux') throw Object.assign(new Error('Linux alone can'), { code: 'ENOTSUP' })
      try {
        this.#library.advise(this.#bytes, start, byteLength, MADV_POPULATE_READ)
      } catch (error) {
        throw withErrno(error, 'madvise')
      }
    })
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

function map(library: MmapIo, file: RegularFile, lock: boolean): Buffer {
  return attempt(lock ? 'map and lock file' : 'map file', file.path, () => {
    if (lock && process.platform !== 'linux') throw Object.assign(new Error('Linux alone can'), { code: 'ENOTSUP' })
    try {
      const flags = library.MAP_SHARED | (lock ? MAP_LOCKED : 0)
      return library.map(file.byteLength, library.PROT_READ, flags, file.fd, 0)
    } catch (error) {
      throw withErrno(error, 'mmap')
    }
  })
}

// mmap-io says "mmap failed, 12" and nothing else.
function withErrno(error: unknown, syscall: string): unknown {
  const match = error instanceof Error ? /^(?:mmap|madvise\(\)) failed, (\d+)$/.exec(error.message) : null
  if (match === null) return error
  const errno = -Number(match[1])
  return Object.assign(error as Error, { errno, code: getSystemErrorName(errno), syscall })
}

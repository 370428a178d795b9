import { close, closeSync } from 'node:fs'
import { FormatError } from '../errors/errors.js'
import { attempt } from '../platform/file-errors.js'
import { openRegularFile, type OpenFileOptions, type RegularFile } from '../platform/files.js'
import { chooseMapper } from './choose-mapper.js'
import { guardMapping } from './guard.js'
import { letGo, type LettingGo, type RunStep } from './let-go.js'
import type { MappedFile, Mapper, MapperName } from './mapper.js'
import type { Mapping } from './mapping.js'

/** A number of madvise. */
const MADV_POPULATE_READ = 22

/** How long the descriptor outlives the mapping; the munmap comes one turn after the detach. */
const DESCRIPTOR_DELAY_MS = 20

/** How to map a file. */
export interface FileMappingOptions {
  /**
   * Keep the descriptor until after the munmap and then close it on a thread of the pool: whoever holds an unlinked file
   * last pays for freeing its pages, and that should not be the event loop. Default false.
   */
  readonly keepsDescriptor?: boolean
  /** Keep all pages in memory for as long as they are mapped; maps them all at once. Default false. */
  readonly lock?: boolean
  /** What must map it. Default: the first that can. */
  readonly mapping?: MapperName | undefined
}

/**
 * A file mapped read-only and shared. It stays readable when the file is unlinked or replaced; `close` lets the
 * bytes go, at once or on the next turn of the event loop.
 */
export class FileMapping implements Mapping {
  readonly buffer: ArrayBuffer
  readonly byteOffset = 0
  readonly byteLength: number
  /** Device and inode of the mapped file. */
  readonly identity: string
  /** What mapped it. */
  readonly mapper: MapperName

  readonly #path: string
  readonly #mapped: MappedFile
  readonly #unguard: () => void
  #keptFd: number | undefined
  #closed = false
  #lettingGo: LettingGo | undefined

  private constructor(mapper: Mapper, file: RegularFile, { keepsDescriptor, lock = false }: FileMappingOptions) {
    this.#path = file.path
    this.#mapped = map(mapper, file, lock)
    this.mapper = mapper.name
    this.buffer = this.#mapped.buffer
    this.byteLength = file.byteLength
    this.#unguard = guardMapping(this.buffer, this.byteLength)
    this.identity = file.identity
    if (keepsDescriptor === true) this.#keptFd = file.fd
    else closeSync(file.fd)
  }

  /**
   * Maps the whole file at `path` after checking what it is, whose it is and how large. Constant time.
   *
   * @throws FileError when it is not a regular file, may not be opened, or may not be locked, FormatError when it is empty,
   * UnsupportedError when nothing here can map it; nothing stays open
   */
  static open(path: string, options: OpenFileOptions & FileMappingOptions): FileMapping {
    const file = openRegularFile(path, options)
    try {
      return FileMapping.of(file, options)
    } catch (error) {
      closeSync(file.fd)
      throw error
    }
  }

  /**
   * Maps all of an open file, whose descriptor is the mapping's from now on.
   *
   * @throws the same, about the file; its descriptor stays open
   */
  static of(file: RegularFile, options: FileMappingOptions): FileMapping {
    if (file.byteLength === 0) {
      throw new FormatError(`cannot map file: it is empty, path=${file.path}. Write it anew.`, { path: file.path })
    }
    return new FileMapping(chooseMapper(file.path, file.byteLength, options.mapping), file, options)
  }

  /** Whether the bytes were let go. */
  get closed(): boolean {
    return this.#closed
  }

  /** All bytes. Not to be kept beyond {@link close}. */
  bytes(): Uint8Array {
    return new Uint8Array(this.buffer, 0, this.byteLength)
  }

  /**
   * Maps the pages of a part now, so that reading them later faults no more.
   *
   * @param start - a multiple of the page size
   * @throws FileError when the system cannot, by EFAULT when the file ends before them
   */
  populate(start: number, byteLength: number): void {
    attempt('populate mapping', this.#path, () => {
      requireLinux()
      this.#mapped.advise(start, byteLength, MADV_POPULATE_READ)
    })
  }

  /** Lets the bytes go; further calls do nothing. */
  close(): void {
    if (this.closed) return
    this.#beginToClose()
    this.#mapped.unmap()
    this.#closeDescriptor()
  }

  /**
   * Closes it now and lets the bytes go beside other work, without keeping the thread for long: on a thread of their own with the
   * addon, else in slices on turns of their own. Does not keep the process alive.
   *
   * @param run - for each step on this thread
   * @returns when they are gone; never rejects
   */
  async closeGently(run: RunStep): Promise<void> {
    if (this.closed) return
    this.#beginToClose()
    this.#lettingGo = letGo(this.#mapped, this.byteLength, run)
    await this.#lettingGo.done
    run(() => {
      this.#mapped.unmap()
    })
    this.#closeDescriptor()
  }

  /** Closes it, and lets go at once of what {@link closeGently} has not yet. */
  closeAtOnce(): void {
    this.close()
    this.#lettingGo?.hurry()
  }

  #beginToClose(): void {
    this.#closed = true
    this.#unguard()
  }

  #closeDescriptor(): void {
    const fd = this.#keptFd
    if (fd === undefined) return
    setTimeout(() => {
      close(fd)
    }, DESCRIPTOR_DELAY_MS).unref()
  }
}

function map(mapper: Mapper, file: RegularFile, lock: boolean): MappedFile {
  return attempt(lock ? 'map and lock file' : 'map file', file.path, () => {
    if (lock) requireLinux()
    return mapper.map(file, lock)
  })
}

function requireLinux(): void {
  if (process.platform !== 'linux') throw Object.assign(new Error('Linux alone can'), { code: 'ENOTSUP' })
}

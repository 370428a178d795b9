import type { RegularFile } from '../platform/files.js'

/** The packages that can map files. */
export type MapperName = 'mmap-io' | 'addon'

/** Maps files, read-only and shared. */
export interface Mapper {
  readonly name: MapperName
  /** The largest file it can map here, in bytes. */
  readonly limit: number
  /** Maps all of a file. @throws an error of the system: `code`, `errno`, `syscall` */
  map(file: RegularFile, lock: boolean): MappedFile
}

/** A file that is mapped from the first byte of a buffer. */
export interface MappedFile {
  readonly buffer: ArrayBuffer
  /** madvise on a part. @throws an error of the system */
  advise(start: number, byteLength: number, advice: number): void
  /** Lets it go, once. */
  unmap(): void
}

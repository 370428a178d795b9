import { InvalidOptionError, ReadOnlyError } from '../errors/errors.js'
import { isMapperName } from '../mapping/choose-mapper.js'
import { FileMapping } from '../mapping/file-mapping.js'
import type { Mapping } from '../mapping/mapping.js'
import { removeFile } from '../platform/files.js'
import { quote } from '../types/make-type.js'
import { readSegmentFile, refuseExisting, writeSegmentFile } from './segment-file.js'
import { partsInMemory, partsOfBuffer, partsOfCopy, partsOfMapping, type SegmentOptions } from './segment-parts.js'
import { Segment } from './segment.js'

/** How to make a segment that becomes a file. */
export interface CreateOptions extends SegmentOptions {
  /** Permissions of the file, whatever the umask. Default `0o600`. */
  readonly mode?: number
}

/** How to open a file. */
export interface OpenOptions {
  /**
   * `read-only` maps the file: all processes share one copy of it. `copy-on-write` reads it into private, writable memory; the file never changes.
   * `read-write` is for segments that are shared and mutable; a sealed one refuses it. Default `read-only`.
   */
  readonly access?: 'read-only' | 'read-write' | 'copy-on-write'
  /**
   * What maps the file: the package mmap-io, or the addon that comes with hotseg. Default: what `HOTSEG_MAPPING` names, else
   * mmap-io where it is installed and the file is below 2 GiB, else the addon.
   */
  readonly mapping?: 'mmap-io' | 'addon'
}

const ACCESSES: ReadonlySet<unknown> = new Set(['read-only', 'read-write', 'copy-on-write'])

/** A segment as Node has it: with `create`, `open` and `remove` for files. */
export class FileSegment extends Segment {
  static override inMemory(options: SegmentOptions = {}): FileSegment {
    return new FileSegment(partsInMemory(options))
  }

  static override fromBuffer(source: ArrayBufferLike | ArrayBufferView): FileSegment {
    return new FileSegment(partsOfBuffer(source))
  }

  static override fromMapping(mapping: Mapping, path?: string): FileSegment {
    return new FileSegment(partsOfMapping(mapping, path))
  }

  /**
   * A private, writable copy of a sealed segment; the source stays as it is.
   *
   * @internal
   * @throws CorruptionError, OutOfSpaceError also when `options.capacity` is below its length, InvalidOptionError, ClosedError
   */
  static copyOf(source: FileSegment, options: SegmentOptions): FileSegment {
    return new FileSegment(partsOfCopy(source.bytes(), 'in memory', options))
  }

  /**
   * A new, empty segment that appears at `path` when it is sealed. Until then it is private memory, and there is no file.
   *
   * @throws ExistsError when there is something at `path`, InvalidOptionError, UnsupportedError
   */
  static create(path: string, options: CreateOptions = {}): FileSegment {
    const { mode = 0o600 } = options
    requirePath(path)
    if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) {
      throw new InvalidOptionError(`not the permissions of a file: mode=${quote(mode)}, allowed=0 to 0o777.`, {
        actual: mode,
      })
    }
    refuseExisting(path)
    return new FileSegment({
      ...partsInMemory(options),
      origin: `path=${path}`,
      onSeal: (bytes) => writeSegmentFile(path, bytes, mode),
    })
  }

  /**
   * Opens the file of a sealed segment. Constant time, whatever its size, when it is mapped: what is checked is the file and its
   * header; `verify` checks the rest.
   *
   * @throws FileError, FormatError, VersionError, CorruptionError, UnsupportedError, OutOfSpaceError; ReadOnlyError for
   * `read-write`; nothing stays open then
   */
  static open(path: string, { access = 'read-only', mapping: forced }: OpenOptions = {}): FileSegment {
    requirePath(path)
    if (!ACCESSES.has(access)) {
      throw new InvalidOptionError(
        `no such access: access=${quote(access)}. Use read-only, read-write or copy-on-write.`,
      )
    }
    if (forced !== undefined && !isMapperName(forced)) {
      throw new InvalidOptionError(`no such mapping: mapping=${quote(forced)}. Use mmap-io or addon.`, {
        actual: forced,
      })
    }
    if (access === 'copy-on-write') return new FileSegment(partsOfCopy(readSegmentFile(path), `path=${path}`))
    const mapping = FileMapping.open(path, { action: 'open segment', mapping: forced })
    try {
      const parts = partsOfMapping(mapping, path)
      if (access === 'read-only') return new FileSegment(parts)
      throw new ReadOnlyError(
        `segment is sealed, path=${path}. Open it copy-on-write for a private copy, and seal that.`,
        {
          path,
        },
      )
    } catch (error) {
      mapping.close()
      throw error
    }
  }

  /**
   * Removes the file of a segment. Processes that have it open go on reading it.
   *
   * @returns whether there was one
   * @throws FileError
   */
  static remove(path: string): boolean {
    requirePath(path)
    return removeFile(path, 'remove segment')
  }
}

function requirePath(path: string): void {
  if (typeof path === 'string' && path !== '') return
  throw new InvalidOptionError(`not a path: path=${quote(path)}.`, { actual: path })
}

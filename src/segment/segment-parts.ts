import { InvalidOptionError, OutOfSpaceError, UnsupportedError } from '../errors/errors.js'
import { checkHeap } from '../heap/check-heap.js'
import { Heap } from '../heap/heap.js'
import { BufferMapping } from '../mapping/buffer-mapping.js'
import type { Mapping } from '../mapping/mapping.js'
import { GRANULE_BYTES, Memory } from '../memory/memory.js'
import { parseBytes } from '../platform/bytes-size.js'
import { quote } from '../types/make-type.js'
import { CAPACITY_ADDRESS, HEADER_BYTES } from './header-layout.js'
import { markPrivate, validateHeader, writeHeader, writeIdentity } from './header.js'

/** How to make a segment. */
export interface SegmentOptions {
  /** The most it may grow to: bytes, or a string such as `'64 MiB'`. Default 2 GiB less one granule. Room is taken as needed. */
  readonly capacity?: number | string
}

/** What a segment is made of, apart from its bytes. */
export interface SegmentParts {
  readonly memory: Memory
  /** What messages call it: `path=...` or `in memory`. */
  readonly origin: string
  /** Called when it is closed. */
  readonly onClose?: () => void
  /** Called when it is sealed, with its bytes; throws when they cannot be kept. */
  readonly onSeal?: (bytes: Uint8Array) => void
}

const CAPACITY_DEFAULT = 2 ** 31 - GRANULE_BYTES
/** Offsets are 32-bit counts of granules. */
const CAPACITY_MOST = 2 ** 32 * GRANULE_BYTES - GRANULE_BYTES
const FIRST_BYTES = 1 << 16

/** A new, empty segment in the memory of this process. @throws InvalidOptionError, UnsupportedError for a capacity that cannot be */
export function partsInMemory(options: SegmentOptions): SegmentParts {
  return { memory: newMemory(options), origin: 'in memory' }
}

/** A sealed segment in a buffer of the caller's; bytes that are not aligned are copied. @throws FormatError, VersionError, CorruptionError */
export function partsOfBuffer(source: ArrayBufferLike | ArrayBufferView): SegmentParts {
  if (!ArrayBuffer.isView(source) && !isBuffer(source)) {
    throw new InvalidOptionError(`not a buffer: value=${quote(source)}. Pass an ArrayBuffer or a view of one.`)
  }
  const mapping = new BufferMapping(source)
  const isAligned = mapping.byteOffset % GRANULE_BYTES === 0
  return partsOfMapping(isAligned ? mapping : new BufferMapping(copyOf(mapping)))
}

/** A sealed segment in bytes that were mapped; closing it closes the mapping. @throws FormatError, VersionError, CorruptionError; the mapping stays open then */
export function partsOfMapping(mapping: Mapping, path?: string): SegmentParts {
  const { buffer, byteOffset, byteLength } = mapping
  Memory.settle()
  const memory = new Memory(buffer, byteOffset, byteLength, false)
  const origin = path === undefined ? 'in a buffer' : `path=${path}`
  validateHeader(memory, byteLength, origin)
  return { memory, origin, onClose: () => mapping.close() }
}

/**
 * A private, writable copy of a sealed segment, with an identity of its own. Without `options` it may grow as far as the one it is a copy of.
 *
 * @throws FormatError, VersionError, CorruptionError, OutOfSpaceError, InvalidOptionError
 */
export function partsOfCopy(bytes: Uint8Array, origin: string, options?: SegmentOptions): SegmentParts {
  const sealed = new Memory(bytes.buffer, bytes.byteOffset, bytes.byteLength, false)
  validateHeader(sealed, bytes.byteLength, origin)
  checkHeap(sealed)
  const stored = sealed.f64[CAPACITY_ADDRESS / 8]!
  const inherited = stored >= bytes.byteLength && stored <= CAPACITY_MOST ? stored : bytes.byteLength
  const capacity = options === undefined ? inherited : capacityOf(options)
  if (capacity < bytes.byteLength) {
    throw new OutOfSpaceError(
      `segment does not fit: needed=${bytes.byteLength} bytes, capacity=${capacity}. Give it a larger capacity.`,
      { expected: capacity, actual: bytes.byteLength },
    )
  }
  // Room to grow is taken at once: a page costs nothing until it is written, and the first new block would else copy all.
  const memory = Memory.allocate(2 * bytes.byteLength, capacity)
  memory.setBytes(0, bytes)
  writeIdentity(memory, capacity)
  markPrivate(memory)
  return { memory, origin }
}

function newMemory(options: SegmentOptions): Memory {
  const bytes = capacityOf(options)
  const usable = Math.floor(bytes / GRANULE_BYTES) * GRANULE_BYTES
  const memory = Memory.allocate(Math.min(FIRST_BYTES, usable), usable)
  writeHeader(memory, bytes)
  Heap.format(memory)
  return memory
}

function capacityOf({ capacity }: SegmentOptions): number {
  const bytes = capacity === undefined ? CAPACITY_DEFAULT : parseBytes(capacity, 'capacity')
  if (bytes < HEADER_BYTES) {
    throw new InvalidOptionError(
      `capacity is too small: capacity=${bytes}, least=${HEADER_BYTES} for the header alone.`,
      {
        expected: HEADER_BYTES,
        actual: bytes,
      },
    )
  }
  if (bytes > CAPACITY_MOST) {
    throw new UnsupportedError(`capacity is too large: capacity=${bytes}, most=${CAPACITY_MOST}. Split the data.`, {
      expected: CAPACITY_MOST,
      actual: bytes,
    })
  }
  return bytes
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  if (value instanceof ArrayBuffer) return true
  return typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer
}

function copyOf({ buffer, byteOffset, byteLength }: Mapping): ArrayBuffer {
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer
}

import {
  ClosedError,
  CorruptionError,
  InvalidOptionError,
  OutOfSpaceError,
  ReadOnlyError,
  type StaleViewError,
} from '../errors/errors.js'
import { decodeLatin1, decodeUtf16, nodeBufferOver, type NodeBuffer } from './decode.js'

/** Bytes of the unit that offsets count; every block begins at a multiple of it. */
export const GRANULE_BYTES = 8

/** A typed array that can be read but not written: whatever is above this layer has no other access to the bytes. */
export interface Readable<T = number> {
  readonly length: number
  readonly [index: number]: T
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/**
 * The bytes of one segment in this process. Reads are plain loads from the typed arrays below, reached through this
 * object at each access: growing and closing replace them, and a load that gives `undefined` is `fault`. Writes go
 * through the methods, and through nothing else.
 *
 * Invariants
 * 1. `epoch` changes whenever memory that a view may stand on is freed, moved or closed (NaN once closed, so that no
 *    remembered epoch ever equals it). A view that finds its epoch unchanged may read without further checks.
 * 2. The arrays cover the same bytes; addresses are in bytes from the start of the segment and are divided, not
 *    shifted, since they may exceed 2^31.
 * 3. When pages of a mapped file are lost, all of it reads as zeros from then on. So only who has read a zero, or found nothing,
 *    need look whether the memory is `lost`, and all other reads cost nothing more.
 */
export class Memory {
  declare u8: Readable
  declare i8: Readable
  declare u16: Readable
  declare i16: Readable
  declare u32: Readable
  declare i32: Readable
  declare f32: Readable
  declare f64: Readable
  declare u64: Readable<bigint>
  declare i64: Readable<bigint>
  /** Counts the events that may leave a view without its element. */
  epoch = 0
  /** Whether the segment can still change: false once sealed and for everything opened read-only. */
  writable: boolean
  /** Bytes that the arrays cover. */
  declare byteLength: number
  /** Most bytes that `ensure` may grow to. */
  readonly capacity: number
  declare private buffer: ArrayBufferLike
  declare private byteOffset: number
  declare private w8: Uint8Array
  declare private w16: Uint16Array
  declare private w32: Uint32Array
  declare private wf32: Float32Array
  declare private wf64: Float64Array
  declare private w64: BigUint64Array
  declare private node: NodeBuffer | undefined
  // Views hold their memory. Cloning one, or sending it to another thread, would copy the whole segment; a function cannot be
  // cloned, and the error shows its text.
  readonly unclonable = () => 'A view stays in its thread. Send its toObject(), or the path of the segment.'

  /**
   * @param buffer - bytes from `byteOffset`, a multiple of 8; `byteLength` is rounded down to one
   * @param capacity - for a writable memory, the most bytes it may grow to
   */
  constructor(
    buffer: ArrayBufferLike,
    byteOffset: number,
    byteLength: number,
    writable: boolean,
    capacity = byteLength,
  ) {
    if (!HOST_IS_LITTLE_ENDIAN) throw new InvalidOptionError('cannot use a segment on a big-endian host')
    this.writable = writable
    this.capacity = capacity
    this.attach(buffer, byteOffset, byteLength)
  }

  /** A zeroed, writable memory of `byteLength` bytes that can grow to `capacity`. @throws OutOfSpaceError */
  static allocate(byteLength: number, capacity: number): Memory {
    return new Memory(newBuffer(Math.min(byteLength, capacity)), 0, Math.min(byteLength, capacity), true, capacity)
  }

  /**
   * Closes a throwaway memory, once a thread. Until one is closed for the first time, engines take the arrays of a memory for
   * constants and build them into hot code, and throw away all that code then: in the middle of the first swap (measured: a
   * round of reads takes 20 times as long).
   */
  static settle(): void {
    if (settled) return
    settled = true
    new Memory(new ArrayBuffer(GRANULE_BYTES), 0, GRANULE_BYTES, false).close()
  }

  private attach(buffer: ArrayBufferLike, byteOffset: number, byteLength: number): void {
    const granules = Math.floor(byteLength / GRANULE_BYTES)
    this.buffer = buffer
    this.byteOffset = byteOffset
    this.byteLength = granules * GRANULE_BYTES
    this.u8 = this.w8 = new Uint8Array(buffer, byteOffset, granules * 8)
    this.i8 = new Int8Array(buffer, byteOffset, granules * 8)
    this.u16 = this.w16 = new Uint16Array(buffer, byteOffset, granules * 4)
    this.i16 = new Int16Array(buffer, byteOffset, granules * 4)
    this.u32 = this.w32 = new Uint32Array(buffer, byteOffset, granules * 2)
    this.i32 = new Int32Array(buffer, byteOffset, granules * 2)
    this.f32 = this.wf32 = new Float32Array(buffer, byteOffset, granules * 2)
    this.f64 = this.wf64 = new Float64Array(buffer, byteOffset, granules)
    this.u64 = this.w64 = new BigUint64Array(buffer, byteOffset, granules)
    this.i64 = new BigInt64Array(buffer, byteOffset, granules)
    this.node = nodeBufferOver(buffer, byteOffset, granules * 8)
  }

  /** What `console.log` shows of what is left of a view after `{ ...view }`. */
  [INSPECT](): string {
    return `Memory(${this.byteLength} bytes)`
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.epoch !== this.epoch
  }

  /** Whether nothing can be read any more: it was closed, or its file has lost pages. What was read then is `fault`. */
  get lost(): boolean {
    // A segment never begins with zeros; one that is being built has not begun yet.
    return !this.u32[0] && !this.writable
  }

  /** Lets go of the bytes. Every later access through this memory meets empty arrays and ends in `ClosedError`. */
  close(): void {
    this.attach(new ArrayBuffer(0), 0, 0)
    this.writable = false
    this.epoch = NaN
  }

  /** Makes every view check whether its element is still there. */
  bumpEpoch(): void {
    this.epoch++
  }

  /**
   * Makes the arrays cover at least `byteLength` bytes; they at least double, so growth is linear in total.
   *
   * @throws OutOfSpaceError when that exceeds the capacity or the process has no memory; nothing is changed
   */
  ensure(byteLength: number): void {
    if (byteLength <= this.byteLength) return
    if (byteLength > this.capacity) {
      throw new OutOfSpaceError(
        `segment is full: needed=${byteLength} bytes, capacity=${this.capacity}. Create it with a larger capacity.`,
        { expected: this.capacity, actual: byteLength },
      )
    }
    const grown = Math.min(this.capacity, Math.max(byteLength, this.byteLength * 2))
    const buffer = newBuffer(grown)
    new Uint8Array(buffer).set(this.w8)
    this.attach(buffer, 0, grown)
  }

  /** The error for a load at `address` that gave `undefined`, or for a memory that is `lost`. */
  fault(address: number): ClosedError | CorruptionError | StaleViewError {
    if (this.closed) return new ClosedError('segment is closed. Acquire a snapshot, or open the segment again.')
    if (this.lost) {
      return new CorruptionError(
        `segment is damaged: its file was cut off, or could not be read, while it was mapped, bytes=${this.byteLength}. ` +
          'Close it; publish anew, or write the file anew beside it and rename.',
      )
    }
    return new CorruptionError(
      `segment is damaged: an offset leads outside of it, address=${address}, bytes=${this.byteLength}. Run verify.`,
      { offset: address },
    )
  }

  /** @throws ClosedError, ReadOnlyError - unless the memory can be written */
  assertWritable(): void {
    if (this.writable) return
    if (this.closed) throw this.fault(0)
    throw new ReadOnlyError('segment is sealed or was opened read-only; build a new version instead')
  }

  /** The word at `address`, a multiple of 4. @throws ClosedError, CorruptionError - outside of the memory, or lost */
  word(address: number): number {
    const value = this.u32[address / 4]
    return value ? value : this.zero(value, address)
  }

  /** For a number that was read at `address` and is not truthy: itself. @throws ClosedError, CorruptionError - outside, or lost */
  zero(value: number | undefined, address: number): number {
    if (value === undefined || this.lost) throw this.fault(address)
    return value
  }

  /** Text of `length` one-byte units at `address`. */
  latin1(address: number, length: number): string {
    this.assertInside(address, length)
    return decodeLatin1(this.w8, this.node, address, length)
  }

  /** Text of `length` two-byte units at `address`, a multiple of 2. */
  utf16(address: number, length: number): string {
    this.assertInside(address, length * 2)
    return decodeUtf16(this.w16, this.node, address, length)
  }

  /** A copy of `length` bytes at `address`. */
  copyOut(address: number, length: number): Uint8Array<ArrayBuffer> {
    this.assertInside(address, length)
    const copy = new Uint8Array(length)
    copy.set(this.w8.subarray(address, address + length))
    return copy
  }

  /** The bytes themselves, not a copy, for checksums and for writing them to a file. Not for changing them. */
  bytes(address: number, length: number): Uint8Array {
    this.assertInside(address, length)
    return new Uint8Array(this.buffer, this.byteOffset + address, length)
  }

  private assertInside(address: number, length: number): void {
    if (length < 0 || address + length > this.byteLength) throw this.fault(address + length)
  }

  setU8(address: number, value: number): void {
    this.w8[address] = value
  }

  setU16(address: number, value: number): void {
    this.w16[address / 2] = value
  }

  setU32(address: number, value: number): void {
    this.w32[address / 4] = value
  }

  setF32(address: number, value: number): void {
    this.wf32[address / 4] = value
  }

  setF64(address: number, value: number): void {
    this.wf64[address / 8] = value
  }

  /** Writes 64 bits; a negative value is written as two's complement. */
  setU64(address: number, value: bigint): void {
    this.w64[address / 8] = value
  }

  /** Copies `length` bytes from `source` to `target`; the ranges may overlap. */
  move(target: number, source: number, length: number): void {
    this.w8.copyWithin(target, source, source + length)
  }

  /** Sets `length` bytes at `address` to zero. */
  clear(address: number, length: number): void {
    this.w8.fill(0, address, address + length)
  }

  setBytes(address: number, bytes: Uint8Array): void {
    this.w8.set(bytes, address)
  }

  /** Writes the code units of `text`, all below 256, as one byte each. */
  setLatin1(address: number, text: string): void {
    const w8 = this.w8
    for (let i = 0; i < text.length; i++) w8[address + i] = text.charCodeAt(i)
  }

  /** Writes the code units of `text` as two bytes each. */
  setUtf16(address: number, text: string): void {
    const w16 = this.w16
    for (let i = 0; i < text.length; i++) w16[address / 2 + i] = text.charCodeAt(i)
  }
}

let settled = false

function newBuffer(byteLength: number): ArrayBuffer {
  try {
    return new ArrayBuffer(byteLength)
  } catch (cause) {
    throw new OutOfSpaceError(`no memory for a segment of ${byteLength} bytes in this process`, { cause })
  }
}

import { GRANULE_BYTES, type Memory, type Readable } from '../memory/memory.js'
import { mix, step, stepBytes, stepDouble, stepLong, stepText } from './hash.js'
import { readBytes, readText } from './text.js'
import { textKey } from './text-words.js'

/** How a part of a key is stored; bool and enumerations are `u8` and `u16` here. */
export type PartKind = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64' | 'u64' | 'i64' | 'string' | 'bytes'

/** A part of a key within an element. */
export interface KeyPart {
  readonly kind: PartKind
  /** From the start of the element. */
  readonly byteOffset: number
  readonly isDescending: boolean
}

/**
 * A part as JavaScript has it: numbers within their range, f32 rounded, -0 made 0; enumerations as index, bool as 0 or 1.
 */
export type PartValue = number | bigint | string | Uint8Array

/** A key: the value of its only part, or one value a part; for searches in order, leading parts. */
export type Key = PartValue | readonly PartValue[]

const INTEGERS: ReadonlySet<PartKind> = new Set<PartKind>(['u8', 'i8', 'u16', 'i16', 'u32', 'i32'])

/** What hash tables and trees need to know of the keys of their elements. */
export class KeyPolicy {
  readonly parts: readonly KeyPart[]
  /** Whether the key is one integer of at most 32 bits. */
  readonly isInteger: boolean
  /** Whether the key is one string. */
  readonly isText: boolean
  /** Byte offset of the first part. */
  readonly byteOffset: number

  /** @param parts - in the order in which they are compared; none where elements are in an order that users choose */
  constructor(parts: readonly KeyPart[]) {
    this.parts = parts
    const [first] = parts
    this.byteOffset = first?.byteOffset ?? 0
    this.isInteger = parts.length === 1 && INTEGERS.has(first!.kind)
    this.isText = parts.length === 1 && first!.kind === 'string'
  }

  /** 32 bits; equal keys have equal ones, and for integers also the other way round. A string's words are in `textKey` then. */
  hash(key: Key): number {
    if (this.isInteger) return mix(key as number)
    return this.isText ? textKey.load(key as string, 0) : this.hashParts(key)
  }

  private hashParts(key: Key): number {
    const { parts } = this
    let hash = 0
    for (let i = 0; i < parts.length; i++) hash = hashPart(hash, partOf(key, i), parts[i]!.kind)
    return mix(hash)
  }

  /** Whether the element at `offset` has the key. */
  equals(memory: Memory, key: Key, offset: number): boolean {
    return this.compare(memory, key, offset, this.parts.length, false) === 0
  }

  /**
   * The order of `key` and the key of the element at `offset`: negative, 0 or positive.
   *
   * @param partCount - how many leading parts count
   * @param isPrefix - whether the last of them is a string that the element's only has to start with
   */
  compare(memory: Memory, key: Key, offset: number, partCount: number, isPrefix: boolean): number {
    const { parts } = this
    for (let i = 0; i < partCount; i++) {
      const part = parts[i]!
      const address = offset * GRANULE_BYTES + part.byteOffset
      const order = comparePart(memory, partOf(key, i), address, part.kind, isPrefix && i === partCount - 1)
      if (order !== 0) return part.isDescending ? -order : order
    }
    return 0
  }

  /** The order of two whole keys: negative, 0 or positive. */
  order(a: Key, b: Key): number {
    const { parts } = this
    for (let i = 0; i < parts.length; i++) {
      const order = orderParts(partOf(a, i), partOf(b, i))
      if (order !== 0) return parts[i]!.isDescending ? -order : order
    }
    return 0
  }

  /** The key of the element at `offset`. */
  decode(memory: Memory, offset: number): Key {
    const { parts } = this
    if (parts.length === 1) return decodePart(memory, offset * GRANULE_BYTES + this.byteOffset, parts[0]!.kind)
    return parts.map((part) => decodePart(memory, offset * GRANULE_BYTES + part.byteOffset, part.kind))
  }
}

/** Part `i` of a key. */
export function partOf(key: Key, i: number): PartValue {
  return Array.isArray(key) ? (key as readonly PartValue[])[i]! : (key as PartValue)
}

function hashPart(hash: number, value: PartValue, kind: PartKind): number {
  switch (kind) {
    case 'string':
      return stepText(hash, value as string)
    case 'bytes':
      return stepBytes(hash, value as Uint8Array)
    case 'u64':
    case 'i64':
      return stepLong(hash, value as bigint)
    case 'f32':
    case 'f64':
      return stepDouble(hash, value as number)
    default:
      return step(hash, value as number)
  }
}

/** The offset of a text or bytes block that is stored at byte `address`. */
function textOffset(memory: Memory, address: number): number {
  const offset = memory.u32[address / 4]
  if (offset === undefined) throw memory.fault(address)
  return offset
}

function decodePart(memory: Memory, address: number, kind: PartKind): PartValue {
  switch (kind) {
    case 'string':
      return readText(memory, textOffset(memory, address))
    case 'bytes':
      return readBytes(memory, textOffset(memory, address))
    case 'u64':
      return present(memory, memory.u64[address / 8], address)
    case 'i64':
      return present(memory, memory.i64[address / 8], address)
    case 'f32':
      return present(memory, memory.f32[address / 4], address) + 0
    case 'f64':
      return present(memory, memory.f64[address / 8], address) + 0
    default:
      return loadInteger(memory, address, kind)
  }
}

function loadInteger(memory: Memory, address: number, kind: PartKind): number {
  switch (kind) {
    case 'u8':
      return present(memory, memory.u8[address], address)
    case 'i8':
      return present(memory, memory.i8[address], address)
    case 'u16':
      return present(memory, memory.u16[address / 2], address)
    case 'i16':
      return present(memory, memory.i16[address / 2], address)
    case 'i32':
      return present(memory, memory.i32[address / 4], address)
    default:
      return present(memory, memory.u32[address / 4], address)
  }
}

function present<T>(memory: Memory, value: T | undefined, address: number): T {
  if (value === undefined) throw memory.fault(address)
  return value
}

function comparePart(memory: Memory, value: PartValue, address: number, kind: PartKind, isPrefix: boolean): number {
  switch (kind) {
    case 'string':
      return compareText(memory, value as string, textOffset(memory, address), isPrefix)
    case 'bytes':
      return compareBytes(memory, value as Uint8Array, textOffset(memory, address))
    case 'f32':
    case 'f64':
      return compareNumbers(value as number, decodePart(memory, address, kind) as number)
    default: {
      const stored = decodePart(memory, address, kind)
      return value < stored ? -1 : value > stored ? 1 : 0
    }
  }
}

function orderParts(a: PartValue, b: PartValue): number {
  if (typeof a === 'number') return compareNumbers(a, b as number)
  if (typeof a === 'object') return orderBytes(a, b as Uint8Array, 0, (b as Uint8Array).length)
  return a < b ? -1 : a > b ? 1 : 0
}

function orderBytes(bytes: Uint8Array, others: Readable, start: number, length: number): number {
  const shorter = Math.min(length, bytes.length)
  for (let i = 0; i < shorter; i++) {
    const order = bytes[i]! - others[start + i]!
    if (order !== 0) return order
  }
  return bytes.length - length
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return (a === a ? 0 : 1) - (b === b ? 0 : 1)
}

function compareText(memory: Memory, text: string, offset: number, isPrefix: boolean): number {
  if (offset === 0) return text === '' ? 0 : 1
  const head = present(memory, memory.u32[offset * 2], offset * GRANULE_BYTES)
  const length = head >>> 1
  const isWide = (head & 1) !== 0
  const address = offset * GRANULE_BYTES + 4
  if (address + (isWide ? length * 2 : length) > memory.byteLength) throw memory.fault(address)
  const order = isWide
    ? compareUnits(memory.u16, address / 2, length, text)
    : compareUnits(memory.u8, address, length, text)
  if (order !== 0) return order
  if (isPrefix && text.length <= length) return 0
  return text.length - length
}

function compareUnits(units: Readable, start: number, length: number, text: string): number {
  const shorter = Math.min(length, text.length)
  for (let i = 0; i < shorter; i++) {
    const order = text.charCodeAt(i) - units[start + i]!
    if (order !== 0) return order
  }
  return 0
}

function compareBytes(memory: Memory, bytes: Uint8Array, offset: number): number {
  if (offset === 0) return bytes.length
  const length = present(memory, memory.u32[offset * 2], offset * GRANULE_BYTES)
  const address = offset * GRANULE_BYTES + 4
  if (address + length > memory.byteLength) throw memory.fault(address)
  return orderBytes(bytes, memory.u8, address, length)
}

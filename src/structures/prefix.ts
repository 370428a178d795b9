/**
 * The first 8 bytes of a key in a form whose order as two unsigned words is the order of keys (docs/format.md, "Keys").
 * Where the words of two keys differ they decide; where they are equal the rows must be looked at.
 */
import { partOf, type Key, type KeyPolicy, type PartKind, type PartValue } from './key-policy.js'

const PREFIX_BYTES = 8

const doubles = new DataView(new ArrayBuffer(8))

/** The encoded key of one search. Used at once, since the next `encode` overwrites it. */
export class Prefix {
  high = 0
  low = 0
  /** Bits that count: fewer than all for a key of which only the beginning is given. */
  highMask = 0
  lowMask = 0
  private readonly bytes = new Uint8Array(PREFIX_BYTES)
  private length = 0

  /**
   * Encodes the first `partCount` parts of `key`.
   *
   * @param isPrefix - whether the last of them is a string that continues
   */
  encode(policy: KeyPolicy, key: Key, partCount: number, isPrefix: boolean): void {
    if (policy.isText && !isPrefix && !policy.parts[0]!.isDescending && this.encodeShort(partOf(key, 0) as string))
      return
    const { parts } = policy
    const { bytes } = this
    this.length = 0
    for (let i = 0; i < partCount && this.length < PREFIX_BYTES; i++) {
      const start = this.length
      this.encodePart(partOf(key, i), parts[i]!.kind, isPrefix && i === partCount - 1)
      if (parts[i]!.isDescending) for (let at = start; at < this.length; at++) bytes[at]! ^= 0xff
    }
    const given = this.length
    bytes.fill(0, given)
    this.high = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
    this.low = ((bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!) >>> 0
    const isWhole = partCount === parts.length && !isPrefix
    this.highMask = isWhole || given >= 4 ? 0xffffffff : maskOf(given)
    this.lowMask = isWhole || given >= 8 ? 0xffffffff : maskOf(given - 4)
  }

  /** A whole key that is one string, if its first units take a byte each. @returns whether they do */
  private encodeShort(text: string): boolean {
    const { length } = text
    let high = 0
    let low = 0
    for (let i = 0; i < PREFIX_BYTES; i++) {
      const unit = i < length ? text.charCodeAt(i) + 1 : 0
      if (unit > 254) return false
      if (i < 4) high = (high << 8) | unit
      else low = (low << 8) | unit
    }
    this.high = high >>> 0
    this.low = low >>> 0
    this.highMask = this.lowMask = 0xffffffff
    return true
  }

  private encodePart(value: PartValue, kind: PartKind, isPrefix: boolean): void {
    switch (kind) {
      case 'string':
        this.encodeText(value as string, isPrefix)
        return
      case 'bytes':
        this.encodeBytes(value as Uint8Array)
        return
      case 'u8':
        this.push(value as number)
        return
      case 'i8':
        this.push((value as number) + 0x80)
        return
      case 'u16':
        this.pushWord(value as number, 2)
        return
      case 'i16':
        this.pushWord((value as number) + 0x8000, 2)
        return
      case 'u32':
        this.pushWord(value as number, 4)
        return
      case 'i32':
        this.pushWord((value as number) + 0x80000000, 4)
        return
      case 'u64':
        doubles.setBigUint64(0, value as bigint)
        this.pushScratch(0)
        return
      case 'i64':
        doubles.setBigInt64(0, value as bigint)
        this.pushScratch(0x80000000)
        return
      default:
        doubles.setFloat64(0, value as number)
        this.pushScratch(doubles.getUint32(0) >= 0x80000000 ? -1 : 0x80000000)
    }
  }

  /** The eight bytes of the scratch view: all inverted when `flip` is -1, else those bits of the first word. */
  private pushScratch(flip: number): void {
    this.pushWord((doubles.getUint32(0) ^ flip) >>> 0, 4)
    this.pushWord((flip === -1 ? ~doubles.getUint32(4) : doubles.getUint32(4)) >>> 0, 4)
  }

  private pushWord(value: number, byteLength: number): void {
    for (let shift = (byteLength - 1) * 8; shift >= 0; shift -= 8) this.push((value >>> shift) & 0xff)
  }

  private push(byte: number): void {
    if (this.length < PREFIX_BYTES) this.bytes[this.length++] = byte
  }

  private encodeText(text: string, isPrefix: boolean): void {
    for (let i = 0; i < text.length && this.length < PREFIX_BYTES; i++) {
      const unit = text.charCodeAt(i)
      if (unit < 254) this.push(unit + 1)
      else {
        this.push(255)
        this.push(unit >>> 8)
        this.push(unit & 0xff)
      }
    }
    if (!isPrefix) this.push(0)
  }

  private encodeBytes(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length && this.length < PREFIX_BYTES; i++) {
      const byte = bytes[i]!
      if (byte < 254) this.push(byte + 1)
      else {
        this.push(255)
        this.push(byte)
      }
    }
    this.push(0)
  }
}

function maskOf(byteCount: number): number {
  return byteCount <= 0 ? 0 : (-1 << (32 - byteCount * 8)) >>> 0
}

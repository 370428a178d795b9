/**
 * Strings out of bytes. Up to 12 units `String.fromCharCode` with plain arguments is fastest (15 ns); longer ones go
 * through Node's own decoder (50 ns, TextDecoder 70 to 130). Outside Node `String.fromCharCode.apply` serves, because
 * TextDecoder's latin1 is windows-1252 and its utf-16le destroys lone surrogates.
 */
import type { Readable } from './memory.js'

/** The two undocumented, stable methods of Node's Buffer that decode a range. */
export interface NodeBuffer {
  latin1Slice(start: number, end: number): string
  ucs2Slice(start: number, end: number): string
}

interface NodeBufferFactory {
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): NodeBuffer
}

/** Node's Buffer over the bytes, or `undefined` where there is no Node. */
export function nodeBufferOver(buffer: ArrayBufferLike, byteOffset: number, length: number): NodeBuffer | undefined {
  const factory = (globalThis as unknown as { Buffer?: NodeBufferFactory }).Buffer
  const made = factory?.from(buffer, byteOffset, length)
  return typeof made?.latin1Slice === 'function' && typeof made.ucs2Slice === 'function' ? made : undefined
}

/** `length` one-byte units at byte `address`; the caller has checked the bounds. */
export function decodeLatin1(u8: Uint8Array, node: NodeBuffer | undefined, address: number, length: number): string {
  if (length <= 12) return decodeShort(u8, address, length)
  return node === undefined ? decodeChunks(u8, address, length) : node.latin1Slice(address, address + length)
}

/** `length` two-byte units at byte `address`, a multiple of 2; the caller has checked the bounds. */
export function decodeUtf16(u16: Uint16Array, node: NodeBuffer | undefined, address: number, length: number): string {
  if (length <= 12) return decodeShort(u16, address / 2, length)
  return node === undefined ? decodeChunks(u16, address / 2, length) : node.ucs2Slice(address, address + length * 2)
}

const CHUNK_UNITS = 4096

function decodeChunks(units: Uint8Array | Uint16Array, start: number, length: number): string {
  let text = ''
  for (let at = start; at < start + length; at += CHUNK_UNITS) {
    const chunk = units.subarray(at, Math.min(at + CHUNK_UNITS, start + length))
    text += String.fromCharCode.apply(null, chunk as unknown as number[])
  }
  return text
}

const chars = String.fromCharCode

// One function a length: fixed argument lists are what makes this fast.
const SHORT: readonly ((u: Readable, p: number) => string)[] = [
  () => '',
  (u, p) => chars(u[p]!),
  (u, p) => chars(u[p]!, u[p + 1]!),
  (u, p) => chars(u[p]!, u[p + 1]!, u[p + 2]!),
  (u, p) => chars(u[p]!, u[p + 1]!, u[p + 2]!, u[p + 3]!),
  (u, p) => chars(u[p]!, u[p + 1]!, u[p + 2]!, u[p + 3]!, u[p + 4]!),
  (u, p) => chars(u[p]!, u[p + 1]!, u[p + 2]!, u[p + 3]!, u[p + 4]!, u[p + 5]!),
  (u, p) => chars(u[p]!, u[p + 1]!, u[p + 2]!, u[p + 3]!, u[p + 4]!, u[p + 5]!, u[p + 6]!),
  (u, p) => chars(u[p]!, u[p + 1]!, u[p + 2]!, u[p + 3]!, u[p + 4]!, u[p + 5]!, u[p + 6]!, u[p + 7]!),
  (u, p) => chars(u[p]!, u[p + 1]!, u[p + 2]!, u[p + 3]!, u[p + 4]!, u[p + 5]!, u[p + 6]!, u[p + 7]!, u[p + 8]!),
  (u, p) =>
    chars(u[p]!, u[p + 1]!, u[p + 2]!, u[p + 3]!, u[p + 4]!, u[p + 5]!, u[p + 6]!, u[p + 7]!, u[p + 8]!, u[p + 9]!),
  (u, p) =>
    chars(
      u[p]!,
      u[p + 1]!,
      u[p + 2]!,
      u[p + 3]!,
      u[p + 4]!,
      u[p + 5]!,
      u[p + 6]!,
      u[p + 7]!,
      u[p + 8]!,
      u[p + 9]!,
      u[p + 10]!,
    ),
  (u, p) =>
    chars(
      u[p]!,
      u[p + 1]!,
      u[p + 2]!,
      u[p + 3]!,
      u[p + 4]!,
      u[p + 5]!,
      u[p + 6]!,
      u[p + 7]!,
      u[p + 8]!,
      u[p + 9]!,
      u[p + 10]!,
      u[p + 11]!,
    ),
]

function decodeShort(units: Readable, start: number, length: number): string {
  return SHORT[length]!(units, start)
}

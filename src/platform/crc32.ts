/**
 * CRC-32 (the polynomial of zlib and PNG). Node's own implementation runs at 6 GB/s; where it is missing (a browser,
 * Node 20.15) the slicing-by-8 method in JavaScript takes over (Kounavis and Berry, 2005).
 */

type NativeCrc32 = (bytes: Uint8Array, seed: number) => number

/** Native calls get at most this much at once: some abort the process above the largest view of their Node. */
const NATIVE_CHUNK_BYTES = 0x40000000

let native: NativeCrc32 | null | undefined
let tables: Int32Array | undefined

// Looked up at the first call, not at import: the package has no side effects, and core names no node: module.
function findNative(): NativeCrc32 | null {
  const host = (globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } }).process
  const zlib = host?.getBuiltinModule?.('zlib') as { crc32?: NativeCrc32 } | undefined
  return zlib?.crc32 ?? null
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    made[byte] = value
  }
  for (let index = 256; index < made.length; index++) {
    const previous = made[index - 256] as number
    made[index] = (previous >>> 8) ^ (made[previous & 0xff] as number)
  }
  return made
}

/** The same checksum in plain JavaScript; exported so that a test can hold both against each other. */
export function crc32InJavaScript(bytes: Uint8Array, seed = 0): number {
  const t = (tables ??= makeTables())
  const at = (index: number): number => t[index] as number
  const byteLength = bytes.length
  let crc = ~seed
  let position = 0
  for (const end = byteLength - 7; position < end; position += 8) {
    crc ^=
      (bytes[position] as number) |
      ((bytes[position + 1] as number) << 8) |
      ((bytes[position + 2] as number) << 16) |
      ((bytes[position + 3] as number) << 24)
    crc =
      at(1792 + (crc & 0xff)) ^
      at(1536 + ((crc >>> 8) & 0xff)) ^
      at(1280 + ((crc >>> 16) & 0xff)) ^
      at(1024 + (crc >>> 24)) ^
      at(768 + (bytes[position + 4] as number)) ^
      at(512 + (bytes[position + 5] as number)) ^
      at(256 + (bytes[position + 6] as number)) ^
      at(bytes[position + 7] as number)
  }
  for (; position < byteLength; position++) crc = (crc >>> 8) ^ at((crc ^ (bytes[position] as number)) & 0xff)
  return ~crc >>> 0
}

/**
 * The CRC-32 of `bytes` as an unsigned number. A checksum may be taken in pieces: pass the result so far as `seed`.
 * Linear time; nothing is copied.
 */
export function crc32(bytes: Uint8Array, seed = 0): number {
  if (native === undefined) native = findNative()
  if (native === null) return crc32InJavaScript(bytes, seed)
  if (bytes.length <= NATIVE_CHUNK_BYTES) return native(bytes, seed)
  let crc = seed
  for (let start = 0; start < bytes.length; start += NATIVE_CHUNK_BYTES) {
    crc = native(bytes.subarray(start, start + NATIVE_CHUNK_BYTES), crc)
  }
  return crc
}

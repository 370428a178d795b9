/**
 * Hashes of keys (docs/format.md, "Keys"). Integers go through the finalizer of MurmurHash3, which is a bijection, so for
 * them equal hashes mean equal keys. Strings are hashed in `text-words.ts`.
 */

/** The finalizer of MurmurHash3 (Appleby 2011): 32 bits to 32 bits, one to one. */
export function mix(bits: number): number {
  let h = bits
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** One word into a running hash. */
export function step(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x9e3779b1)
  return h ^ (h >>> 15)
}

const doubles = new Float64Array(1)
const doubleWords = new Uint32Array(doubles.buffer)
const longs = new BigUint64Array(1)
const longWords = new Uint32Array(longs.buffer)

/** Adds a normalised number; `NaN` is one value. */
export function stepDouble(hash: number, value: number): number {
  doubles[0] = value
  return step(step(hash, doubleWords[0]!), doubleWords[1]!)
}

/** Adds 64 bits. */
export function stepLong(hash: number, value: bigint): number {
  longs[0] = value
  return step(step(hash, longWords[0]!), longWords[1]!)
}

/** Adds bytes and their number. */
export function stepBytes(hash: number, bytes: Uint8Array): number {
  let h = step(hash, bytes.length)
  for (let i = 0; i < bytes.length; i += 4) {
    h = step(h, bytes[i]! | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24))
  }
  return h
}

/** Adds a string, unit by unit in pairs; as a part of a longer key. */
export function stepText(hash: number, text: string): number {
  let h = step(hash, text.length)
  for (let i = 0; i < text.length; i += 2) {
    h = step(h, text.charCodeAt(i) | ((i + 1 < text.length ? text.charCodeAt(i + 1) : 0) << 16))
  }
  return h
}

/**
 * Where the heap keeps its words (docs/format.md, "Heap"). Byte addresses from the start of the segment.
 *
 * ```
 * allocated   | serial u32 | size u32 | payload ...                                    |
 * free        | next u32   | size u32 | previous u32 | ...            | granules u32   |
 * ```
 */
import { GRANULE_BYTES } from '../memory/memory.js'

export const HEAP_START_BYTES = 4096
export const END_OFFSET_ADDRESS = 260
export const SERIAL_COUNT_ADDRESS = 264
export const USED_GRANULES_ADDRESS = 268
export const BLOCK_COUNT_ADDRESS = 272
export const FIRST_LEVEL_BITMAP_ADDRESS = 512
export const SECOND_LEVEL_BITMAPS_ADDRESS = FIRST_LEVEL_BITMAP_ADDRESS + 4
export const FREE_LISTS_ADDRESS = 768

/** Rows and columns of free lists; a row covers one power of two of block sizes. */
export const ROW_COUNT = 32
export const COLUMN_COUNT = 16

export const BLOCK_HEADER_BYTES = GRANULE_BYTES
export const LEAST_BLOCK_GRANULES = 2
/** Four flag bits leave 28 for the length. */
export const MOST_BLOCK_GRANULES = 2 ** 28 - 1
/** What the length is multiplied by to make room for the flags. */
export const SIZE_UNIT = 16

export const FREE = 1
export const PREVIOUS_FREE = 2
/** The block holds a key of a container, so its values are written by that container only. */
export const KEYED = 4
/** The block is an object without a name; its last granule says who owns it and of what type it is. */
export const UNNAMED = 8

const SERIAL_FACTOR = 0x9e3779b1
const SERIAL_INVERSE = inverseModulo32(SERIAL_FACTOR)

/** The serial that the n-th allocation of a segment bears: scrambled, so that it is unlike the numbers users store. */
export function serialOf(count: number): number {
  return Math.imul(count, SERIAL_FACTOR) >>> 0
}

/** The n of `serialOf(n)`: the order in which blocks were allocated. */
export function countOf(serial: number): number {
  return Math.imul(serial, SERIAL_INVERSE) >>> 0
}

/** Row and column of the free list for blocks of `granules`, as `row * COLUMN_COUNT + column`. */
export function listOf(granules: number): number {
  if (granules < COLUMN_COUNT) return granules
  const log2 = 31 - Math.clz32(granules)
  return (log2 - 3) * COLUMN_COUNT + ((granules >>> (log2 - 4)) & (COLUMN_COUNT - 1))
}

/** The first list all of whose blocks have at least `granules`. */
export function listFor(granules: number): number {
  if (granules < COLUMN_COUNT) return granules
  const log2 = 31 - Math.clz32(granules)
  return listOf(granules + (1 << (log2 - 4)) - 1)
}

/** Granules of a block, header included, for a payload of `byteLength`. */
export function granulesFor(byteLength: number): number {
  return Math.max(LEAST_BLOCK_GRANULES, 1 + Math.ceil(byteLength / GRANULE_BYTES))
}

function inverseModulo32(odd: number): number {
  // Newton's iteration doubles the correct low bits each time; 3 bits to start with.
  let inverse = odd
  for (let i = 0; i < 4; i++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse))
  return inverse >>> 0
}

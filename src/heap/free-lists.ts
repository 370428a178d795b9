import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import {
  COLUMN_COUNT,
  FIRST_LEVEL_BITMAP_ADDRESS,
  FREE,
  FREE_LISTS_ADDRESS,
  listFor,
  listOf,
  SECOND_LEVEL_BITMAPS_ADDRESS,
  SIZE_UNIT,
} from './heap-layout.js'

/**
 * The free blocks by size class: doubly linked lists whose heads, with a bitmap of those that are not empty, lie in
 * the dynamic header. A free block is named by the offset its payload would have.
 */
export class FreeLists {
  private readonly memory: Memory

  /** @param memory - the segment whose header holds the lists */
  constructor(memory: Memory) {
    this.memory = memory
  }

  /** A block of at least `granules` from a list in which every block is, or 0. O(1). */
  findAtLeast(granules: number): number {
    const from = listFor(granules)
    const row = Math.floor(from / COLUMN_COUNT)
    let columns = this.columns(row) & (-1 << (from % COLUMN_COUNT))
    let found = row
    if (columns === 0) {
      const rows = this.memory.word(FIRST_LEVEL_BITMAP_ADDRESS) & (-2 << row)
      if (rows === 0) return 0
      found = lowestBit(rows)
      columns = this.columns(found)
    }
    return this.head(found * COLUMN_COUNT + lowestBit(columns))
  }

  /** The first block of at least `granules` in the list where only some are, or 0. @param most - look at no more blocks */
  findTight(granules: number, most: number): number {
    let block = this.head(listOf(granules))
    // A damaged list may be a loop; no list is longer than the segment.
    for (let steps = Math.min(most, this.memory.byteLength / GRANULE_BYTES); block !== 0 && steps > 0; steps--) {
      if (this.freeGranules(block) >= granules) return block
      block = this.memory.word((block - 1) * GRANULE_BYTES)
    }
    return 0
  }

  /** Granules of the block if it is free, else 0. */
  freeGranules(block: number): number {
    const size = this.memory.word(block * GRANULE_BYTES - 4)
    return (size & FREE) === 0 ? 0 : Math.floor(size / SIZE_UNIT)
  }

  /** Makes `granules` at `block` a free block and links it in front of its list. */
  insert(block: number, granules: number): void {
    const { memory } = this
    const list = listOf(granules)
    const next = this.head(list)
    const address = (block - 1) * GRANULE_BYTES
    memory.setU32(address, next)
    memory.setU32(address + 4, granules * SIZE_UNIT + FREE)
    memory.setU32(address + 8, 0)
    memory.setU32(address + granules * GRANULE_BYTES - 4, granules)
    if (next !== 0) memory.setU32(next * GRANULE_BYTES, block)
    this.setHead(list, block)
  }

  /** Unlinks a free block. @returns its granules */
  remove(block: number): number {
    const { memory } = this
    const granules = this.freeGranules(block)
    const next = memory.word((block - 1) * GRANULE_BYTES)
    const previous = memory.word(block * GRANULE_BYTES)
    if (next !== 0) memory.setU32(next * GRANULE_BYTES, previous)
    if (previous !== 0) memory.setU32((previous - 1) * GRANULE_BYTES, next)
    else this.setHead(listOf(granules), next)
    return granules
  }

  /** First block of a list, or 0. */
  head(list: number): number {
    return this.memory.word(FREE_LISTS_ADDRESS + list * 4)
  }

  private setHead(list: number, block: number): void {
    const { memory } = this
    memory.setU32(FREE_LISTS_ADDRESS + list * 4, block)
    const row = Math.floor(list / COLUMN_COUNT)
    const bit = 1 << (list % COLUMN_COUNT)
    const columns = block === 0 ? this.columns(row) & ~bit : this.columns(row) | bit
    memory.setU32(SECOND_LEVEL_BITMAPS_ADDRESS + row * 4, columns)
    const rows = memory.word(FIRST_LEVEL_BITMAP_ADDRESS)
    memory.setU32(FIRST_LEVEL_BITMAP_ADDRESS, columns === 0 ? rows & ~(1 << row) : rows | (1 << row))
  }

  private columns(row: number): number {
    return this.memory.word(SECOND_LEVEL_BITMAPS_ADDRESS + row * 4)
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

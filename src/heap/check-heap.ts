import { CorruptionError } from '../errors/errors.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { FreeLists } from './free-lists.js'
import {
  BLOCK_COUNT_ADDRESS,
  COLUMN_COUNT,
  END_OFFSET_ADDRESS,
  FREE,
  HEAP_START_BYTES,
  KEYED,
  LEAST_BLOCK_GRANULES,
  listOf,
  PREVIOUS_FREE,
  ROW_COUNT,
  SIZE_UNIT,
  UNNAMED,
  USED_GRANULES_ADDRESS,
} from './heap-layout.js'

/**
 * Walks all blocks and all free lists of a heap. O(blocks), one bit a granule of JavaScript memory.
 *
 * @returns a map with a bit set at the payload offset of each allocated block
 * @throws CorruptionError naming the first contradiction
 */
export function checkHeap(memory: Memory): BlockMap {
  const end = memory.word(END_OFFSET_ADDRESS)
  if (end < HEAP_START_BYTES / GRANULE_BYTES || end * GRANULE_BYTES > memory.byteLength) {
    throw new CorruptionError(`heap ends outside of the segment: endOffset=${end}`, { offset: END_OFFSET_ADDRESS })
  }
  const allocated = new BlockMap(end)
  let used = 0
  let blocks = 0
  let freeBlocks = 0
  let previousFree = false
  for (let block = HEAP_START_BYTES / GRANULE_BYTES + 1; block <= end;) {
    const size = memory.word(block * GRANULE_BYTES - 4)
    const granules = Math.floor(size / SIZE_UNIT)
    const isFree = (size & FREE) !== 0
    require(!isFree || (size & (KEYED | UNNAMED)) === 0, 'a free block is marked as holding something', block)
    require(granules >= LEAST_BLOCK_GRANULES && block - 1 + granules <= end, 'a block has an impossible length', block)
    require(((size & PREVIOUS_FREE) !== 0) === previousFree, 'a block is wrong about the one before it', block)
    if (isFree) {
      require(!previousFree, 'two free blocks stand side by side', block)
      require(block - 1 + granules < end, 'the last block is free', block)
      require(memory.word((block - 1 + granules) * GRANULE_BYTES - 4) ===
        granules, 'a free block has a wrong end', block)
      freeBlocks++
    } else {
      allocated.add(block)
      used += granules
      blocks++
    }
    previousFree = isFree
    block += granules
  }
  require(used === memory.word(USED_GRANULES_ADDRESS), 'the count of used granules is wrong', USED_GRANULES_ADDRESS)
  require(blocks === memory.word(BLOCK_COUNT_ADDRESS), 'the count of blocks is wrong', BLOCK_COUNT_ADDRESS)
  checkLists(memory, end, freeBlocks)
  return allocated
}

function checkLists(memory: Memory, end: number, freeBlocks: number): void {
  const lists = new FreeLists(memory)
  let left = freeBlocks
  for (let list = 0; list < ROW_COUNT * COLUMN_COUNT; list++) {
    let previous = 0
    for (let block = lists.head(list); block !== 0; block = memory.word((block - 1) * GRANULE_BYTES)) {
      require(left-- > 0, 'a free list is longer than there are free blocks', block)
      require(block > HEAP_START_BYTES / GRANULE_BYTES && block < end, 'a free list leads outside', block)
      require(listOf(lists.freeGranules(block)) === list, 'a free block is in the wrong list', block)
      require(memory.word(block * GRANULE_BYTES) === previous, 'a free list is wrong about its way back', block)
      previous = block
    }
  }
  require(left === 0, 'a free block is in no list', end)
}

/** One bit for each offset of a segment. */
export class BlockMap {
  private bits: Uint8Array

  /** @param end - first offset that is out of range */
  constructor(end: number) {
    this.bits = new Uint8Array((end >>> 3) + 1)
  }

  /** The same bits, apart from these. */
  copy(): BlockMap {
    const copy = new BlockMap(0)
    copy.bits = this.bits.slice()
    return copy
  }

  /** Sets the bit. */
  add(block: number): void {
    this.bits[block >>> 3]! |= 1 << (block & 7)
  }

  /** Clears the bit. @returns whether it was set */
  take(block: number): boolean {
    const byte = this.bits[block >>> 3] ?? 0
    const bit = 1 << (block & 7)
    if ((byte & bit) === 0) return false
    this.bits[block >>> 3] = byte & ~bit
    return true
  }

  /** Number of bits set. */
  get count(): number {
    let count = 0
    for (const byte of this.bits) for (let rest = byte; rest !== 0; rest &= rest - 1) count++
    return count
  }
}

function require(holds: boolean, what: string, offset: number): asserts holds {
  if (!holds) throw new CorruptionError(`heap is damaged: ${what}, offset=${offset}`, { offset })
}

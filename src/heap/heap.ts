import { CorruptionError, InvalidOptionError, OutOfSpaceError } from '../errors/errors.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { tally } from '../memory/tuning.js'
import { FreeLists } from './free-lists.js'
import {
  BLOCK_COUNT_ADDRESS,
  END_OFFSET_ADDRESS,
  FREE,
  granulesFor,
  HEAP_START_BYTES,
  LEAST_BLOCK_GRANULES,
  MOST_BLOCK_GRANULES,
  KEYED,
  PREVIOUS_FREE,
  SERIAL_COUNT_ADDRESS,
  serialOf,
  SIZE_UNIT,
  UNNAMED,
  USED_GRANULES_ADDRESS,
} from './heap-layout.js'

const TIGHT_STEPS_MOST = 32

const heaps = new WeakMap<Memory, Heap>()

/** What a heap holds, in bytes; headers of blocks count as used. */
export interface HeapStats {
  readonly used: number
  readonly free: number
  readonly blocks: number
}

/**
 * Allocates blocks in a segment. An offset given out is that of a block's payload, in granules; the words of the heap
 * lie in the segment itself, so a copy of the segment can be allocated from further on.
 *
 * Blocks are found by two-level segregated fit (Masmano, Ripoll, Crespo, Real: "TLSF: a new dynamic memory allocator",
 * 2004): allocate and free are O(1), neighbours coalesce at once. What follows the last block belongs to nobody and
 * is taken only when no free block fits.
 *
 * An operation that changes a container allocates all it needs first and links afterwards; `atomically` takes the
 * blocks back when one of the allocations fails, and holds back every `free` until nothing can fail any more.
 */
export class Heap {
  readonly memory: Memory
  private readonly lists: FreeLists
  private inScope = false
  private readonly fresh: number[] = []
  private readonly deferred: number[] = []
  /** Words changed in the scope: the address of each, then what stood there. */
  private readonly changed: number[] = []
  private readonly pending: (() => void)[] = []

  /** @param memory - a formatted segment; `format` makes one of zeroed memory */
  constructor(memory: Memory) {
    this.memory = memory
    this.lists = new FreeLists(memory)
  }

  /** The heap of a memory, the same one each time, so that all handles of a segment share its scopes. */
  static of(memory: Memory): Heap {
    let heap = heaps.get(memory)
    if (heap === undefined) {
      heap = new Heap(memory)
      heaps.set(memory, heap)
    }
    return heap
  }

  /** Makes zeroed memory of at least 4096 bytes an empty heap. */
  static format(memory: Memory): Heap {
    memory.setU32(END_OFFSET_ADDRESS, HEAP_START_BYTES / GRANULE_BYTES)
    return Heap.of(memory)
  }

  /** First granule after the last block: the length of the segment. */
  get endOffset(): number {
    return this.memory.word(END_OFFSET_ADDRESS)
  }

  /**
   * Runs `change`, which allocates and then links; if it throws, every block it allocated is freed again, every block it
   * freed is kept, and what it wrote by `change` is put back. Nested calls join the outermost.
   */
  atomically<R>(change: () => R): R {
    if (this.inScope) return change()
    this.memory.assertWritable()
    this.inScope = true
    let result: R
    try {
      result = change()
      for (let work = this.pending.pop(); work !== undefined; work = this.pending.pop()) work()
    } catch (error) {
      this.inScope = false
      this.deferred.length = 0
      this.pending.length = 0
      this.undo()
      for (let block = this.fresh.pop(); block !== undefined; block = this.fresh.pop()) this.release(block)
      throw error
    }
    this.inScope = false
    empty(this.fresh)
    empty(this.changed)
    for (const block of this.deferred) this.release(block)
    empty(this.deferred)
    return result
  }

  /** Writes a word that is in use already; put back should the scope around it fail. */
  change(address: number, value: number): void {
    if (this.inScope) this.changed.push(address, this.memory.word(address))
    this.memory.setU32(address, value)
  }

  private undo(): void {
    const { changed, memory } = this
    for (let at = changed.length - 2; at >= 0; at -= 2) memory.setU32(changed[at]!, changed[at + 1]!)
    changed.length = 0
  }

  /** Puts off what is to be done once nothing in the scope can fail any more, and cannot fail itself. It may put off more. */
  whenDone(work: () => void): void {
    if (this.inScope) this.pending.push(work)
    else this.atomically(work)
  }

  /**
   * A block for `byteLength` bytes; its contents are whatever was there before. O(1).
   *
   * @throws OutOfSpaceError - nothing is changed
   */
  allocate(byteLength: number): number {
    const granules = granulesFor(byteLength)
    if (!(granules <= MOST_BLOCK_GRANULES)) {
      throw new OutOfSpaceError(`block is too long: bytes=${byteLength}, most=${MOST_BLOCK_GRANULES * GRANULE_BYTES}`)
    }
    const block = this.takeAny(granules)
    if (block === 0) throw this.full(byteLength)
    return this.claim(block)
  }

  /** Like `allocate`, with all bytes zero. O(byteLength). */
  allocateZeroed(byteLength: number): number {
    const block = this.allocate(byteLength)
    this.memory.clear(block * GRANULE_BYTES, this.payloadBytes(block))
    return block
  }

  /**
   * Like `allocate`, with the payload at a multiple of `alignment` bytes from the start of the segment.
   *
   * @param alignment - a power of two
   */
  allocateAligned(byteLength: number, alignment: number): number {
    if (!(alignment >= 1 && Number.isInteger(Math.log2(alignment)))) {
      throw new InvalidOptionError(`alignment is not a power of two: alignment=${alignment}`)
    }
    const step = alignment / GRANULE_BYTES
    if (step <= 1) return this.allocate(byteLength)
    const granules = granulesFor(byteLength)
    // Room for the block at any of the positions, and for a free block before it.
    const wide = granules + step + LEAST_BLOCK_GRANULES
    const raw = this.takeAny(wide)
    if (raw === 0) throw this.full(byteLength)
    let block = Math.ceil(raw / step) * step
    if (block !== raw && block - raw < LEAST_BLOCK_GRANULES) block += step
    const before = block - raw
    if (before > 0) {
      const whole = this.granules(raw)
      this.setSize(raw, before, this.flags(raw))
      this.setSize(block, whole - before, 0)
      this.addUsed(0, 1)
      this.release(raw)
    }
    this.trim(block, granules)
    return this.claim(block)
  }

  /**
   * Gives a block back; views on it are stale from now on. Inside `atomically` this happens at its end. O(1).
   *
   * @throws CorruptionError if no allocated block begins there; nothing is changed
   */
  free(block: number): void {
    if (!this.inScope) {
      this.release(block)
      return
    }
    if (this.deferred.length >= this.blockCount) {
      throw new CorruptionError('segment is damaged: blocks own themselves or each other. Run verify.')
    }
    this.deferred.push(block)
  }

  /** Number of allocated blocks: no walk through what owns what is longer. */
  get blockCount(): number {
    return this.memory.word(BLOCK_COUNT_ADDRESS)
  }

  /**
   * Grows or shrinks a block in place. O(1).
   *
   * @returns false if what follows the block is in use or the segment is full; nothing is changed then
   */
  resize(block: number, byteLength: number): boolean {
    const granules = granulesFor(byteLength)
    const present = this.granules(block)
    if (granules > present && !this.expand(block, present, granules)) return false
    this.trim(block, granules)
    return true
  }

  /** Bytes that a block has room for; at least what was asked for. */
  payloadBytes(block: number): number {
    return (this.granules(block) - 1) * GRANULE_BYTES
  }

  /** The number that identifies this allocation; a pointer stores it beside the offset. */
  serial(block: number): number {
    return this.memory.u32[(block - 1) * 2]!
  }

  /** Gives a block a new identity, so that views on its present contents become stale. */
  renew(block: number): void {
    this.memory.setU32((block - 1) * GRANULE_BYTES, this.nextSerial())
    this.memory.bumpEpoch()
  }

  /** Marks a block as holding a key, which only its container may write. */
  markKeyed(block: number): void {
    this.memory.setU32(block * GRANULE_BYTES - 4, this.sizeWord(block) | KEYED)
  }

  /** Marks a block as an object without a name, or takes the mark away. */
  markUnnamed(block: number, isUnnamed: boolean): void {
    const word = this.sizeWord(block)
    this.memory.setU32(block * GRANULE_BYTES - 4, isUnnamed ? word | UNNAMED : word & ~UNNAMED)
  }

  /** Whether a block is in use and marked as an object without a name. */
  isUnnamed(block: number): boolean {
    return (
      block * GRANULE_BYTES > HEAP_START_BYTES &&
      (this.memory.word(block * GRANULE_BYTES - 4) & (UNNAMED | FREE)) === UNNAMED
    )
  }

  /** The blocks that are marked as objects without a name. O(blocks). */
  unnamedBlocks(): number[] {
    const found: number[] = []
    for (let block = HEAP_START_BYTES / GRANULE_BYTES + 1; block <= this.endOffset;) {
      const size = this.memory.word(block * GRANULE_BYTES - 4)
      const granules = Math.floor(size / SIZE_UNIT)
      if (granules < LEAST_BLOCK_GRANULES) throw this.memory.fault(block * GRANULE_BYTES)
      if ((size & (UNNAMED | FREE)) === UNNAMED) found.push(block)
      block += granules
    }
    return found
  }

  /** How much is in use. O(1). */
  stats(): HeapStats {
    const used = this.memory.word(USED_GRANULES_ADDRESS)
    return {
      used: used * GRANULE_BYTES,
      free: (this.endOffset - HEAP_START_BYTES / GRANULE_BYTES - used) * GRANULE_BYTES,
      blocks: this.blockCount,
    }
  }

  private granules(block: number): number {
    return Math.floor(this.sizeWord(block) / SIZE_UNIT)
  }

  private flags(block: number): number {
    return this.sizeWord(block) & PREVIOUS_FREE
  }

  private sizeWord(block: number): number {
    const address = block * GRANULE_BYTES - 4
    const word = this.memory.u32[address / 4]
    if (word === undefined || block * GRANULE_BYTES <= HEAP_START_BYTES) throw this.memory.fault(address)
    if ((word & FREE) !== 0) throw new CorruptionError(`block was freed already: offset=${block}`, { offset: block })
    return word
  }

  private setSize(block: number, granules: number, flags: number): void {
    this.memory.setU32(block * GRANULE_BYTES - 4, granules * SIZE_UNIT + flags)
  }

  private claim(block: number): number {
    this.memory.setU32((block - 1) * GRANULE_BYTES, this.nextSerial())
    if (this.inScope) this.fresh.push(block)
    return block
  }

  private nextSerial(): number {
    const count = this.memory.word(SERIAL_COUNT_ADDRESS) + 1
    if (count > 0xffffffff) throw new OutOfSpaceError('segment has used up its 2^32 serials. Build it anew.')
    this.memory.setU32(SERIAL_COUNT_ADDRESS, count)
    return serialOf(count)
  }

  private addUsed(granules: number, blocks: number): void {
    const { memory } = this
    memory.setU32(USED_GRANULES_ADDRESS, memory.word(USED_GRANULES_ADDRESS) + granules)
    memory.setU32(BLOCK_COUNT_ADDRESS, memory.word(BLOCK_COUNT_ADDRESS) + blocks)
  }

  /**
   * A block of `granules` or a little more, 0 if there is none. The list where only some blocks fit is looked at first, for
   * a bounded number of steps: that keeps larger blocks whole (measured: a tenth less memory lost).
   */
  private takeAny(granules: number): number {
    const { lists } = this
    const block = lists.findTight(granules, TIGHT_STEPS_MOST) || lists.findAtLeast(granules)
    if (block !== 0) return this.use(block, granules)
    const extended = this.extend(granules)
    if (extended !== 0) return extended
    const last = lists.findTight(granules, Infinity)
    return last === 0 ? 0 : this.use(last, granules)
  }

  private use(block: number, granules: number): number {
    const present = this.lists.remove(block)
    this.setSize(block, present, 0)
    this.setPreviousFree(block + present, 0)
    this.addUsed(present, 1)
    this.trim(block, granules)
    return block
  }

  /** From behind the last block; 0 if the capacity does not allow it. */
  private extend(granules: number): number {
    const end = this.endOffset
    if ((end + granules) * GRANULE_BYTES > this.memory.capacity) return 0
    this.memory.ensure((end + granules) * GRANULE_BYTES)
    this.memory.setU32(END_OFFSET_ADDRESS, end + granules)
    this.setSize(end + 1, granules, 0)
    this.addUsed(granules, 1)
    return end + 1
  }

  private expand(block: number, present: number, granules: number): boolean {
    const next = block + present
    const end = this.endOffset
    if (next - 1 === end) {
      if ((end + granules - present) * GRANULE_BYTES > this.memory.capacity) return false
      this.memory.ensure((end + granules - present) * GRANULE_BYTES)
      this.memory.setU32(END_OFFSET_ADDRESS, end + granules - present)
      this.setSize(block, granules, this.flags(block))
      this.addUsed(granules - present, 0)
      return true
    }
    if (present + this.lists.freeGranules(next) < granules) return false
    const gained = this.lists.remove(next)
    this.setSize(block, present + gained, this.flags(block))
    this.setPreviousFree(next + gained, 0)
    this.addUsed(gained, 0)
    return true
  }

  /** Cuts off what a block has beyond `granules`, if that makes a block. */
  private trim(block: number, granules: number): void {
    const rest = this.granules(block) - granules
    if (rest < LEAST_BLOCK_GRANULES) return
    this.setSize(block, granules, this.flags(block))
    this.setSize(block + granules, rest, 0)
    this.addUsed(0, 1)
    this.release(block + granules)
  }

  private release(block: number): void {
    let granules = this.granules(block)
    const end = this.endOffset
    if (block + granules - 1 > end || granules === 0) throw this.memory.fault(block * GRANULE_BYTES)
    this.addUsed(-granules, -1)
    this.memory.setU32((block - 1) * GRANULE_BYTES, 0)
    this.memory.bumpEpoch()
    let first = block
    if (this.flags(block) !== 0) {
      tally.coalescings++
      first = block - this.memory.u32[(block - 1) * 2 - 1]!
      granules += this.lists.remove(first)
    }
    if (first + granules - 1 === end) {
      this.memory.setU32(END_OFFSET_ADDRESS, first - 1)
      return
    }
    if (this.lists.freeGranules(first + granules) > 0) {
      tally.coalescings++
      granules += this.lists.remove(first + granules)
    }
    this.lists.insert(first, granules)
    this.setPreviousFree(first + granules, PREVIOUS_FREE)
  }

  /** Tells the block at `block`, if there is one, whether the one before it is free. */
  private setPreviousFree(block: number, flag: number): void {
    if (block - 1 >= this.endOffset) return
    const address = block * GRANULE_BYTES - 4
    this.memory.setU32(address, (this.memory.word(address) & ~PREVIOUS_FREE) | flag)
  }

  private full(byteLength: number): OutOfSpaceError {
    const { capacity } = this.memory
    const { used } = this.stats()
    return new OutOfSpaceError(
      `segment is full: needed=${byteLength} bytes, used=${used}, capacity=${capacity}. Create it with a larger capacity.`,
      { expected: capacity, actual: byteLength },
    )
  }
}

// Not by its length: that throws the array's memory away, and each operation would get it anew.
function empty(array: number[]): void {
  while (array.length > 0) array.pop()
}

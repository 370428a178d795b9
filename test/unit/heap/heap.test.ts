import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkHeap } from '../../../src/heap/check-heap.js'
import { Heap } from '../../../src/heap/heap.js'
import { Memory } from '../../../src/memory/memory.js'

const newHeap = (capacity: number, initial = 4096) => Heap.format(Memory.allocate(initial, capacity))

/** A generator of numbers below 2^32, so that long runs repeat. */
function xorshift(seed: number): () => number {
  let x = seed | 0 || 1
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return x >>> 0
  }
}

function fillBlock(heap: Heap, block: number, byteLength: number, mark: number): void {
  for (let i = 0; i < byteLength; i += 4) heap.memory.setU32(block * 8 + i, mark)
}

/** How many words of a block differ from its mark; an `expect` for each of them would take longer than the heap does. */
function countWrong(heap: Heap, block: number, byteLength: number, mark: number): number {
  const { u32 } = heap.memory
  let wrong = 0
  for (let word = block * 2; word < block * 2 + byteLength / 4; word++) if (u32[word] !== mark) wrong++
  return wrong
}

test('random allocations, resizes and frees keep contents and invariants, and end in one free block', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          op: fc.constantFrom('allocate', 'aligned', 'free', 'resize', 'undo'),
          bytes: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 3000 })),
          pick: fc.nat(),
          shift: fc.integer({ min: 3, max: 8 }),
        }),
        { minLength: 30, maxLength: 120 },
      ),
      (steps) => {
        const heap = newHeap(1 << 20)
        const live: { block: number; bytes: number; mark: number }[] = []
        let mark = 0
        let wrong = 0
        for (const { op, bytes, pick, shift } of steps) {
          const at = live.length === 0 ? -1 : pick % live.length
          const rounded = Math.ceil(bytes / 4) * 4
          if (op === 'allocate' || op === 'aligned') {
            const block = op === 'aligned' ? heap.allocateAligned(rounded, 1 << shift) : heap.allocate(rounded)
            if (op === 'aligned') expect((block * 8) % (1 << shift)).toBe(0)
            fillBlock(heap, block, rounded, ++mark)
            live.push({ block, bytes: rounded, mark })
          } else if (op === 'undo') {
            const before = heap.stats()
            const freed = at < 0 ? 0 : live[at]!.block
            expect(() =>
              heap.atomically(() => {
                heap.allocate(rounded)
                if (freed !== 0) heap.free(freed)
                heap.allocate(bytes)
                throw new Error('refused')
              }),
            ).toThrow('refused')
            expect(heap.stats()).toEqual(before)
          } else if (at >= 0 && op === 'free') {
            heap.free(live.splice(at, 1)[0]!.block)
          } else if (at >= 0) {
            const entry = live[at]!
            if (heap.resize(entry.block, rounded)) {
              wrong += countWrong(heap, entry.block, Math.min(rounded, entry.bytes), entry.mark)
              entry.bytes = rounded
              fillBlock(heap, entry.block, rounded, entry.mark)
            }
          }
          checkHeap(heap.memory)
          for (const entry of live) wrong += countWrong(heap, entry.block, entry.bytes, entry.mark)
        }
        expect(wrong).toBe(0)
        for (const entry of live) heap.free(entry.block)
        checkHeap(heap.memory)
        expect(heap.stats()).toEqual({ used: 0, free: 0, blocks: 0 })
        expect(heap.endOffset).toBe(512)
      },
    ),
    { numRuns: 1000 },
  )
})

test('loses less than a quarter of the used bytes over 10^6 random operations on 8 bytes to 64 KiB', () => {
  const heap = newHeap(2 ** 31 - 4096)
  const random = xorshift(0x5eed)
  const live: { block: number; bytes: number }[] = []
  let used = 0
  let worst = 0
  for (let i = 0; i < 1_000_000; i++) {
    // The used bytes stay the same: what users have freed and not taken again is not lost.
    if (used < 64 * 2 ** 20) {
      const bytes = Math.floor(8 * 2 ** ((random() % 1300) / 100))
      live.push({ block: heap.allocate(bytes), bytes })
      used += bytes
    } else {
      const at = random() % live.length
      const entry = live[at]!
      heap.free(entry.block)
      used -= entry.bytes
      live[at] = live.at(-1)!
      live.pop()
    }
    if (i > 100_000) worst = Math.max(worst, ((heap.endOffset - 512) * 8 - used) / used)
    if (i % 250_000 === 0) checkHeap(heap.memory)
  }
  expect(worst).toBeLessThan(0.25)
  for (const entry of live) heap.free(entry.block)
  expect(heap.endOffset).toBe(512)
})

test('a full heap refuses and changes nothing', () => {
  const heap = newHeap(8192)
  const block = heap.allocate(4000)
  const before = heap.memory.copyOut(0, 8192)
  expect(() => heap.allocate(200)).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_OUT_OF_SPACE_ERROR' }))
  expect(heap.memory.copyOut(0, 8192)).toEqual(before)
  heap.free(block)
  expect(heap.allocate(4000)).toBe(block)
})

test('a block freed twice, or one that never was, is an error and changes nothing', () => {
  const heap = newHeap(1 << 16)
  const block = heap.allocate(8)
  heap.allocate(8)
  heap.free(block)
  expect(() => heap.free(block)).toThrow(expect.objectContaining({ name: 'CorruptionError' }))
  expect(() => heap.free(5)).toThrow(expect.objectContaining({ name: 'CorruptionError' }))
  expect(() => heap.free(1 << 28)).toThrow(expect.objectContaining({ name: 'CorruptionError' }))
  checkHeap(heap.memory)
})

test('every allocation has a serial of its own and loses it when freed', () => {
  const heap = newHeap(1 << 20)
  const blocks = Array.from({ length: 1000 }, () => heap.allocate(16))
  expect(new Set(blocks.map((b) => heap.serial(b))).size).toBe(1000)
  const first = heap.serial(blocks[0]!)
  heap.free(blocks[0]!)
  expect(heap.serial(blocks[0]!)).not.toBe(first)
  expect(heap.serial(heap.allocate(16))).not.toBe(first)
})

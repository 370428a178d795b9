/**
 * Text and bytes blocks (docs/format.md, "Values"): the first word says how long, the units follow.
 *
 * ```
 * text   | units * 2 + (1 if two bytes each) | units, zero-padded to 4 bytes |
 * bytes  | bytes                             | bytes, zero-padded to 4 bytes |
 * ```
 */
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'

/** Whether every code unit of `text` fits one byte. */
export function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return false
  return true
}

/** The text at `offset`; the empty string at 0. */
export function readText(memory: Memory, offset: number): string {
  if (offset === 0) return ''
  const head = memory.u32[offset * 2]
  if (head === undefined) throw memory.fault(offset * GRANULE_BYTES)
  const address = offset * GRANULE_BYTES + 4
  return (head & 1) === 0 ? memory.latin1(address, head >>> 1) : memory.utf16(address, head >>> 1)
}

/** A new block with `text`, or 0 for the empty string. @throws OutOfSpaceError */
export function allocateText(heap: Heap, text: string): number {
  if (text === '') return 0
  const isWide = !isLatin1(text)
  const byteLength = isWide ? text.length * 2 : text.length
  const offset = heap.allocate(4 + byteLength)
  const { memory } = heap
  const address = offset * GRANULE_BYTES
  clearPadding(memory, address + 4, byteLength)
  memory.setU32(address, text.length * 2 + (isWide ? 1 : 0))
  if (isWide) memory.setUtf16(address + 4, text)
  else memory.setLatin1(address + 4, text)
  return offset
}

/** A copy of the bytes at `offset`; none at 0. */
export function readBytes(memory: Memory, offset: number): Uint8Array<ArrayBuffer> {
  if (offset === 0) return new Uint8Array(0)
  const length = memory.u32[offset * 2]
  if (length === undefined) throw memory.fault(offset * GRANULE_BYTES)
  return memory.copyOut(offset * GRANULE_BYTES + 4, length)
}

/** A new block with `bytes`, or 0 when there are none. @throws OutOfSpaceError */
export function allocateBytes(heap: Heap, bytes: Uint8Array): number {
  if (bytes.length === 0) return 0
  const offset = heap.allocate(4 + bytes.length)
  const { memory } = heap
  const address = offset * GRANULE_BYTES
  clearPadding(memory, address + 4, bytes.length)
  memory.setU32(address, bytes.length)
  memory.setBytes(address + 4, bytes)
  return offset
}

// Equal keys are compared word by word, and equal calls are to give equal bytes: nothing of an earlier block may show.
function clearPadding(memory: Memory, address: number, byteLength: number): void {
  const end = Math.ceil((address + byteLength) / GRANULE_BYTES) * GRANULE_BYTES
  for (let word = end - GRANULE_BYTES; word < end; word += 4) if (word >= address) memory.setU32(word, 0)
}

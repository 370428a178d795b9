import { ReadOnlyError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Layout } from './layout.js'

/** A value to be put in the place of another one, within one block. */
export interface Replacement {
  readonly layout: Layout
  readonly byteOffset: number
  readonly prepared: unknown
}

/**
 * Replaces values in place, all or none. They are first written to a block of their own, where allocating may fail; then
 * what the old ones own is freed and the bytes are moved over.
 *
 * @param address - where the byte offsets count from
 * @throws OutOfSpaceError - nothing is changed
 */
export function replaceValues(memory: Memory, address: number, replacements: readonly Replacement[]): void {
  const heap = Heap.of(memory)
  if (arePlain(replacements)) {
    memory.assertWritable()
    placeReplacements(heap, address, replacements, 0)
    return
  }
  heap.atomically(() => {
    const scratch = buildReplacements(heap, replacements)
    placeReplacements(heap, address, replacements, scratch)
  })
}

// Values that own no blocks: writing them over the old ones takes no memory.
function arePlain(replacements: readonly Replacement[]): boolean {
  return replacements.every(({ layout }) => layout.isPlain)
}

/**
 * Writes the new values to a block of their own, which is at the same distance from granule boundaries.
 *
 * @returns its offset; 0 when none is needed, since no value owns anything
 * @throws OutOfSpaceError
 */
export function buildReplacements(heap: Heap, replacements: readonly Replacement[]): number {
  if (arePlain(replacements)) return 0
  const end = Math.max(...replacements.map(({ layout, byteOffset }) => byteOffset + layout.byteLength))
  const scratch = heap.allocateZeroed(end)
  for (const { layout, byteOffset, prepared } of replacements) {
    layout.init(heap, scratch * GRANULE_BYTES + byteOffset, prepared)
  }
  return scratch
}

/** Puts built values in place and frees the block they were built in and what the old ones owned. Cannot fail. */
export function placeReplacements(
  heap: Heap,
  address: number,
  replacements: readonly Replacement[],
  scratch: number,
): void {
  if (scratch === 0) {
    for (const { layout, byteOffset, prepared } of replacements) layout.init(heap, address + byteOffset, prepared)
    return
  }
  for (const { layout, byteOffset } of replacements) {
    layout.release(heap, address + byteOffset)
    heap.memory.move(address + byteOffset, scratch * GRANULE_BYTES + byteOffset, layout.byteLength)
  }
  heap.free(scratch)
}

/** Throws the error for a write through a view that only reads. @throws ClosedError, ReadOnlyError */
export function refuseWrite(memory: Memory): never {
  memory.assertWritable()
  throw new ReadOnlyError(
    'view is read-only: rows, elements of sets and keys are not written in place. Use modify or replace of the table.',
  )
}

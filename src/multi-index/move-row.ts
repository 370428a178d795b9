import { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import type { Structure } from '../structures/structure.js'
import type { Clash, MultiIndexLayout } from './multi-index-layout.js'

/** A table whose rows come or go. */
export interface Ends {
  readonly layout: MultiIndexLayout
  readonly structures: readonly Structure[]
  /** Byte address of the offset of its header block. */
  readonly address: number
}

/**
 * Takes a row out of all indexes of one table and links it into those of another, of the same layout. The block stays where it
 * is. All or nothing.
 *
 * @returns the row in the way, if there is one
 * @throws OutOfSpaceError - nothing is changed
 */
export function moveRow(memory: Memory, row: number, from: Ends, to: Ends): Clash | undefined {
  const { layout, structures } = to
  const present = memory.word(to.address)
  const keys = layout.indexes.map((index) => layout.keyOf(memory, index, row))
  const clash = layout.clashOf(memory, structures, present, keys, 0)
  if (clash !== undefined) return clash
  const heap = Heap.of(memory)
  heap.atomically(() => {
    const header = present === 0 ? layout.create(heap, structures) : present
    layout.reserveRow(heap, structures, header, keys, row)
    from.layout.unlinkRows(heap, from.structures, memory.word(from.address), [row])
    layout.linkRow(heap, structures, header, keys, row)
    memory.setU32(to.address, header)
  })
  return undefined
}

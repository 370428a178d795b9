import { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import type { Structure } from '../structures/structure.js'
import type { Clash, MultiIndexLayout } from './multi-index-layout.js'

/** A table whose rows come or go. */
export interface Ends {
  readonly layout: MultiIndexLayout
  readonly structures: readonly Structure[]
  /** Offset of its header block. */
  readonly header: number
}

/**
 * Takes a row out of all indexes of one table and links it into those of another, of the same layout. The block stays where it
 * is. All or nothing.
 *
 * @param open - gives the header block of the table it goes to, made if there was none
 * @returns the row in the way, if there is one
 * @throws OutOfSpaceError - nothing is changed
 */
export function moveRow(
  memory: Memory,
  row: number,
  from: Ends,
  to: Ends,
  open: (heap: Heap) => number,
): Clash | undefined {
  const { layout, structures } = to
  const keys = from.layout.indexes.map((index) => from.layout.keyOf(memory, index, row))
  const clash = layout.clashOf(memory, structures, to.header, keys, 0)
  if (clash !== undefined) return clash
  const heap = Heap.of(memory)
  heap.atomically(() => {
    const header = open(heap)
    layout.reserveRow(heap, structures, header, keys, row)
    from.layout.unlinkRows(heap, from.structures, from.header, [row])
    layout.linkRow(heap, structures, header, keys, row)
  })
  return undefined
}

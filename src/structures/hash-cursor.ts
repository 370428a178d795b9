import type { HashTable } from './hash-table.js'
import type { Cursor } from './structure.js'

/** Bytes of the least element: a block of one granule, and its header. No sound table has more than fit so. */
export const LEAST_ELEMENT_BYTES = 16

/** Slot by slot, and in each all elements with equal keys. */
export class HashCursor implements Cursor {
  private readonly table: HashTable
  private readonly header: number
  private readonly slots: number
  private slot = -1
  private first = 0
  private last = 0
  private left: number

  constructor(table: HashTable, header: number) {
    this.table = table
    this.header = header
    this.slots = table.slotCount(header)
    // A damaged ring may not close; no sound table has more elements.
    this.left = Math.min(table.size(header), table.memory.byteLength / LEAST_ELEMENT_BYTES)
  }

  next(): number {
    if (this.left-- <= 0) return 0
    const { table } = this
    if (this.last !== 0 && table.linkOffset >= 0) {
      const next = table.next(this.last)
      if (next !== this.first) return (this.last = next)
    }
    while (++this.slot < this.slots) {
      const offset = table.slotAt(this.header, this.slot)
      if (offset !== 0) return (this.first = this.last = offset)
    }
    this.left = 0
    return 0
  }
}

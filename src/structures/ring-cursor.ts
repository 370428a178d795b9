import { GRANULE_BYTES } from '../memory/memory.js'
import type { HashTable } from './hash-table.js'
import type { Cursor } from './structure.js'

/** Once around a ring of equal keys. */
export class RingCursor implements Cursor {
  readonly #table: HashTable
  readonly #first: number
  #element: number
  #left: number

  /** @param first - offset of the oldest element, or 0 */
  constructor(table: HashTable, first: number) {
    this.#table = table
    this.#first = first
    this.#element = first
    // A damaged ring may not close.
    this.#left = table.memory.byteLength / (2 * GRANULE_BYTES)
  }

  next(): number {
    const element = this.#element
    if (element === 0) return 0
    const next = this.#table.linkOffset < 0 ? 0 : this.#table.next(element)
    this.#element = next === this.#first || --this.#left <= 0 ? 0 : next
    return element
  }
}

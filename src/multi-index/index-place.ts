import type { Memory } from '../memory/memory.js'
import type { StructLayout } from '../types/struct-layout.js'
import { viewRow } from '../types/struct-view.js'
import { memoryOf } from '../types/view.js'
import type { MultiIndexHandle } from './multi-index.js'
import type { IndexLayout } from './index-layout.js'

/**
 * Where an index is. A part of the handles, not a class they derive from: so what is called most is of one class for all
 * indexes, and engines make it part of its callers.
 */
export class IndexPlace {
  readonly table: MultiIndexHandle
  readonly index: IndexLayout
  readonly memory: Memory
  readonly row: StructLayout
  // The header block stays where it is as long as nothing is freed.
  #header = 0
  #epoch = NaN

  constructor(table: MultiIndexHandle, index: IndexLayout) {
    this.table = table
    this.index = index
    this.memory = table['hotseg.at'].memory
    this.row = table['hotseg.layout'].row
  }

  /** Offset of the index's header block. @throws ClosedError, StaleViewError */
  header(): number {
    return this.#epoch === this.memory.epoch && !this.memory.lost ? this.#header : this.#findHeader()
  }

  #findHeader(): number {
    const { table } = this
    const memory = memoryOf(table)
    const header = table['hotseg.layout'].indexHeader(memory, table.header(), this.index)
    this.#header = header
    // A table that never held anything may get its blocks at any time.
    this.#epoch = header === 0 ? NaN : memory.epoch
    return header
  }

  /** The view of a row, nothing for 0. */
  view(row: number): unknown {
    return row === 0 ? undefined : viewRow(this.row, this.memory, row)
  }
}

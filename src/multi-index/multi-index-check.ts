import { CorruptionError } from '../errors/errors.js'
import { BlockMap } from '../heap/check-heap.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { CheckWalk } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import { isMember, structureOf, type IndexLayout } from './index-layout.js'
import { INDEXES_BYTES, type MultiIndexLayout } from './multi-index-layout.js'

/** A walk through the rows and indexes of one table. */
export class MultiIndexCheck {
  private readonly table: MultiIndexLayout
  private readonly memory: Memory
  private readonly header: number
  private readonly walk: CheckWalk

  /** @param header - offset of the table's header block */
  constructor(table: MultiIndexLayout, memory: Memory, header: number, walk: CheckWalk) {
    this.table = table
    this.memory = memory
    this.header = header
    this.walk = walk
  }

  /** Checks that all indexes hold what they should. @throws CorruptionError naming the first contradiction */
  run(): void {
    const { table, memory, header, walk } = this
    walk.claim(header)
    const indexCount = memory.word(header * GRANULE_BYTES + 4)
    const room = Heap.of(memory).payloadBytes(header)
    if (indexCount !== table.indexCount || INDEXES_BYTES + indexCount * 4 > room)
      damaged(header, 'it has other indexes')
    const rows = new BlockMap(memory.byteLength / GRANULE_BYTES)
    const count = table.countOf(memory, header)
    // Those of the main index are the rows; the others must lead to the same, or to those that their predicate has taken.
    if (!table.indexes.includes(table.main)) this.#checkRows(rows)
    else this.#checkIndex(table.main, count, (row) => this.#checkRow(row, rows))
    for (const index of table.indexes) {
      if (index === table.main) continue
      const left = rows.copy()
      const members = index.where === undefined ? count : this.#countMembers(index)
      this.#checkIndex(index, members, (row) => {
        if (!left.take(row)) damaged(header, `index ${quote(index.name)} has a row that others have not`)
        if (!isMember(index, memory, row))
          damaged(header, `index ${quote(index.name)} has a row that its predicate refused`)
      })
    }
  }

  #checkIndex(index: IndexLayout, expected: number, visit: (row: number) => void): void {
    const { table, memory, header, walk } = this
    let count = 0
    structureOf(index, memory).check(
      table.indexHeader(memory, header, index),
      (block) => walk.claim(block),
      (row) => {
        count++
        visit(row)
      },
    )
    if (count !== expected) damaged(header, `index ${quote(index.name)} has not all rows`)
  }

  /** As the main index is checked, for a reader who does not know its keys. */
  #checkRows(rows: BlockMap): void {
    const { table, memory, header } = this
    const offsets = table.rowsOf(memory, header)
    for (const row of offsets) this.#checkRow(row, rows)
    if (offsets.length !== table.countOf(memory, header)) damaged(header, 'it has not all rows')
  }

  #countMembers(index: IndexLayout): number {
    const { table, memory, header } = this
    return table.rowsOf(memory, header).filter((row) => isMember(index, memory, row)).length
  }

  #checkRow(row: number, rows: BlockMap): void {
    const { table, memory, walk } = this
    walk.claim(row)
    if (Heap.of(memory).payloadBytes(row) < table.rowBytes) damaged(row, 'a row is too short')
    rows.add(row)
    walk.visit(table.row, memory, row * GRANULE_BYTES)
    table.derived.check(memory, row, walk)
  }
}

function damaged(offset: number, what: string): never {
  const byteOffset = offset * GRANULE_BYTES
  throw new CorruptionError(`multi-index is damaged: ${what}, offset=${byteOffset}`, { offset: byteOffset })
}

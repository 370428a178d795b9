import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { hashedUnique, multiIndex, orderedUnique, Segment, string, struct, u32, type ReadonlyView } from 'hotseg'
import type { PlainRow } from './data.js'

const Row = struct({ text: string, id: u32, value: u32 })

/** The table all workloads read. */
export const Table = multiIndex(Row, {
  text: hashedUnique('text'),
  id: hashedUnique('id'),
  sorted: orderedUnique('text'),
})

/** The same rows with one index, for comparing the build with a Map, which has one key. */
export const TableByText = multiIndex(Row, { text: hashedUnique('text') })

/** The table as its readers see it. */
export type SealedTable = ReadonlyView<typeof Table>

/** A sealed file of rows, opened through a mapping as a service does it. */
export class TableFile implements Disposable {
  readonly path: string
  readonly segment: Segment
  readonly table: SealedTable

  constructor(directory: string, name: string, rows: readonly PlainRow[]) {
    this.path = join(directory, `${name}.hotseg`)
    writeTable(this.path, rows)
    this.segment = Segment.open(this.path)
    this.table = tableOf(this.segment)
  }

  [Symbol.dispose](): void {
    this.segment.close()
    rmSync(this.path, { force: true })
  }
}

/** Writes a sealed file of rows. */
export function writeTable(path: string, rows: readonly PlainRow[]): void {
  const segment = Segment.create(path, { capacity: '2 GiB' })
  const table = segment.construct('table', Table)
  for (const row of rows) table.insert(row)
  segment.seal()
  segment.close()
}

/** The table in an opened segment. */
export function tableOf(segment: Segment): SealedTable {
  const table = segment.find('table', Table)
  if (table === undefined) throw new Error('the segment has no table')
  return table
}

/** The tables of a page of docs, as they are written there. */
import * as fs from 'node:fs'
import { join } from 'node:path'

/** A row of a table, by the headings of its columns. */
export type Row = Readonly<Record<string, string>>

/** A table and the heading it stands under. */
export interface Table {
  readonly heading: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

/** All tables of `docs/<name>`, in order. */
export function tablesOf(name: string): Table[] {
  const tables: { heading: string; columns: string[]; rows: Row[] }[] = []
  let heading = ''
  let isInside = false
  for (const line of pageOf(name).split('\n')) {
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '')
    if (!line.startsWith('|')) {
      isInside = false
      continue
    }
    const cells = line.split('|').slice(1, -1).map((cell) => cell.trim()) // prettier-ignore
    if (!isInside) tables.push({ heading, columns: cells, rows: [] })
    else if (!cells.every((cell) => /^-+$/.test(cell))) {
      const { columns, rows } = tables.at(-1)!
      rows.push(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])))
    }
    isInside = true
  }
  return tables
}

/** The text of `docs/<name>`. */
export function pageOf(name: string): string {
  return fs.readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')
}

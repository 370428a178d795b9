/** Where a command writes. Tests give their own; `main.ts` gives the process's. */
export interface Output {
  /** The answer. */
  readonly out: (text: string) => void
  /** Progress and errors. */
  readonly err: (text: string) => void
  /** Where a progress bar can be drawn; `undefined` when there is no terminal. */
  readonly terminal: NodeJS.WriteStream | undefined
}

/** What a command found: data for `--json`, the same as lines for people, and whether the thing asked about is right. */
export interface Answer {
  readonly data: Readonly<Record<string, unknown>>
  readonly lines: readonly string[]
  readonly isRight: boolean
}

/** Columns that line up; numbers and sizes to the right. The first row is the heading. */
export function table(cells: readonly (readonly string[])[], rightAligned: ReadonlySet<number> = new Set()): string[] {
  const rows = cells.map((row) => row.map(printable))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return rightAligned.has(column) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

/** Text out of a file, fit for a terminal. */
export function printable(cell: string): string {
  // A name out of a file may hold what moves a terminal's cursor.
  return cell.replace(/\p{Cc}/gu, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** Bytes for people: `40.0 MiB (41,943,040 bytes)`. */
export function formatBytes(byteLength: number): string {
  const exact = `${byteLength.toLocaleString('en')} bytes`
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (byteLength >= size) return `${(byteLength / size).toFixed(1)} ${unit} (${exact})`
  }
  return exact
}

/** A wrong use of the command: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A plain value as JSON: 64-bit integers as strings, bytes as base64, maps as lists of pairs, sets as lists; nothing as `null`. */
export function toJsonText(value: unknown): string {
  if (value === undefined) return 'null'
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return each.toString()
    if (each instanceof Uint8Array) return Buffer.from(each).toString('base64')
    return each instanceof Map || each instanceof Set ? [...each] : each
  })
}

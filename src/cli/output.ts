/** Where a command writes. Tests give their own; `main.ts` gives the process's. */
export interface Output {
  /** The answer. */
  readonly out: (text: string) => void
  /** Progress and errors. */
  readonly err: (text: string) => void
  /** Whether `err` is a terminal, where a progress bar can be drawn. */
  readonly isTerminal: boolean
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

// A name out of a file may hold what moves a terminal's cursor.
function printable(cell: string): string {
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

const BAR_WIDTH = 30

/** A bar on the terminal, drawn again at most ten times a second; does nothing where there is none. */
export class Progress {
  readonly #output: Output
  readonly #label: string
  readonly #total: number
  #drawnAt = 0
  #isDrawn = false

  /** @param total - what {@link Progress.update} counts up to */
  constructor(output: Output, label: string, total: number) {
    this.#output = output
    this.#label = label
    this.#total = total
  }

  /** Shows that `done` of the total is done. */
  update(done: number): void {
    if (!this.#output.isTerminal || performance.now() - this.#drawnAt < 100) return
    this.#drawnAt = performance.now()
    this.#isDrawn = true
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total)
    const filled = Math.round(share * BAR_WIDTH)
    const bar = '#'.repeat(filled) + '-'.repeat(BAR_WIDTH - filled)
    this.#output.err(`\r${this.#label} [${bar}] ${(share * 100).toFixed(0).padStart(3)} %`)
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isDrawn) this.#output.err(`\r${' '.repeat(this.#label.length + BAR_WIDTH + 9)}\r`)
  }
}

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Segment } from 'hotseg'
import { best, collectGarbage, OURS } from '../context.js'
import type { Context, Findings } from '../context.js'
import { randomKeys, rowsFor, type PlainRow } from '../data.js'
import { measure } from '../measure.js'
import { tableOf, writeTable } from '../table.js'

const OPENINGS = 20

function openAndFind(path: string, row: PlainRow): number {
  let sum = 0
  for (let count = 0; count < OPENINGS; count++) {
    const segment = Segment.open(path)
    sum += tableOf(segment).by.text.get(row.text)!.value
    segment.close()
  }
  return sum
}

/** Opening a file, finding its table and one row in it, and closing it again. */
export function openSegment(context: Context): Findings {
  const sizes = [...new Set([10_000, 100_000, context.rows])].filter((size) => size <= context.rows)
  const results = sizes.map((size) => {
    const rows = rowsFor(randomKeys(size, 11, 14, 66))
    const path = join(context.directory, `open-${size}.hotseg`)
    writeTable(path, rows)
    try {
      collectGarbage()
      const row = rows[size >> 1]!
      const systems = [{ name: OURS, run: () => openAndFind(path, row) }]
      const timings = measure(systems, OPENINGS, row.value * OPENINGS, context.plan)
      return { id: `open${size}`, title: `open a segment of ${size} rows, find one row, close`, timings }
    } finally {
      rmSync(path, { force: true })
    }
  })
  const smallest = best(results[0]!.timings, OURS)
  const largest = best(results.at(-1)!.timings, OURS)
  return {
    results,
    acceptance: [
      { title: 'open the largest segment: ms', actual: largest / 1e6, comparison: 'at most', limit: 1 },
      {
        title: `open ${sizes.at(-1)!} rows: times the time of ${sizes[0]!}`,
        actual: largest / smallest,
        comparison: 'at most',
        limit: 2,
      },
    ],
  }
}

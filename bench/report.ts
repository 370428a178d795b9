import { cpus } from 'node:os'
import Table from 'cli-table3'
import {
  AGAIN,
  ARRAY,
  best,
  LMDB,
  MAP,
  MAP_OF_OBJECTS,
  OURS,
  TYPED_ARRAY,
  type Acceptance,
  type Result,
} from './context.js'

const RIVALS = [MAP, MAP_OF_OBJECTS, LMDB, TYPED_ARRAY, ARRAY]

/** What the measurements were made on. */
export function machine(): Record<string, string | number> {
  const processors = cpus()
  return {
    processor: processors[0]?.model ?? 'unknown',
    processors: processors.length,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}

/** One table: a row a workload, a column a system, nanoseconds an operation and how many times ours that is. */
export function formatResults(results: readonly Result[]): string {
  const table = new Table({
    head: ['ns an operation (times ours)', OURS, ...RIVALS, 'spread', 'ours again'],
    style: { head: [], border: [] },
    colAligns: ['left', ...Array<'right'>(RIVALS.length + 3).fill('right')],
  })
  for (const { title, timings } of results) {
    const ours = best(timings, OURS)
    const cells = RIVALS.map((name) => {
      const rival = timings.find((timing) => timing.name === name)
      return rival === undefined ? '' : `${digits(rival.bestNs)} (${(rival.bestNs / ours).toFixed(2)})`
    })
    const again = timings.find(({ name }) => name === AGAIN)
    table.push([
      title,
      digits(ours),
      ...cells,
      `${Math.round(100 * spreadOf({ title, timings, id: '' }))} %`,
      again === undefined ? '' : (again.bestNs / ours).toFixed(2),
    ])
  }
  return table.toString()
}

/** How far the median of our rounds lies above the best, as a part of it. */
export function spreadOf({ timings }: Result): number {
  const ours = timings.find(({ name }) => name === OURS)!
  return ours.medianNs / ours.bestNs - 1
}

/** Whether a limit is kept. */
export function isKept({ actual, comparison, limit }: Acceptance): boolean {
  return comparison === 'at least' ? actual >= limit : actual <= limit
}

/** The limits, each with what was measured. */
export function formatAcceptance(acceptance: readonly Acceptance[]): string {
  const table = new Table({
    head: ['limit', 'measured', 'wanted', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'left', 'left'],
  })
  for (const one of acceptance) {
    const { title, actual, comparison, limit } = one
    table.push([title, actual.toFixed(2), `${comparison} ${limit}`, isKept(one) ? 'kept' : 'NOT KEPT'])
  }
  return table.toString()
}

function digits(ns: number): string {
  return ns >= 100 ? Math.round(ns).toLocaleString('en') : ns.toFixed(1)
}

import Table from 'cli-table3'
import { percentile } from '../../examples/demo/statistics.js'
import type { Change, Run } from './run.js'

/** What is said of one way. */
export interface Row {
  readonly way: string
  readonly requests: number
  readonly failed: number
  readonly torn: number
  readonly steadyP999Ms: number
  readonly changeP999Ms: number
  readonly worstMs: number
  /** The longest time from asking for an edition to the last answer from the one before. */
  readonly secondsUntilNew: number
  /** Whether the last answer to each replacement was from the new edition. */
  readonly isReplaced: boolean
  readonly steadyMb: number
  readonly peakMb: number
}

/** Computes a row. */
export function rowOf({ title, load, changes, steady, steadyMb, peakMb }: Run): Row {
  const during = changes.flatMap((change) => latenciesIn(load, change))
  const seconds = changes.map((change) => lastOld(load, change))
  return {
    way: title,
    requests: load.due.length,
    failed: load.failed,
    torn: load.torn,
    steadyP999Ms: percentile(latenciesIn(load, steady), 0.999),
    changeP999Ms: percentile(during, 0.999),
    worstMs: during.reduce((most, ms) => Math.max(most, ms), 0),
    secondsUntilNew: Math.max(...seconds),
    isReplaced: changes.every((change) => newestIn(load, change) === change.edition),
    steadyMb,
    peakMb,
  }
}

function indexesIn({ due }: Run['load'], { begin, end }: { readonly begin: number; readonly end: number }): number[] {
  return Array.from(due.keys()).filter((index) => due[index]! >= begin && due[index]! < end)
}

function latenciesIn(load: Run['load'], period: { readonly begin: number; readonly end: number }): number[] {
  return indexesIn(load, period).map((index) => load.latencyMs[index]!)
}

function lastOld(load: Run['load'], change: Change): number {
  const old = indexesIn(load, change).filter(
    (index) => load.edition[index]! > 0 && load.edition[index]! < change.edition,
  )
  return old.reduce((last, index) => Math.max(last, load.due[index]! + load.latencyMs[index]! - change.begin), 0) / 1000
}

function newestIn(load: Run['load'], change: Change): number {
  return indexesIn(load, change).reduce((newest, index) => Math.max(newest, load.edition[index]!), 0)
}

/** One table: a row a way. */
export function formatRows(rows: readonly Row[]): string {
  const table = new Table({
    head: [
      'way',
      'failed',
      'torn',
      'p99.9 steady, ms',
      'p99.9 replacing, ms',
      'worst, ms',
      'last old answer after, s',
      'memory, MB',
      'peak, MB',
    ],
    style: { head: [], border: [] },
    colAligns: ['left', ...Array<'right'>(8).fill('right')],
  })
  for (const row of rows) {
    table.push([
      row.way,
      row.failed,
      row.torn,
      row.steadyP999Ms.toFixed(1),
      row.changeP999Ms.toFixed(1),
      row.worstMs.toFixed(0),
      row.secondsUntilNew.toFixed(2),
      row.steadyMb.toFixed(0),
      row.peakMb.toFixed(0),
    ])
  }
  return table.toString()
}

import type { Lmdb } from './lmdb.js'
import { fillLmdb, openLmdb } from './lmdb.js'
import type { Plan, Timing } from './measure.js'

/** What every workload gets. */
export interface Context {
  /** How many rows the tables have. */
  readonly rows: number
  readonly plan: Plan
  /** A directory for files, on a file system in memory where there is one. */
  readonly directory: string
}

/** A row of the result: one workload, all systems. */
export interface Result {
  /** Short and stable, for the JSON. */
  readonly id: string
  readonly title: string
  /** Ours under `hotseg`, and once more, measured last in each round, under `hotseg again`. */
  readonly timings: readonly Timing[]
}

/** A limit that a result must keep. */
export interface Acceptance {
  readonly title: string
  readonly actual: number
  readonly comparison: 'at least' | 'at most'
  readonly limit: number
}

/** What a workload found. */
export interface Findings {
  readonly results: readonly Result[]
  readonly acceptance: readonly Acceptance[]
}

export const OURS = 'hotseg'
export const AGAIN = 'hotseg again'
export const MAP = 'Map of numbers'
export const MAP_OF_OBJECTS = 'Map of objects'
export const LMDB = 'lmdb'
export const TYPED_ARRAY = 'typed array'
export const ARRAY = 'Array of objects'

/** The best time of a system. */
export function best(timings: readonly Timing[], name: string): number {
  const timing = timings.find((one) => one.name === name)
  if (timing === undefined) throw new Error(`no system of that name was measured: ${name}`)
  return timing.bestNs
}

/** How many times longer `slow` takes than `fast`. */
export function ratio(timings: readonly Timing[], slow: string, fast: string): number {
  return best(timings, slow) / best(timings, fast)
}

/** Garbage of the workload before must not be collected in the measurement of the next. */
export function collectGarbage(): void {
  ;(globalThis as { gc?: () => void }).gc?.()
}

/** A database filled with the pairs, for the time of `use`. */
export async function withLmdb<T>(
  { directory }: Context,
  name: string,
  pairs: Iterable<readonly [string | number, number]>,
  use: (database: Lmdb) => T,
): Promise<T> {
  const database = openLmdb(directory, name)
  try {
    fillLmdb(database, pairs)
    return use(database)
  } finally {
    await database.close()
  }
}

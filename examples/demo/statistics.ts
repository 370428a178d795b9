import type { Arm } from './data.js'
import type { EditionDone, LoadResult } from './messages.js'

/** From this long before a switch ... */
const NEAR_BEFORE_MS = 10
/** ... to this long after it. */
const NEAR_AFTER_MS = 60

/** The value below which `part` of all values lie; NaN when there are none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN
}

/** The mean; NaN when there are no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Latencies of one arm, pooled over its periods. */
export interface ArmLatencies {
  readonly all: readonly number[]
  readonly near: readonly number[]
}

/**
 * Sorts latencies by arm. A period begins 10 ms before its switch, or before the refusal that stands in its place, and ends
 * where the next begins: what a switch does to latencies, then and later, is all in its own period, and each period
 * contains the building of one edition.
 *
 * @param editions - all editions in order; the last one only ends the period before
 */
export function latenciesByArm(
  editions: readonly EditionDone[],
  { due, latencyMs }: LoadResult,
): Record<Arm, ArmLatencies> {
  const arms = {
    swap: { all: [] as number[], near: [] as number[] },
    steady: { all: [] as number[], near: [] as number[] },
  }
  const order = Array.from(due.keys()).sort((a, b) => due[a]! - due[b]!)
  let period = -1
  for (const index of order) {
    const at = due[index]!
    while (period + 1 < editions.length && at >= editions[period + 1]!.at - NEAR_BEFORE_MS) period++
    if (period < 0) continue
    if (period === editions.length - 1) break
    const edition = editions[period]!
    arms[edition.arm].all.push(latencyMs[index]!)
    if (at <= edition.at + NEAR_AFTER_MS) arms[edition.arm].near.push(latencyMs[index]!)
  }
  return arms
}

/** The arm of a moment; undefined outside of all periods. */
export function armAt(editions: readonly EditionDone[], at: number): Arm | undefined {
  const next = editions.findIndex((edition) => edition.at - NEAR_BEFORE_MS > at)
  return next <= 0 ? undefined : editions[next - 1]!.arm
}

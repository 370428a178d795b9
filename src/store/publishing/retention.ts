import { InvalidOptionError } from '../../errors/errors.js'
import { quote } from '../../types/make-type.js'
import type { CurrentRecord, VersionRecord } from '../files/current-file.js'
import { versionInfo, type VersionInfo } from '../version-info.js'

/** Which versions to keep besides the current one: by number, by age, or both; a version that either keeps is kept. */
export interface RetainOptions {
  /** So many, those that were current last. Default 0. */
  readonly last?: number
  /** Those published within so many milliseconds. Default 0. */
  readonly forMs?: number
}

/**
 * Which versions a publish leaves besides the current one: so many, those that were current last; by number and age; or those
 * whose numbers a function gives, of all there are with the new one. The current, the pinned and the newest version are always kept.
 */
export type Retain = number | RetainOptions | ((versions: readonly VersionInfo[]) => Iterable<number>)

const EXPECTED = 'a whole number, 0 or more, an object with last or forMs, or a function'

/** Whether `retain` is of the right kind; what a function gives shows when it is called. @throws InvalidOptionError */
export function checkRetain(action: string, retain: unknown): void {
  if (typeof retain === 'function' || isCount(retain)) return
  const { last, forMs } = (typeof retain === 'object' ? (retain ?? {}) : {}) as RetainOptions
  const isSound = (last === undefined || isCount(last)) && (forMs === undefined || forMs >= 0)
  if (isSound && (last ?? forMs) !== undefined) return
  throw new InvalidOptionError(`cannot ${action}: retain=${quote(retain)}, expected=${EXPECTED}.`, {
    path: 'retain',
    expected: EXPECTED,
    actual: retain,
  })
}

/**
 * The versions of `record` that are kept, of which the last is new; in their order.
 *
 * @param now - milliseconds since 1970
 * @throws what a function throws, InvalidOptionError when it does not give numbers
 */
export function retained(record: CurrentRecord, retain: Retain, now: number): readonly VersionRecord[] {
  const { versions, generation } = record
  const kept = new Set([generation, versions.at(-1)!.generation, ...wantedBy(retain, record, now)])
  return versions.filter((version) => kept.has(version.generation))
}

function wantedBy(retain: Retain, record: CurrentRecord, now: number): Iterable<number> {
  if (typeof retain === 'function')
    return numbersOf(retain(record.versions.map((version) => versionInfo(version, record))))
  const { last = 0, forMs = 0 } = typeof retain === 'number' ? { last: retain } : retain
  // `sequence` says which one was current more recently.
  const others = record.versions.filter((version) => version.generation !== record.generation)
  const latest = [...others].sort((a, b) => b.sequence - a.sequence).slice(0, last)
  const young = others.filter(({ publishedAt }) => now - publishedAt < forMs)
  return [...latest, ...young].map((version) => version.generation)
}

function numbersOf(given: unknown): number[] {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) {
    const numbers: unknown[] = [...(given as Iterable<unknown>)]
    if (numbers.every((number) => Number.isSafeInteger(number))) return numbers as number[]
  }
  throw new InvalidOptionError(`cannot publish: retain gave ${quote(given)}, expected=the numbers of versions.`, {
    path: 'retain',
    actual: given,
  })
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

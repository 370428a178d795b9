import { rmSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import type { Type } from '../../../src/index.js'
import { tally } from '../../../src/memory/tuning.js'
import { checkModel, type CheckModelOptions, type ModelReport } from '../../../src/testing.js'
import { makeTemporaryDirectory } from '../../process/harness.js'

const COMMANDS_MIN = 30

const directory = makeTemporaryDirectory({ inMemory: true })
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

/** How often things happened in this file. */
const met = { runs: 0, commands: 0, reopenings: 0, refusals: 0 }

/** Parameters that repeat a failure: its seed and path, from the environment as FC_SEED and FC_PATH. */
export function replayed(): { seed?: number; path?: string } {
  const { FC_SEED: seed, FC_PATH: path } = process.env
  return { ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) }
}

/**
 * A test of random commands against an object of a type and its model, on segments that are written to files and mapped. A
 * failure prints seed and path; with these in FC_SEED and FC_PATH, and `-t` and the name of the test, it comes again.
 */
export function testModel(name: string, runs: number, type: Type, options: CheckModelOptions = {}): void {
  testRuns(name, () => checkModel(type, { runs, directory, commands: COMMANDS_MIN, ...replayed(), ...options }))
}

/** A test whose runs count. */
export function testRuns(name: string, check: () => ModelReport): void {
  test(name, () => {
    const report = check()
    for (const key of Object.keys(met) as (keyof typeof met)[]) met[key] += report[key]
  })
}

/**
 * The last test of a file: that there were enough runs, and that all happened that was to happen.
 *
 * @param reached - the counts of `tally` that must not be 0
 */
export function testMet(numRuns: number, reached: readonly (keyof typeof tally)[]): void {
  test('the runs above met reopenings, full segments and every rebuilding of structures', () => {
    expect(met.runs).toBeGreaterThanOrEqual(numRuns)
    expect(met.commands).toBeGreaterThanOrEqual(numRuns * COMMANDS_MIN * 0.9)
    expect(met.reopenings).toBeGreaterThan(numRuns)
    expect(met.refusals).toBeGreaterThan(0)
    for (const name of reached) expect(tally[name], name).toBeGreaterThan(0)
  })
}

import fc from 'fast-check'
import * as fs from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import type { Type } from '../../../src/index.js'
import { tally, tuning } from '../../../src/memory/tuning.js'
import { makeTemporaryDirectory } from '../../process/harness.js'
import { emptyBytes, Home, met } from './home.js'
import { replayed, shrinkingEnds } from './replay.js'
import type { Operation, Scenario } from './scenario.js'

const COMMANDS_MIN = 30
const COMMANDS_MAX = 60
/** Bytes beyond those of the empty container: plenty, or so few that commands are refused. */
const ROOMS = [1 << 24, 1 << 24, 1 << 24, 4000, 2000, 1000, 400, 100]

tuning.nodeCapacity = 4

const directory = makeTemporaryDirectory({ inMemory: true })
afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

/**
 * A test of random commands against a container and its model, which are compared after each. A failure prints seed and path;
 * with these in FC_SEED and FC_PATH, and `-t` and the name of the test, it comes again.
 */
export function testModel<T extends Type, Setting, C extends { readonly do: string }, Model>(
  name: string,
  numRuns: number,
  scenario: Scenario<T, Setting, C, Model>,
): void {
  test(name, () => {
    fc.assert(
      fc.property(
        runsOf(scenario),
        shrinkingEnds((run) => {
          met.runs++
          play(scenario, run, (home) => home.end())
        }),
      ),
      { numRuns, ...replayed() },
    )
  })
}

/** A test that the same commands give the same bytes, but for identity and time. */
export function testSameBytes<T extends Type, Setting, C extends { readonly do: string }, Model>(
  name: string,
  numRuns: number,
  scenario: Scenario<T, Setting, C, Model>,
): void {
  test(name, () => {
    fc.assert(
      fc.property(
        runsOf(scenario),
        shrinkingEnds((run) => {
          const first = play(scenario, run, (home) => home.seal())
          const second = play(scenario, run, (home) => home.seal())
          for (const bytes of [first, second]) for (const [from, to] of UNLIKE) bytes.fill(0, from, to)
          if (!Buffer.from(first).equals(second)) {
            const at = first.findIndex((byte, i) => byte !== second[i])
            throw new Error(`bytes differ: at=${at}, lengths=${first.length} and ${second.length}`)
          }
        }),
      ),
      { numRuns, ...replayed() },
    )
  })
}

/** Identity and creation time, and the checksum over them (docs/format.md, "Static header"). */
const UNLIKE = [
  [64, 88],
  [252, 256],
] as const

/** One run: its setting, its room beyond that of the empty container, its commands. */
interface Run<Setting, C> {
  readonly setting: Setting
  readonly capacity: number
  readonly commands: readonly (C | Always)[]
}

/** What can happen to every container. */
interface Always {
  readonly do: 'rest' | 'reopen'
}

function runsOf<T extends Type, Setting, C extends { readonly do: string }, Model>(
  scenario: Scenario<T, Setting, C, Model>,
): fc.Arbitrary<Run<Setting, C>> {
  const empty = emptyBytes(scenario.type)
  return fc.record({
    setting: scenario.setting,
    capacity: fc.constantFrom(...ROOMS.map((room) => empty + room)),
    commands: commandsOf(scenario.operations),
  })
}

/** At least COMMANDS_MIN commands; shrinking puts `rest` in the place of those that do not matter. */
function commandsOf<C>(operations: readonly Operation<C>[]): fc.Arbitrary<(C | Always)[]> {
  const scale = Math.ceil(4000 / operations.reduce((sum, { weight }) => sum + weight, 0))
  const command = fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant({ do: 'rest' as const }) },
    { weight: 100, arbitrary: fc.constant({ do: 'reopen' as const }) },
    ...operations.map(({ weight, arbitrary }) => ({ weight: Math.round(weight * scale), arbitrary })),
  )
  // Some more than promised: one in thousands is drawn a rest.
  return fc.array(command, { minLength: COMMANDS_MIN + 3, maxLength: COMMANDS_MAX, size: 'max' })
}

function play<T extends Type, Setting, C extends { readonly do: string }, Model, Result>(
  scenario: Scenario<T, Setting, C, Model>,
  { setting, capacity, commands }: Run<Setting, C>,
  end: (home: Home<T, C, Model>) => Result,
): Result {
  const home = new Home(scenario, scenario.model(setting), capacity, directory)
  try {
    for (const [index, command] of commands.entries()) {
      try {
        if (command.do === 'reopen') home.reopen()
        else if (command.do !== 'rest') home.step(command as C)
      } catch (cause) {
        throw new Error(`at command ${index}, ${fc.stringify(command)}`, { cause })
      }
    }
    return end(home)
  } finally {
    home.close()
  }
}

/**
 * The last test of a file: that there were enough runs, and that all happened that was to happen.
 *
 * @param reached - the counts of `tally` that must not be 0
 */
export function testMet(numRuns: number, reached: readonly (keyof typeof tally)[]): void {
  test('the runs above met reopenings, full segments and every rebuilding of structures', () => {
    expect(met.runs).toBeGreaterThanOrEqual(numRuns)
    expect(met.commands).toBeGreaterThanOrEqual(numRuns * COMMANDS_MIN)
    expect(met.reopenings).toBeGreaterThan(numRuns)
    expect(met.refusals).toBeGreaterThan(0)
    for (const name of reached) expect(tally[name], name).toBeGreaterThan(0)
  })
}

import fc from 'fast-check'
import type { Type } from '../types/type.js'
import { commandOf, Driver, KEYS, type ModelOptions, type Start } from './commands.js'
import type { Home } from './home.js'
import { modelOf } from './kinds.js'
import type { AnyCommand, AnyScenario } from './scenario.js'

/** How {@link checkModel} goes about it. */
export interface CheckModelOptions extends ModelOptions {
  /** How many runs, each in a segment of its own; 100 when left out. */
  readonly runs?: number | undefined
  /** How many commands a run has at least, 30 when left out; at most twice as many. */
  readonly commands?: number | undefined
  /** Repeats the runs of an earlier call; random when left out. */
  readonly seed?: number | undefined
  /** With `seed`: repeats only the run that failed, as the message of the failure spells it. */
  readonly path?: string | undefined
  /** Whether each run is played twice, and must give the same bytes but for identity and time. */
  readonly sameBytes?: boolean | undefined
  /** Called after each run. */
  readonly onRun?: ((runs: number) => void) | undefined
}

/** What {@link checkModel} has done. */
export interface ModelReport {
  /** Runs, those of the search for a smaller failure included. */
  readonly runs: number
  /** Commands done. */
  readonly commands: number
  /** How often a segment was sealed and opened again. */
  readonly reopenings: number
  /** How often a full segment has refused a command, which must have changed nothing. */
  readonly refusals: number
}

const RUNS = 100
const COMMANDS = 30
/** How long a smaller failure is looked for. */
const SHRINKING_MS = 30_000

/** One run. */
interface Run extends Start {
  readonly commands: readonly AnyCommand[]
}

/**
 * Tests a type of your own: drives an object of it by random commands and compares it with a plain model after each, as
 * {@link modelCommands} says.
 *
 * @param type - any type: a container, a struct, a multi-index, or what a `Ref` holds
 * @param options - how many runs, and what repeats one
 * @returns what was done
 * @throws Error at the first difference, made as small as can be found in half a minute. Its message says the commands, and the
 * `seed` and `path` that repeat it; its `cause` is the difference.
 * @throws InvalidOptionError when `type` is none
 *
 * @example
 * ```ts
 * import { hashedUnique, multiIndex, orderedNonUnique, string, struct, u32 } from 'hotseg'
 * import { checkModel } from 'hotseg/testing'
 *
 * const City = struct({ id: u32, name: string })
 * checkModel(multiIndex(City, { id: hashedUnique('id'), name: orderedNonUnique('name') }))
 * ```
 */
export function checkModel(type: Type, options: CheckModelOptions = {}): ModelReport {
  return checkScenario(modelOf(type).scenario({ keys: options.keys ?? KEYS }), options)
}

/** As `checkModel`, for any scenario. */
export function checkScenario(scenario: AnyScenario, options: CheckModelOptions = {}): ModelReport {
  const driver = new Driver(scenario, options)
  const least = options.commands ?? COMMANDS
  const rest: fc.Arbitrary<AnyCommand> = fc.constant({ do: 'rest' })
  const runs = fc.tuple(
    driver.starts,
    // Some more than promised: one in thousands is drawn a rest, which all shrink to.
    fc.array(commandOf(driver.operations, rest), { minLength: least + 3, maxLength: 2 * least, size: 'max' }),
  )
  const property = fc.property(
    runs.map(([start, commands]): Run => ({ ...start, commands })),
    shrinkingEnds((run) => {
      if (options.sameBytes === true) compareBytes(driver, run)
      else play(driver, run, (home) => home.end())
      options.onRun?.(driver.tally.runs)
    }),
  )
  const details = fc.check(property, {
    numRuns: options.runs ?? RUNS,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.path === undefined ? {} : { path: options.path }),
  })
  if (details.failed) throw failure(details)
  return { ...driver.tally }
}

function play<Result>(driver: Driver, { commands, ...start }: Run, end: (home: Home) => Result): Result {
  const home = driver.begin(start)
  try {
    for (const [index, command] of commands.entries()) {
      try {
        home.step(command)
      } catch (cause) {
        throw new Error(`at command ${index}, ${fc.stringify(command)}: ${messageOf(cause)}`, { cause })
      }
    }
    return end(home)
  } finally {
    home.close()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Identity and creation time, and the checksum over them (docs/format.md, "Static header"). */
const UNLIKE = [
  [64, 88],
  [252, 256],
] as const

function compareBytes(driver: Driver, run: Run): void {
  const first = play(driver, run, (home) => home.seal())
  const second = play(driver, run, (home) => home.seal())
  for (const bytes of [first, second]) for (const [from, to] of UNLIKE) bytes.fill(0, from, to)
  const at = first.findIndex((byte, i) => byte !== second[i])
  if (at >= 0 || first.length !== second.length)
    throw new Error(`bytes differ: at=${at}, lengths=${first.length} and ${second.length}`)
}

/** Ends the search for a smaller failure after a while: from then on every run passes. What was found first still fails. */
function shrinkingEnds(property: (run: Run) => void): (run: Run) => void {
  let failedAt = Infinity
  return (run) => {
    if (Date.now() - failedAt > SHRINKING_MS) return
    try {
      property(run)
    } catch (error) {
      failedAt = Math.min(failedAt, Date.now())
      throw error
    }
  }
}

function failure({ seed, counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[Run]>): Error {
  const [run] = counterexample ?? []
  const commands = (run?.commands ?? []).filter((command) => command.do !== 'rest')
  const repeat = `{ seed: ${seed}, path: ${JSON.stringify(counterexamplePath)} }`
  return new Error(
    `the type does not behave as its model: ${messageOf(errorInstance)}\n` +
      `Repeat it by these options of checkModel: ${repeat}\n` +
      `The commands that count, capacity=${String(run?.capacity)}:\n` +
      commands.map((command) => `  ${fc.stringify(command)}`).join('\n'),
    { cause: errorInstance },
  )
}

import fc from 'fast-check'
import type { Type } from '../types/type.js'
import { emptyBytes, Home, type ExchangeTarget, type Tally } from './home.js'
import { modelOf } from './kinds.js'
import { reopenIn, reopenInMemory } from './reopen.js'
import { picks, type AnyCommand, type AnyScenario, type Operation } from './scenario.js'
import { Targets } from './targets.js'

/** How a type is to be driven. */
export interface ModelOptions {
  /**
   * Where the segment is written to a file, which is then mapped, whenever it is reopened; the files are gone afterwards. In
   * memory when left out.
   */
  readonly directory?: string | undefined
  /** How many different keys commands choose from at most, 40 when left out. More make higher trees and larger tables. */
  readonly keys?: number | undefined
}

/** How {@link modelSetup} prepares a run. */
export interface ModelSetupOptions extends ModelOptions {
  /** Chooses the keys that commands meet, and the room there is; an integer, 0 when left out. */
  readonly seed?: number | undefined
}

/** The model in the sense of fast-check. Everything stands in {@link ModelRun}, which compares for itself. */
export interface ModelState {
  /** How many commands have run. */
  steps: number
}

/** An object of a type, in a segment, with the plain model of it. */
export interface ModelRun {
  /**
   * Does one command to the object and to its model, and compares all that can be read of them.
   *
   * @throws Error where they differ
   */
  step(command: AnyCommand): void
  /** Reopens the segment once more and takes the object out of it: no byte may be left. */
  end(): void
  /** Closes the segment. */
  close(): void
}

/** A command for `fc.commands` and `fc.modelRun`. */
export class ModelCommand implements fc.Command<ModelState, ModelRun> {
  /** What happens, as data. */
  readonly command: AnyCommand

  /** @param command - what happens */
  constructor(command: AnyCommand) {
    this.command = command
  }

  /** Always: a command that finds nothing to do does nothing. */
  check(): boolean {
    return true
  }

  /** Does it. @throws Error where object and model differ then */
  run(model: ModelState, run: ModelRun): void {
    model.steps++
    run.step(this.command)
  }

  /** The command, written out. */
  toString(): string {
    return fc.stringify(this.command)
  }
}

/** How many different keys there are at most unless something else is said. */
export const KEYS = 40

/** Bytes beyond those of the empty object: plenty, or so few that commands are refused. */
const ROOMS = [1 << 24, 1 << 24, 1 << 24, 4000, 2000, 1000, 400, 100]

/** What one run begins with. */
export interface Start {
  readonly setting: Parameters<AnyScenario['model']>[0]
  readonly capacity: number
}

/** A scenario, ready to be played. */
export class Driver {
  readonly #scenario: AnyScenario
  readonly #options: ModelOptions
  readonly #empty: number
  readonly #hasPointers: boolean
  readonly tally: Tally = { runs: 0, commands: 0, reopenings: 0, refusals: 0 }

  /** @param scenario - what may happen; @param options - where it does */
  constructor(scenario: AnyScenario, options: ModelOptions) {
    this.#scenario = scenario
    this.#options = options
    this.#empty = emptyBytes(scenario.type)
    this.#hasPointers = new Targets(modelOf(scenario.type)).isNeeded
  }

  /** What runs begin with. */
  get starts(): fc.Arbitrary<Start> {
    const { setting } = this.#scenario
    return fc.record({ setting, capacity: fc.constantFrom(...ROOMS.map((room) => this.#empty + room)) })
  }

  /** All that can happen. */
  get operations(): readonly Operation<AnyCommand>[] {
    const { operations } = this.#scenario
    const sum = operations.reduce((total, { weight }) => total + weight, 0)
    const reopen: fc.Arbitrary<AnyCommand> = fc.constant({ do: 'reopen' })
    const exchange: fc.Arbitrary<ExchangeTarget> = fc.record(
      { do: fc.constant('exchange target' as const), target: picks },
      { noNullPrototype: true },
    )
    return [
      { weight: sum / 40, arbitrary: reopen },
      ...(this.#hasPointers ? [{ weight: sum / 20, arbitrary: exchange }] : []),
      ...operations,
    ]
  }

  /** Begins a run. */
  begin({ setting, capacity }: Start): Home {
    const { directory } = this.#options
    const reopen = directory === undefined ? reopenInMemory : reopenIn(directory)
    return new Home(this.#scenario, setting, capacity, reopen, this.tally)
  }
}

function driverOf(type: Type, options: ModelOptions): Driver {
  return new Driver(modelOf(type).scenario({ keys: options.keys ?? KEYS }), options)
}

const WEIGHTS_SUM = 4000

/** The operations in one arbitrary, each as often as its weight says. @param first - what commands shrink to, if anything */
export function commandOf(
  operations: readonly Operation<AnyCommand>[],
  ...first: readonly fc.Arbitrary<AnyCommand>[]
): fc.Arbitrary<AnyCommand> {
  const scale = WEIGHTS_SUM / operations.reduce((sum, { weight }) => sum + weight, 0)
  return fc.oneof(
    { withCrossShrink: first.length > 0 },
    ...first.map((arbitrary) => ({ weight: 1, arbitrary })),
    ...operations.map(({ weight, arbitrary }) => ({ weight: Math.ceil(weight * scale), arbitrary })),
  )
}

/**
 * Commands that drive an object of a type in every way it has, for `fc.commands`. Each compares everything that can be read
 * with a plain model: all values, sizes, orders and lookups, views that were kept, and the segment's own checks. Among them
 * are wrong values, which must be refused and change nothing, and sealing and reopening the segment.
 *
 * Nothing in a segment is asynchronous, so there is no variant for `fc.asyncModelRun`.
 *
 * @param type - any type: a container, a struct, a multi-index, or what a `Ref` holds
 * @param options - `keys` counts; `directory` is for {@link modelSetup}
 * @returns one arbitrary: what happens often is drawn often
 * @throws InvalidOptionError when `type` is none
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { hashMap, string, u32 } from 'hotseg'
 * import { modelCommands, modelSetup } from 'hotseg/testing'
 *
 * const Words = hashMap(string, u32)
 * fc.assert(
 *   fc.property(fc.nat(), fc.commands(modelCommands(Words), { size: 'large' }), (seed, commands) => {
 *     fc.modelRun(modelSetup(Words, { seed }), commands)
 *   }),
 * )
 * ```
 */
export function modelCommands(type: Type, options: ModelOptions = {}): fc.Arbitrary<ModelCommand>[] {
  return [commandOf(driverOf(type, options).operations).map((command) => new ModelCommand(command))]
}

/**
 * The setup function of `fc.modelRun` for the commands of {@link modelCommands}: a new segment with an empty object of the
 * type.
 *
 * @param type - the type the commands were made for
 * @param options - where the segment is reopened, and `seed`, which is best drawn too
 * @throws InvalidOptionError when `type` is none
 */
export function modelSetup(type: Type, options: ModelSetupOptions = {}): () => { model: ModelState; real: ModelRun } {
  const driver = driverOf(type, options)
  return () => {
    const [start] = fc.sample(driver.starts, { seed: options.seed ?? 0, numRuns: 1 })
    return { model: { steps: 0 }, real: driver.begin(start!) }
  }
}

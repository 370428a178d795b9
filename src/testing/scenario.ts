import fc from 'fast-check'
import type { Segment } from '../segment/segment.js'
import type { Type } from '../types/type.js'
import type { HeldViews } from './held-views.js'
import type { Targets } from './targets.js'

/** Something that happens to an object; `do` says what. */
export interface AnyCommand {
  readonly do: string
}

/** One kind of command, drawn as data so that failures can be read and shrunk. */
export interface Operation<C> {
  readonly weight: number
  readonly arbitrary: fc.Arbitrary<C>
}

/** A kind of command: its name, how often it comes compared to others, and what it needs. */
export function operation<const Name extends string, Parts extends object>(
  name: Name,
  weight: number,
  parts: { [K in keyof Parts]: fc.Arbitrary<Parts[K]> },
): Operation<{ do: Name } & Parts> {
  const arbitrary: fc.Arbitrary<object> = fc.record({ do: fc.constant(name), ...parts }, { noNullPrototype: true })
  return { weight, arbitrary: arbitrary as fc.Arbitrary<{ do: Name } & Parts> }
}

/** The commands that operations draw. */
export type CommandOf<Operations extends readonly Operation<unknown>[]> =
  Operations[number] extends Operation<infer C> ? C : never

/** A place in a list that is not known yet; taken modulo its length. */
export const picks = fc.nat(999)

/** The element of a list that is not empty that `pick` means. */
export function pickFrom<T>(list: readonly T[], pick: number): T {
  return list[pick % list.length]!
}

/** What a command has at hand besides the object and its model. */
export interface Surroundings {
  readonly segment: Segment
  readonly held: HeldViews
  readonly targets: Targets
}

/** What can be said about scenarios of all kinds. */
export interface ScenarioOptions {
  /** How many different keys there are at most. */
  readonly keys: number
}

/** An object of a type, a model of it, and what may happen to both. */
export interface Scenario<Setting, C extends AnyCommand, Model> {
  readonly type: Type
  /** Drawn once a run: the keys that commands choose from, for example. */
  readonly setting: fc.Arbitrary<Setting>
  readonly operations: readonly Operation<C>[]
  /** The operations that a full segment may refuse: those that need room. */
  readonly needRoom: ReadonlySet<string>
  readonly model: (setting: Setting, targets: Targets) => Model
  /** Does the same to both; to the model after the object did not throw. */
  readonly apply: (live: unknown, model: Model, command: C, surroundings: Surroundings) => void
  /** Throws where the two differ. */
  readonly agree: (live: unknown, model: Model) => void
}

/** What only the scenario that drew it can read. */
interface Drawn {
  readonly drawn: never
}

/** A scenario of which only it itself knows what its setting, commands and model are. */
export type AnyScenario = Scenario<Drawn, AnyCommand, Drawn>

/** Forgets what setting, commands and model are. They are handed on only between parts of one scenario. */
export function anyScenario<Setting, C extends AnyCommand, Model>(scenario: Scenario<Setting, C, Model>): AnyScenario {
  return scenario as unknown as AnyScenario
}

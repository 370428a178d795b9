import fc from 'fast-check'
import type { Opened, ReadonlyOpened, Segment, Type } from '../../../src/index.js'
import type { HeldViews } from './held-views.js'

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

/** What a command has at hand besides the container and its model. */
export interface Surroundings {
  readonly segment: Segment
  readonly held: HeldViews
}

/** A container, and how its model follows it. */
export interface Behaviour<T extends Type, C extends { readonly do: string }, Model> {
  readonly type: T
  /** The operations that a full segment may refuse: those that need room. */
  readonly needRoom: ReadonlySet<string>
  /** Does the same to both; to the model after the container did not throw. */
  readonly apply: (live: Opened<T>, model: Model, command: C, surroundings: Surroundings) => void
  /** Throws where the two differ. */
  readonly agree: (live: Opened<T> | ReadonlyOpened<T>, model: Model) => void
  /** Walks the container; left out where it has no such method. */
  readonly checkInvariants?: (live: Opened<T> | ReadonlyOpened<T>) => void
}

/** A container, a model of it, and what may happen to both. */
export interface Scenario<T extends Type, Setting, C extends { readonly do: string }, Model> extends Behaviour<
  T,
  C,
  Model
> {
  /** Drawn once a run: the keys that commands choose from, for example. */
  readonly setting: fc.Arbitrary<Setting>
  readonly operations: readonly Operation<C>[]
  readonly model: (setting: Setting) => Model
}

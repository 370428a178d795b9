/** Changes made in place at any depth inside a value. */
import fc from 'fast-check'
import { picks } from './scenario.js'
import type { TypeModel } from './type-model.js'

/** A change to a value in place, as the model of its type draws it. */
export interface Change {
  readonly what: 'put' | 'take' | 'clear'
  readonly at: number
  readonly value: unknown
}

/** A live value inside another, its plain value, and how that goes back into the plain value it was taken from. */
export interface Inside {
  readonly live: unknown
  readonly plain: unknown
  readonly put: (plain: unknown) => unknown
}

/** A way from a value to one inside it. */
export interface Opening {
  readonly model: TypeModel
  /** @param pick - which of several; @returns nothing when there is no value inside */
  readonly enter: (live: unknown, plain: unknown, pick: number) => Inside | undefined
}

/** The openings to go through, and the model of what is behind the last. */
interface Route {
  readonly openings: readonly Opening[]
  readonly model: TypeModel
}

/** A change somewhere inside a value. */
export interface Edit {
  readonly route: number
  readonly by: readonly number[]
  readonly change: Change
}

const ROUTES_MOST = 40
const LENGTH_MOST = 12

/** A kind of change, and what it puts in. @param value - drawn for all three */
export function changes(value: fc.Arbitrary<unknown>): fc.Arbitrary<Change> {
  const what = fc.oneof(
    { weight: 20, arbitrary: fc.constant('put' as const) },
    { weight: 8, arbitrary: fc.constant('take' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  )
  return fc.record({ what, at: picks, value }, { noNullPrototype: true })
}

const known = new WeakMap<TypeModel, readonly Route[]>()

/** The ways to everything that can be changed in place, the whole included; of a type that contains itself the shortest. */
function routesOf(model: TypeModel): readonly Route[] {
  const made = known.get(model)
  if (made !== undefined) return made
  const routes: Route[] = []
  let edge: Route[] = [{ openings: [], model }]
  for (let length = 0; edge.length > 0 && length < LENGTH_MOST && routes.length < ROUTES_MOST; length++) {
    routes.push(...edge.filter((route) => route.model.drawChange() !== undefined))
    edge = edge
      .slice(0, ROUTES_MOST)
      .flatMap((route) =>
        route.model.openings().map((opening) => ({ openings: [...route.openings, opening], model: opening.model })),
      )
  }
  const some = routes.slice(0, ROUTES_MOST)
  known.set(model, some)
  return some
}

/** How many places there are to change inside values of a type. */
export function placesIn(model: TypeModel): number {
  return routesOf(model).length
}

/** Changes anywhere in values of a type; those of types without views change nothing. */
export function editsOf(model: TypeModel): fc.Arbitrary<Edit> {
  const edits = routesOf(model).map((route, index) =>
    fc.record(
      {
        route: fc.constant(index),
        by: fc.array(picks, { minLength: route.openings.length, maxLength: route.openings.length }),
        change: route.model.drawChange()!,
      },
      { noNullPrototype: true },
    ),
  )
  return edits.length === 0
    ? fc.constant({ route: 0, by: [], change: { what: 'put', at: 0, value: undefined } })
    : fc.oneof(...edits)
}

/**
 * Makes a change through what reading gave.
 *
 * @param plain - what it shows before
 * @param meet - is shown what is about to be changed
 * @returns what it shows then
 */
export function applyEdit(
  model: TypeModel,
  live: unknown,
  plain: unknown,
  { route: index, by, change }: Edit,
  meet?: (model: TypeModel, live: unknown) => void,
): unknown {
  const route = routesOf(model)[index]
  if (route === undefined) return plain
  const follow = (step: number, innerLive: unknown, innerPlain: unknown): unknown => {
    const opening = route.openings[step]
    if (opening === undefined) {
      meet?.(route.model, innerLive)
      return route.model.applyChange(innerLive, innerPlain, change)
    }
    const inside = opening.enter(innerLive, innerPlain, by[step] ?? 0)
    return inside === undefined ? innerPlain : inside.put(follow(step + 1, inside.live, inside.plain))
  }
  return follow(0, live, model.normal(plain))
}

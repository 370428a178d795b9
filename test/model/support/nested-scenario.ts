import fc from 'fast-check'
import type { Type } from '../../../src/core.js'
import { applyChange, changesOf } from './change.js'
import { same } from './check.js'
import { textOf } from './plain.js'
import { follow, normalOf, routesOf } from './routes.js'
import { operation, picks, type CommandOf, type Scenario } from './scenario.js'
import { isView } from './views.js'
import { zeroOf } from './zero.js'

function operationsOf(type: Type) {
  const changes = routesOf(type).map((route, index) =>
    fc.record({ route: fc.constant(index), change: changesOf(route.type) }, { noNullPrototype: true }),
  )
  return [
    operation('change', 10, { by: fc.array(picks, { minLength: 5, maxLength: 5 }), at: fc.oneof(...changes) }),
  ] as const
}

type NestedCommand = CommandOf<ReturnType<typeof operationsOf>>

/** Random changes anywhere inside containers in containers, against plain values. */
export function nestedScenario(type: Type): Scenario<Type, undefined, NestedCommand, { plain: unknown }> {
  const routes = routesOf(type)
  return {
    type,
    setting: fc.constant(undefined),
    operations: operationsOf(type),
    needRoom: new Set(['change']),
    model: () => ({ plain: normalOf(type, zeroOf(type)) }),
    apply: (live, model, { by, at }, { held }) => {
      const route = routes[at.route]!
      model.plain = follow(route, type, live, model.plain, by, (inner, plain) => {
        held.hold(route.type, inner, () => ({ state: 'unknown' }))
        return applyChange(route.type, inner, plain, at.change)
      })
    },
    agree: (live, { plain }) => {
      if (!isView(live)) throw new Error('what was opened is no view')
      same(textOf(type, live.toObject()), textOf(type, plain), 'toObject')
    },
    ...('element' in type || 'key' in type ? { checkInvariants: walk } : {}),
  }
}

function walk(live: unknown): void {
  ;(live as { checkInvariants(): void }).checkInvariants()
}

import fc from 'fast-check'
import { same } from './check.js'
import type { KeyedModel } from './keyed-model.js'
import { operation, pickFrom, picks, type CommandOf } from './scenario.js'
import { plainOf } from './views.js'

/** How many keys a command about many of them takes. */
export const BULK = 8

/** What takes keys out of a map or set that has each of them once, and what makes room. */
export const removals = [
  operation('delete', 10, { key: picks }),
  operation('delete many', 5, { from: picks }),
  operation('delete by own key', 3, { own: picks }),
  operation('clear', 0.3, {}),
  operation('reserve', 1, { count: fc.nat(60) }),
] as const

/** A map or set of any keys. Not all of them reserve room, or give it back. */
interface Keyed {
  readonly size: number
  keys(): Iterable<unknown>
  delete(key: unknown): boolean
  clear(): void
  reserve?(count: number): void
  shrinkToFit?(): void
}

/** Does the same to both. */
export function applyRemoval(live: Keyed, model: KeyedModel, command: CommandOf<typeof removals>): void {
  switch (command.do) {
    case 'delete':
      deleteFromBoth(live, model, pickFrom(model.pool, command.key))
      return
    case 'delete many':
      for (let i = 0; i < BULK; i++) deleteFromBoth(live, model, pickFrom(model.pool, command.from + i))
      return
    case 'delete by own key': {
      if (live.size === 0) return
      const own = [...live.keys()][command.own % live.size]
      const key = plainOf(own)
      same(live.delete(own), true, 'what delete returns')
      same(model.delete(key), true, 'whether the model has the key')
      return
    }
    case 'clear':
      live.clear()
      model.clear()
      return
    case 'reserve':
      live.reserve?.(command.count)
      if (command.count % 2 === 0) live.shrinkToFit?.()
  }
}

function deleteFromBoth(live: Keyed, model: KeyedModel, key: unknown): void {
  const deleted = live.delete(key)
  same(deleted, model.delete(key), 'what delete returns')
}

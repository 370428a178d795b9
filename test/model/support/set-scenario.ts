import fc from 'fast-check'
import { hashSet, orderedSet, type HashSet, type KeyType, type OrderedSet, type Type } from '../../../src/core.js'
import { valuesOf } from './arbitraries.js'
import { same, throwsError } from './check.js'
import { invalidValuesOf } from './invalid.js'
import { KeyedModel } from './keyed-model.js'
import { keysText, modelKeys, notFound, poolsOf } from './map-scenario.js'
import { applyQuery, queries } from './ordered-queries.js'
import { keyTextOf } from './plain.js'
import { operation, pickFrom, picks, type CommandOf, type Scenario, type Surroundings } from './scenario.js'
import { plainOf } from './views.js'

const BULK = 10

function operationsOf(key: Type) {
  return [
    operation('add', 20, { key: picks }),
    operation('add many', 8, { from: picks }),
    operation('add anything', 8, { key: valuesOf(key) }),
    operation('add own', 3, { own: picks }),
    operation('delete', 10, { key: picks }),
    operation('delete many', 5, { from: picks }),
    operation('delete by own key', 3, { own: picks }),
    operation('clear', 0.3, {}),
    operation('hold', 8, { key: picks }),
    operation('get many', 4, { keys: fc.array(picks, { maxLength: 140, size: 'max' }) }),
    operation('copy out', 3, {}),
    operation('wrong key', 4, { key: invalidValuesOf(key) }),
  ] as const
}

const NEED_ROOM = new Set(['add', 'add many', 'add anything', 'add own'])

type SetCommand = CommandOf<ReturnType<typeof operationsOf>>
type AnySet = HashSet<KeyType> | OrderedSet<KeyType>

/** Random commands on a hashed set, against a Set. */
export function hashSetScenario(key: KeyType): Scenario<Type, unknown[], SetCommand, KeyedModel> {
  return {
    type: hashSet(key),
    setting: poolsOf(key),
    operations: operationsOf(key),
    needRoom: NEED_ROOM,
    model: (pool) => new KeyedModel(key, pool),
    apply: (live, model, command, surroundings) => applyToSet(live as AnySet, model, command, surroundings),
    agree: (live, model) => setsAgree(live as AnySet, model, false),
    checkInvariants: (live) => (live as AnySet).checkInvariants(),
  }
}

type OrderedCommand = SetCommand | CommandOf<typeof queries>

/** Random commands on an ordered set, against a Set and its keys sorted. @param poolMost - how many different keys at most */
export function orderedSetScenario(
  key: KeyType,
  poolMost?: number,
): Scenario<Type, unknown[], OrderedCommand, KeyedModel> {
  return {
    ...hashSetScenario(key),
    setting: poolsOf(key, poolMost),
    type: orderedSet(key),
    operations: [...operationsOf(key), ...queries],
    apply: (live, model, command, surroundings) => {
      const set = live as OrderedSet<KeyType>
      if (command.do === 'query') applyQuery(set, model, command, (own) => keyTextOf(key, plainOf(own)))
      else applyToSet(set, model, command, surroundings)
    },
    agree: (live, model) => setsAgree(live as AnySet, model, true),
  }
}

function applyToSet(live: AnySet, model: KeyedModel, command: SetCommand, { held }: Surroundings): void {
  const { pool } = model
  switch (command.do) {
    case 'add':
      addToBoth(live, model, pickFrom(pool, command.key))
      return
    case 'add many':
      for (let i = 0; i < BULK; i++) addToBoth(live, model, pickFrom(pool, command.from + i))
      return
    case 'add anything':
      addToBoth(live, model, command.key)
      return
    case 'add own':
      if (live.size > 0) live.add([...live][command.own % live.size])
      return
    case 'delete':
      deleteFromBoth(live, model, pickFrom(pool, command.key))
      return
    case 'delete many':
      for (let i = 0; i < BULK; i++) deleteFromBoth(live, model, pickFrom(pool, command.from + i))
      return
    case 'delete by own key': {
      if (live.size === 0) return
      const own = [...live][command.own % live.size]
      const key = plainOf(own)
      same(live.delete(own), true, 'what delete returns')
      same(model.delete(key), true, 'whether the model has the key')
      return
    }
    case 'clear':
      live.clear()
      model.clear()
      return
    case 'hold': {
      const entry = model.get(pickFrom(pool, command.key))
      if (entry === undefined) return
      const view = live.get(entry.key)
      const value = plainOf(view)
      held.hold(model.type, view, () => (entry.gone ? { state: 'gone' } : { state: 'there', value }))
      return
    }
    case 'get many': {
      const keys = command.keys.map((pick) => pickFrom(pool, pick))
      const text = (key: unknown): string => (key === undefined ? 'missing' : keyTextOf(model.type, plainOf(key)))
      const expected = keys.map((key) => text(model.get(key)?.key))
      same(live.getMany(keys).map(text).join(), expected.join(), 'getMany')
      return
    }
    case 'copy out': {
      const keys = keysText(modelKeys(model, false), model, false)
      same(keysText(live.toObject(), model, false), keys, 'toObject')
      same(
        keysText(
          Array.from(live.entries(), ([key]) => key),
          model,
          false,
        ),
        keys,
        'entries',
      )
      const called: unknown[] = []
      live.forEach((key) => called.push(key))
      same(keysText(called, model, false), keys, 'forEach')
      return
    }
    case 'wrong key':
      throwsError('InvalidValueError', () => live.add(command.key), 'adding a wrong key')
      notFound(live, command.key)
  }
}

function addToBoth(live: AnySet, model: KeyedModel, key: unknown): void {
  same(live.add(key), live, 'what add returns')
  if (model.get(key) === undefined) model.set(key, undefined)
}

function deleteFromBoth(live: AnySet, model: KeyedModel, key: unknown): void {
  const deleted = live.delete(key)
  same(deleted, model.delete(key), 'what delete returns')
}

function setsAgree(live: AnySet, model: KeyedModel, ordered: boolean): void {
  same(live.size, model.size, 'size')
  for (const key of model.pool) {
    const entry = model.get(key)
    same(live.has(key), entry !== undefined, 'has')
    const own = live.get(key)
    if (entry === undefined) same(own, undefined, 'a missing key')
    else same(keyTextOf(model.type, plainOf(own)), keyTextOf(model.type, entry.key), 'key')
  }
  same(keysText(live, model, ordered), keysText(modelKeys(model, ordered), model, ordered), 'keys')
}

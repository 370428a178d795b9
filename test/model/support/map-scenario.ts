import fc from 'fast-check'
import {
  hashMap,
  orderedMap,
  type HashMap,
  type HashSet,
  type KeyType,
  type OrderedMap,
  type OrderedSet,
  type Type,
} from '../../../src/core.js'
import { valuesOf } from './arbitraries.js'
import { errorOf, same, throwsError } from './check.js'
import { applyEdit, editsOf } from './edit.js'
import { invalidValuesOf } from './invalid.js'
import { KeyedModel, type Entry } from './keyed-model.js'
import { keyTextOf, textOf } from './plain.js'
import { applyQuery, queries } from './ordered-queries.js'
import { operation, pickFrom, picks, type CommandOf, type Scenario, type Surroundings } from './scenario.js'
import { plainOf } from './views.js'

const BULK = 6

/** What maps with keys and values of these types can do. */
function operationsOf(key: Type, value: Type) {
  const values = valuesOf(value)
  return [
    operation('set', 20, { key: picks, value: values }),
    operation('set many', 8, { from: picks, value: values }),
    operation('set to own', 4, { key: picks, own: picks }),
    operation('edit', 8, { key: picks, edit: editsOf(value) }),
    operation('delete', 10, { key: picks }),
    operation('delete many', 5, { from: picks }),
    operation('delete by own key', 3, { own: picks }),
    operation('clear', 0.3, {}),
    operation('hold', 8, { key: picks }),
    operation('get many', 4, { keys: fc.array(picks, { maxLength: 140, size: 'max' }) }),
    operation('copy out', 3, {}),
    operation('wrong key', 3, { key: invalidValuesOf(key), value: values }),
    operation('wrong value', 3, { key: picks, value: invalidValuesOf(value) }),
  ] as const
}

const NEED_ROOM = new Set(['set', 'set many', 'set to own', 'edit'])

type MapCommand = CommandOf<ReturnType<typeof operationsOf>>
type AnyMap = HashMap<KeyType, Type> | OrderedMap<KeyType, Type>

/** Random commands on a hashed map, against a Map. */
export function hashMapScenario(key: KeyType, value: Type): Scenario<Type, unknown[], MapCommand, KeyedModel> {
  return {
    type: hashMap(key, value),
    setting: poolsOf(key),
    operations: operationsOf(key, value),
    needRoom: NEED_ROOM,
    model: (pool) => new KeyedModel(key, pool),
    apply: (live, model, command, surroundings) => applyToMap(value, live as AnyMap, model, command, surroundings),
    agree: (live, model) => mapsAgree(value, live as AnyMap, model, false),
    checkInvariants: (live) => (live as AnyMap).checkInvariants(),
  }
}

type OrderedCommand = MapCommand | CommandOf<typeof queries>

/** Random commands on an ordered map, against a Map and its entries sorted. */
export function orderedMapScenario(key: KeyType, value: Type): Scenario<Type, unknown[], OrderedCommand, KeyedModel> {
  return {
    ...hashMapScenario(key, value),
    type: orderedMap(key, value),
    operations: [...operationsOf(key, value), ...queries],
    apply: (live, model, command, surroundings) => {
      const map = live as OrderedMap<KeyType, Type>
      if (command.do === 'query') applyQuery(map, model, command, (entry) => keyTextOf(key, plainOf(entry[0])))
      else applyToMap(value, map, model, command, surroundings)
    },
    agree: (live, model) => mapsAgree(value, live as AnyMap, model, true),
  }
}

/** The keys that the commands of a run choose from: few, so that they meet. */
export function poolsOf(key: Type, most = 40): fc.Arbitrary<unknown[]> {
  return fc.array(valuesOf(key), { minLength: Math.ceil(most / 40), maxLength: most, size: 'max' })
}

function applyToMap(
  valueType: Type,
  live: AnyMap,
  model: KeyedModel,
  command: MapCommand,
  { held }: Surroundings,
): void {
  const { pool } = model
  switch (command.do) {
    case 'set': {
      const key = pickFrom(pool, command.key)
      same(live.set(key, command.value), live, 'what set returns')
      model.set(key, command.value)
      return
    }
    case 'set many':
      for (let i = 0; i < BULK; i++) {
        const key = pickFrom(pool, command.from + i)
        live.set(key, command.value)
        model.set(key, command.value)
      }
      return
    case 'set to own': {
      const own = ownEntry(model, command.own)
      if (own === undefined) return
      const key = pickFrom(pool, command.key)
      live.set(key, live.get(own.key))
      model.set(key, own.value)
      return
    }
    case 'edit': {
      const entry = model.get(pickFrom(pool, command.key))
      if (entry === undefined) return
      entry.value = applyEdit(valueType, live.get(entry.key), entry.value, command.edit)
      return
    }
    case 'delete':
      deleteFromBoth(live, model, pickFrom(pool, command.key))
      return
    case 'delete many':
      for (let i = 0; i < BULK; i++) deleteFromBoth(live, model, pickFrom(pool, command.from + i))
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
    case 'hold': {
      const entry = model.get(pickFrom(pool, command.key))
      if (entry === undefined) return
      const { writes } = entry
      held.hold(valueType, live.get(entry.key), () => {
        if (entry.gone) return { state: 'gone' }
        // A value that is a container itself may have been made anew when it was written whole.
        const mayMove = writes !== entry.writes && valueType.kind !== 'struct'
        return { state: mayMove ? 'perhaps moved' : 'there', value: entry.value }
      })
      return
    }
    case 'get many': {
      const keys = command.keys.map((pick) => pickFrom(pool, pick))
      const text = (value: unknown, there: boolean): string => (there ? textOf(valueType, value) : 'missing')
      same(
        live
          .getMany(keys)
          .map((value, i) => text(plainOf(value), live.has(keys[i])))
          .join(),
        keys.map((key) => text(model.get(key)?.value, model.get(key) !== undefined)).join(),
        'getMany',
      )
      return
    }
    case 'copy out': {
      const entries = model.all().map(({ key, value }) => [key, value] as const)
      const type = hashMap(live.keyType, valueType)
      same(textOf(type, live.toObject()), textOf(type, entries), 'toObject')
      same(
        textOf(
          type,
          [...live].map(([key, value]) => [plainOf(key), plainOf(value)]),
        ),
        textOf(type, entries),
        'entries',
      )
      const called: [unknown, unknown][] = []
      live.forEach((value, key) => called.push([plainOf(key), plainOf(value)]))
      same(textOf(type, called), textOf(type, entries), 'forEach')
      return
    }
    case 'wrong key':
      throwsError('InvalidValueError', () => live.set(command.key, command.value), 'set of a wrong key')
      notFound(live, command.key)
      return
    case 'wrong value':
      throwsError(
        'InvalidValueError',
        () => live.set(pickFrom(pool, command.key), command.value),
        'set of a wrong value',
      )
  }
}

/** A key that cannot be there is not found, or refused when it is of another JavaScript type. */
export function notFound(live: AnyMap | HashSet<KeyType> | OrderedSet<KeyType>, key: unknown): void {
  if (errorOf(() => live.has(key)) !== undefined) {
    throwsError('InvalidValueError', () => live.has(key), 'has of a wrong key')
    throwsError('InvalidValueError', () => live.get(key), 'get of a wrong key')
    throwsError('InvalidValueError', () => live.delete(key), 'delete of a wrong key')
    return
  }
  same(live.has(key), false, 'has of a wrong key')
  same(live.get(key), undefined, 'get of a wrong key')
  same(live.delete(key), false, 'delete of a wrong key')
}

function ownEntry(model: KeyedModel, pick: number): Entry | undefined {
  return model.size === 0 ? undefined : pickFrom(model.all(), pick)
}

function deleteFromBoth(live: AnyMap, model: KeyedModel, key: unknown): void {
  const deleted = live.delete(key)
  same(deleted, model.delete(key), 'what delete returns')
}

function mapsAgree(valueType: Type, live: AnyMap, model: KeyedModel, ordered: boolean): void {
  same(live.size, model.size, 'size')
  for (const key of model.pool) {
    const entry = model.get(key)
    same(live.has(key), entry !== undefined, 'has')
    const value = live.get(key)
    if (entry === undefined) same(value, undefined, 'value of a missing key')
    else same(textOf(valueType, plainOf(value)), textOf(valueType, entry.value), 'value')
  }
  same(keysText(live.keys(), model, ordered), keysText(modelKeys(model, ordered), model, ordered), 'keys')
}

/** The keys as iteration gives them; in any fixed order for hashed containers. */
export function keysText(keys: Iterable<unknown>, model: KeyedModel, ordered: boolean): string {
  const texts = Array.from(keys, (key) => keyTextOf(model.type, plainOf(key)))
  return (ordered ? texts : texts.sort()).join()
}

/** The keys as iteration should give them. */
export function modelKeys(model: KeyedModel, ordered: boolean): unknown[] {
  return (ordered ? model.sorted() : model.all()).map(({ key }) => key)
}

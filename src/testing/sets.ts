import fc from 'fast-check'
import type { FlatSet, FlatSetType } from '../containers/flat-type.js'
import type { HashSet, HashSetType, OrderedSet, OrderedSetType } from '../containers/set-type.js'
import type { KeyType } from '../types/type.js'
import { refuses, same } from './check.js'
import { changes, type Change } from './edit.js'
import { listsWithOneWrongKey } from './elements.js'
import { drawEntries, inOrder, keysText, modelKeys, notFound, poolsOf } from './keyed.js'
import { KeyedModel } from './keyed-model.js'
import { applyQuery, queries } from './ordered-queries.js'
import { applyRemoval, BULK, removals } from './removals.js'
import {
  anyScenario,
  operation,
  pickFrom,
  picks,
  type AnyScenario,
  type CommandOf,
  type ScenarioOptions,
  type Surroundings,
} from './scenario.js'
import { INPUTS, TypeModel, type Drawing, type Miss } from './type-model.js'
import { plainOf } from './views.js'

/** Sets with each key once, against a Set. */
export class SetModel extends TypeModel<HashSetType<KeyType> | OrderedSetType<KeyType> | FlatSetType<KeyType>> {
  get key(): TypeModel {
    return this.modelOf(this.type.key)
  }

  override get parts(): readonly TypeModel[] {
    return [this.key]
  }

  private get isOrdered(): boolean {
    return this.type.kind !== 'hashSet'
  }

  override zero(): unknown {
    return []
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> {
    const keys = this.key.draw(drawing)
    const list = keys === undefined ? fc.constant([]) : drawEntries(this.key, keys, (key) => key, drawing)
    return drawing.isPlain ? list.map((each) => new Set(each)) : list
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> {
    return listsWithOneWrongKey(this.key, drawing)
  }

  override text(value: unknown): string {
    const keys = new Map(Array.from(value as Iterable<unknown>, (key) => [this.key.keyText(key), key]))
    return `{${inOrder(this.isOrdered, this.key, keys).join()}}`
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    const { key: model } = this
    const keys = new Map(Array.from(value as Iterable<unknown>, (key) => [model.keyText(key), key]))
    return new Map(Array.from(keys, ([text, key]) => [`[${text}]`, { model, value: key }]))
  }

  override normal(value: unknown): unknown {
    return [...new Map(Array.from(value as Iterable<unknown>, (key) => [this.key.keyText(key), key])).values()]
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    const keys = this.key.draw(INPUTS)
    return keys && changes(keys)
  }

  override applyChange(live: unknown, plain: unknown, { what, at, value }: Change): unknown {
    const set = live as AnySet
    const list = plain as readonly unknown[]
    if (what === 'put') {
      set.add(value)
      const text = this.key.keyText(value)
      return list.some((key) => this.key.keyText(key) === text) ? list : [...list, value]
    }
    if (what === 'clear') {
      set.clear()
      return []
    }
    if (list.length === 0) return list
    const place = at % list.length
    same(set.delete(list[place]), true, 'what delete returns')
    return list.toSpliced(place, 1)
  }

  override scenario({ keys }: ScenarioOptions): AnyScenario {
    const { type, key, isOrdered } = this
    return anyScenario<unknown[], OrderedCommand, KeyedModel>({
      type,
      setting: poolsOf(key, keys),
      operations: [...operationsOf(this), ...removals, ...(isOrdered ? queries : [])],
      needRoom: NEED_ROOM,
      model: (pool) => new KeyedModel(key, pool),
      apply: (live, model, command, surroundings) => {
        const set = live as OrderedSet<KeyType>
        if (command.do === 'query') applyQuery(set, model, command, (own) => key.keyText(plainOf(own)))
        else applyToSet(set, type.kind === 'flatSet', model, command, surroundings)
      },
      agree: (live, model) => setsAgree(live as AnySet, model, isOrdered),
    })
  }
}

function operationsOf({ key }: SetModel) {
  return [
    operation('add', 20, { key: picks }),
    operation('add many', 8, { from: picks }),
    operation('add anything', 8, { key: key.draw(INPUTS)! }),
    operation('add own', 3, { own: picks }),
    operation('hold', 8, { key: picks }),
    operation('get many', 4, { keys: fc.array(picks, { maxLength: 140, size: 'max' }) }),
    operation('copy out', 3, {}),
    operation('wrong key', 4, { wrong: key.drawWrong(INPUTS)! }),
  ] as const
}

const NEED_ROOM = new Set(['add', 'add many', 'add anything', 'add own', 'reserve'])

type SetCommand = CommandOf<ReturnType<typeof operationsOf>> | CommandOf<typeof removals>
type OrderedCommand = SetCommand | CommandOf<typeof queries>
type AnySet = HashSet<KeyType> | OrderedSet<KeyType> | FlatSet<KeyType>

function applyToSet(
  live: AnySet,
  mayMove: boolean,
  model: KeyedModel,
  command: SetCommand,
  { held }: Surroundings,
): void {
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
    case 'hold': {
      const entry = model.get(pickFrom(pool, command.key))
      if (entry === undefined) return
      const view = live.get(entry.key)
      const value = plainOf(view)
      held.hold(model.key, view, () => {
        if (entry.gone) return { state: 'gone' }
        return { state: mayMove ? 'perhaps moved' : 'there', value }
      })
      return
    }
    case 'get many': {
      const keys = command.keys.map((pick) => pickFrom(pool, pick))
      const text = (key: unknown): string => (key === undefined ? 'missing' : model.key.keyText(plainOf(key)))
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
    case 'wrong key': {
      const { wrong } = command
      refuses(() => live.add(wrong.value), ['key', ...wrong.path], 'adding a wrong key')
      notFound(live, wrong.value)
      return
    }
    default:
      applyRemoval(live, model, command)
  }
}

function addToBoth(live: AnySet, model: KeyedModel, key: unknown): void {
  same(live.add(key), live, 'what add returns')
  if (model.get(key) === undefined) model.set(key, undefined)
}

function setsAgree(live: AnySet, model: KeyedModel, ordered: boolean): void {
  same(live.size, model.size, 'size')
  for (const key of model.pool) {
    const entry = model.get(key)
    same(live.has(key), entry !== undefined, 'has')
    const own = live.get(key)
    if (entry === undefined) same(own, undefined, 'a missing key')
    else same(model.key.keyText(plainOf(own)), model.key.keyText(entry.key), 'key')
  }
  same(keysText(live, model, ordered), keysText(modelKeys(model, ordered), model, ordered), 'keys')
}

import fc from 'fast-check'
import type { FlatMap, FlatMapType } from '../containers/flat-type.js'
import type { HashMap, HashMapType, OrderedMap, OrderedMapType } from '../containers/map-type.js'
import type { KeyType, Type } from '../types/type.js'
import { refuses, same } from './check.js'
import { applyEdit, changes, editsOf, placesIn, type Change, type Opening } from './edit.js'
import { drawPairs, drawWrongPairs } from './elements.js'
import { drawEntries, inOrder, keysText, modelKeys, notFound, poolsOf } from './keyed.js'
import { KeyedModel, type Entry } from './keyed-model.js'
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

type Pair = readonly [key: unknown, value: unknown]

type AnyMapType = HashMapType<KeyType, Type> | OrderedMapType<KeyType, Type> | FlatMapType<KeyType, Type>

/** Maps with each key once, against a Map. */
export class MapModel extends TypeModel<AnyMapType> {
  get key(): TypeModel {
    return this.modelOf(this.type.key)
  }

  get value(): TypeModel {
    return this.modelOf(this.type.value)
  }

  override get parts(): readonly TypeModel[] {
    return [this.key, this.value]
  }

  private get isOrdered(): boolean {
    return this.type.kind !== 'hashMap'
  }

  override zero(): unknown {
    return []
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> {
    const pairs = drawPairs(this.key, this.value, drawing)
    const entries = pairs === undefined ? fc.constant([]) : drawEntries(this.key, pairs, ([key]) => key, drawing)
    return drawing.isPlain ? entries.map((list) => new Map(list)) : entries
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> {
    return drawWrongPairs(this.key, this.value, drawing)
  }

  override text(value: unknown): string {
    return this.#text(value, this.isOrdered)
  }

  /** As `text`, but in an order that does not depend on that of the entries. */
  unordered(value: unknown): string {
    return this.#text(value, false)
  }

  #text(value: unknown, isOrdered: boolean): string {
    const { key, value: inner } = this
    const entries = new Map<string, string>()
    const keys = new Map<string, unknown>()
    for (const [k, v] of value as Iterable<Pair>) {
      entries.set(key.keyText(k), inner.text(v))
      keys.set(key.keyText(k), k)
    }
    return `{${inOrder(isOrdered, key, keys)
      .map((k) => `${k}=>${entries.get(k)!}`)
      .join()}}`
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    const { key, value: model } = this
    return new Map(Array.from(value as Iterable<Pair>, ([k, v]) => [`[${key.keyText(k)}]`, { model, value: v }]))
  }

  override normal(value: unknown): unknown {
    const entries = new Map<string, Pair>()
    for (const [k, v] of value as Iterable<Pair>) entries.set(this.key.keyText(k), [k, this.value.normal(v)])
    return [...entries.values()]
  }

  override openings(): readonly Opening[] {
    const { value: model } = this
    return [
      {
        model,
        enter(live, plain, pick) {
          const list = plain as readonly Pair[]
          if (list.length === 0) return undefined
          const at = pick % list.length
          const [key, held] = list[at]!
          return { live: (live as AnyMap).get(key), plain: held, put: (value) => list.with(at, [key, value]) }
        },
      },
    ]
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    const pairs = drawPairs(this.key, this.value, INPUTS)
    return pairs && changes(pairs)
  }

  override applyChange(live: unknown, plain: unknown, { what, at, value }: Change): unknown {
    const map = live as AnyMap
    const list = plain as readonly Pair[]
    if (what === 'put') {
      const [key, inner] = value as Pair
      map.set(key, inner)
      return this.normal([...list, [key, inner]])
    }
    if (what === 'clear') {
      map.clear()
      return []
    }
    if (list.length === 0) return list
    const [doomed] = pickFrom(list, at)
    same(map.delete(doomed), true, 'what delete returns')
    return list.filter(([key]) => !Object.is(key, doomed))
  }

  override scenario({ keys }: ScenarioOptions): AnyScenario {
    const { type, key, value, isOrdered } = this
    return anyScenario<unknown[], OrderedCommand, KeyedModel>({
      type,
      setting: poolsOf(key, keys),
      operations: [...operationsOf(this), ...removals, ...(isOrdered ? queries : [])],
      needRoom: NEED_ROOM,
      model: (pool) => new KeyedModel(key, pool),
      apply: (live, model, command, surroundings) => {
        const map = live as OrderedMap<KeyType, Type>
        if (command.do === 'query') applyQuery(map, model, command, ([own]) => key.keyText(plainOf(own)))
        else applyToMap(this, map, model, command, surroundings)
      },
      agree: (live, model) => mapsAgree(value, live as AnyMap, model, isOrdered),
    })
  }
}

/** What maps with keys and values of these types can do. */
function operationsOf({ key, value }: MapModel) {
  const values = value.draw(INPUTS)!
  return [
    operation('set', 20, { key: picks, value: values }),
    operation('set many', 8, { from: picks, value: values }),
    operation('set to own', 4, { key: picks, own: picks }),
    operation('edit', 8 * Math.min(placesIn(value), 5), { key: picks, edit: editsOf(value) }),
    operation('hold', 8, { key: picks }),
    operation('get many', 4, { keys: fc.array(picks, { maxLength: 140, size: 'max' }) }),
    operation('copy out', 3, {}),
    operation('wrong key', 3, { wrong: key.drawWrong(INPUTS)!, value: values }),
    operation('wrong value', 3, { key: picks, wrong: value.drawWrong(INPUTS)! }),
  ] as const
}

const NEED_ROOM = new Set(['set', 'set many', 'set to own', 'edit', 'reserve'])

type MapCommand = CommandOf<ReturnType<typeof operationsOf>> | CommandOf<typeof removals>
type OrderedCommand = MapCommand | CommandOf<typeof queries>
type AnyMap = HashMap<KeyType, Type> | OrderedMap<KeyType, Type> | FlatMap<KeyType, Type>

function applyToMap(of: MapModel, live: AnyMap, model: KeyedModel, command: MapCommand, { held }: Surroundings): void {
  const { value: valueModel } = of
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
      entry.value = applyEdit(valueModel, live.get(entry.key), entry.value, command.edit)
      return
    }
    case 'hold': {
      const entry = model.get(pickFrom(pool, command.key))
      if (entry === undefined) return
      const { writes } = entry
      held.hold(valueModel, live.get(entry.key), () => {
        if (entry.gone) return { state: 'gone' }
        // A value that is a container itself may have been made anew when it was written whole.
        const mayMove = of.type.kind === 'flatMap' || (writes !== entry.writes && valueModel.type.kind !== 'struct')
        return { state: mayMove ? 'perhaps moved' : 'there', value: entry.value }
      })
      return
    }
    case 'get many': {
      const keys = command.keys.map((pick) => pickFrom(pool, pick))
      const text = (value: unknown, there: boolean): string => (there ? valueModel.text(value) : 'missing')
      same(
        live
          .getMany(keys)
          .map((value, i) => text(valueModel.plain(value), live.has(keys[i])))
          .join(),
        keys.map((key) => text(model.get(key)?.value, model.get(key) !== undefined)).join(),
        'getMany',
      )
      return
    }
    case 'copy out': {
      const entries = model.all().map(({ key, value }) => [key, value] as const)
      same(of.unordered(live.toObject()), of.unordered(entries), 'toObject')
      same(
        of.unordered([...live].map(([key, value]) => [plainOf(key), valueModel.plain(value)])),
        of.unordered(entries),
        'entries',
      )
      const called: [unknown, unknown][] = []
      live.forEach((value, key) => called.push([plainOf(key), valueModel.plain(value)]))
      same(of.unordered(called), of.unordered(entries), 'forEach')
      return
    }
    case 'wrong key': {
      const { wrong, value } = command
      refuses(() => live.set(wrong.value, value), ['key', ...wrong.path], 'set of a wrong key')
      notFound(live, wrong.value)
      return
    }
    case 'wrong value': {
      const key = pickFrom(pool, command.key)
      refuses(() => live.set(key, command.wrong.value), ['value', ...command.wrong.path], 'set of a wrong value')
      return
    }
    default:
      applyRemoval(live, model, command)
  }
}

function ownEntry(model: KeyedModel, pick: number): Entry | undefined {
  return model.size === 0 ? undefined : pickFrom(model.all(), pick)
}

function mapsAgree(valueModel: TypeModel, live: AnyMap, model: KeyedModel, ordered: boolean): void {
  same(live.size, model.size, 'size')
  for (const key of model.pool) {
    const entry = model.get(key)
    same(live.has(key), entry !== undefined, 'has')
    const value = live.get(key)
    if (entry === undefined) same(value, undefined, 'value of a missing key')
    else same(valueModel.text(valueModel.plain(value)), valueModel.text(entry.value), 'value')
  }
  same(keysText(live.keys(), model, ordered), keysText(modelKeys(model, ordered), model, ordered), 'keys')
}

import fc from 'fast-check'
import type { LazyRange, RangeOptions } from '../containers/range.js'
import type { HashMultimapType, OrderedMultimapType } from '../containers/multimap-type.js'
import type { HashMultisetType, OrderedMultisetType } from '../containers/multiset-type.js'
import type { KeyType, Type } from '../types/type.js'
import { refuses, same, throwsError } from './check.js'
import { applyEdit, changes, editsOf, placesIn, type Change, type Opening } from './edit.js'
import { drawPairs, drawWrongPairs, listsWithOneWrongKey } from './elements.js'
import { notFound, poolsOf } from './keyed.js'
import { applyQuery, queries, type Sorted } from './ordered-queries.js'
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
import { isView, plainOf } from './views.js'

type MultiType =
  | HashMultimapType<KeyType, Type>
  | OrderedMultimapType<KeyType, Type>
  | HashMultisetType<KeyType>
  | OrderedMultisetType<KeyType>

/** A container of any of these kinds; sets have keys alone. */
interface AnyMulti extends Iterable<unknown> {
  readonly size: number
  add(key: unknown, value?: unknown): unknown
  has(key: unknown): boolean
  get(key: unknown): unknown
  getAll(key: unknown): unknown[]
  getMany(keys: readonly unknown[]): unknown[]
  count(key: unknown): number
  delete(key: unknown): number
  erase(view: unknown, index?: number): boolean
  clear(): void
  reserve?(count: number): void
  entries(): Iterable<[unknown, unknown]>
  keys(): Iterable<unknown>
  values(): Iterable<unknown>
  forEach(callback: (value: unknown, key: unknown) => void): void
  toObject(): unknown
  equalRange(key: unknown): LazyRange<unknown>
  range(options?: RangeOptions<unknown, unknown>): LazyRange<unknown>
  lowerBound(key: unknown): unknown
  upperBound(key: unknown): unknown
  first(): unknown
  last(): unknown
}

/** What the container should hold once. Sets have `undefined` as the value. */
interface MultiEntry {
  readonly key: unknown
  value: unknown
  gone: boolean
}

/** Maps and sets in which keys may be equal, against a list in the order of insertion. */
export class MultiModel extends TypeModel<MultiType> {
  get key(): TypeModel {
    return this.modelOf(this.type.key)
  }

  /** The model of the values; `undefined` for sets. */
  get value(): TypeModel | undefined {
    return 'value' in this.type ? this.modelOf(this.type.value) : undefined
  }

  get isOrdered(): boolean {
    return this.type.kind.startsWith('ordered')
  }

  override get parts(): readonly TypeModel[] {
    return this.value === undefined ? [this.key] : [this.key, this.value]
  }

  override zero(): unknown {
    return []
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> {
    const { key, value } = this
    const items = value === undefined ? key.draw(drawing) : drawPairs(key, value, drawing)
    return items === undefined ? fc.constant([]) : fc.array(items, { maxLength: 4 })
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> {
    const { key, value } = this
    return value === undefined ? listsWithOneWrongKey(key, drawing) : drawWrongPairs(key, value, drawing)
  }

  /** An item of a plain value, or of what iterating gives, as an entry. */
  entry(item: unknown): MultiEntry {
    const [key, value] = this.value === undefined ? [item, undefined] : (item as [unknown, unknown])
    return { key, value, gone: false }
  }

  /** An entry, written out. */
  entryText({ key, value }: Pick<MultiEntry, 'key' | 'value'>): string {
    const text = this.key.keyText(plainOf(key))
    return this.value === undefined ? text : `${text}=>${this.value.text(this.value.plain(value))}`
  }

  override text(value: unknown): string {
    return this.entriesText(Array.from(value as Iterable<unknown>, (item) => this.entry(item)))
  }

  /** Entries in the order of the keys, which for hashed kinds is any fixed one; equal keys in the order given. */
  entriesText(entries: readonly MultiEntry[]): string {
    return this.inOrder(entries)
      .map((entry) => this.entryText(entry))
      .join()
  }

  inOrder(entries: readonly MultiEntry[]): MultiEntry[] {
    const { key, isOrdered } = this
    if (isOrdered) return [...entries].sort((a, b) => key.compare(a.key, b.key))
    const keyed = entries.map((entry) => ({ entry, text: key.keyText(plainOf(entry.key)) }))
    return keyed.sort((a, b) => (a.text === b.text ? 0 : a.text < b.text ? -1 : 1)).map(({ entry }) => entry)
  }

  override normal(value: unknown): unknown {
    const { value: model } = this
    return Array.from(value as Iterable<unknown>, (item) => {
      if (model === undefined) return item
      const [key, inner] = item as [unknown, unknown]
      return [key, model.normal(inner)]
    })
  }

  override openings(): readonly Opening[] {
    const { key, value } = this
    if (value === undefined) return []
    const enter: Opening['enter'] = (live, plain, pick) => {
      const list = plain as readonly [unknown, unknown][]
      if (list.length === 0) return undefined
      const at = pick % list.length
      const [own, held] = list[at]!
      const text = key.keyText(own)
      const before = list.slice(0, at).filter(([each]) => key.keyText(each) === text).length
      const inner = (live as AnyMulti).getAll(own)[before]
      return { live: inner, plain: held, put: (put) => list.with(at, [own, put]) }
    }
    return [{ model: value, enter }]
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    const { key, value } = this
    const items = value === undefined ? key.draw(INPUTS) : drawPairs(key, value, INPUTS)
    return items && changes(items)
  }

  override applyChange(live: unknown, plain: unknown, { what, at, value }: Change): unknown {
    const multi = live as AnyMulti
    const list = plain as readonly unknown[]
    if (what === 'put') {
      const entry = this.entry(value)
      multi.add(entry.key, entry.value)
      return [...list, ...(this.normal([value]) as unknown[])]
    }
    if (what === 'clear') {
      multi.clear()
      return []
    }
    if (list.length === 0) return list
    const text = this.key.keyText(this.entry(pickFrom(list, at)).key)
    const isDoomed = (item: unknown): boolean => this.key.keyText(this.entry(item).key) === text
    same(multi.delete(this.entry(pickFrom(list, at)).key), list.filter(isDoomed).length, 'what delete returns')
    return list.filter((item) => !isDoomed(item))
  }

  override scenario({ keys }: ScenarioOptions): AnyScenario {
    const { type, key, isOrdered } = this
    return anyScenario<unknown[], AnyMultiCommand, MultiState>({
      type,
      setting: poolsOf(key, keys),
      operations: [...operationsOf(this), ...(isOrdered ? queries : [])],
      needRoom: NEED_ROOM,
      model: (pool) => new MultiState(this, pool),
      apply: (live, state, command, surroundings) => {
        const multi = live as AnyMulti
        if (command.do === 'query') applyQuery(multi, state, command, (item) => this.entryText(this.entry(item)))
        else applyToMulti(this, multi, state, command, surroundings)
      },
      agree: (live, state) => multisAgree(this, live as AnyMulti, state),
    })
  }
}

/** What a container should hold. */
class MultiState implements Sorted<MultiEntry> {
  readonly of: MultiModel
  readonly pool: readonly unknown[]
  entries: MultiEntry[] = []
  readonly #texts = new WeakMap<MultiEntry, string>()

  constructor(of: MultiModel, pool: readonly unknown[]) {
    this.of = of
    this.pool = pool
  }

  get key(): TypeModel {
    return this.of.key
  }

  text(entry: MultiEntry): string {
    return this.of.entryText(entry)
  }

  sorted(): MultiEntry[] {
    return this.of.inOrder(this.entries)
  }

  /** The entries of a key, in the order of insertion. */
  all(key: unknown): MultiEntry[] {
    const text = this.key.keyText(key)
    return this.entries.filter((entry) => this.#textOf(entry) === text)
  }

  /** The key of an entry, written out once: it never changes. */
  #textOf(entry: MultiEntry): string {
    let text = this.#texts.get(entry)
    if (text === undefined) this.#texts.set(entry, (text = this.key.keyText(entry.key)))
    return text
  }

  erase(doomed: readonly MultiEntry[]): void {
    for (const entry of doomed) entry.gone = true
    this.entries = this.entries.filter(({ gone }) => !gone)
  }
}

const BULK = 5

function operationsOf({ key, value }: MultiModel) {
  const values = value?.draw(INPUTS) ?? fc.constant(undefined)
  const wrongValues = value?.drawWrong(INPUTS)
  return [
    operation('add', 20, { key: picks, value: values }),
    operation('add many', 8, { from: picks, step: fc.nat(1), value: values }),
    operation('add own', 4, { own: picks }),
    operation('edit', value === undefined ? 0 : 8 * Math.min(placesIn(value), 5), {
      own: picks,
      edit: value === undefined ? fc.constant(undefined) : editsOf(value),
    }),
    operation('delete', 6, { key: picks }),
    operation('erase', 6, { own: picks, fromEnd: fc.boolean() }),
    operation('erase view', 5, { own: picks, byKey: fc.boolean() }),
    operation('clear', 0.3, {}),
    operation('reserve', 1, { count: fc.nat(60) }),
    operation('hold', 8, { own: picks }),
    operation('get many', 4, { keys: fc.array(picks, { maxLength: 140, size: 'max' }) }),
    operation('copy out', 3, {}),
    operation('wrong key', 3, { wrong: key.drawWrong(INPUTS)!, value: values }),
    operation('wrong value', wrongValues === undefined ? 0 : 3, {
      key: picks,
      wrong: wrongValues ?? fc.constant(undefined),
    }),
  ] as const
}

const NEED_ROOM = new Set(['add', 'add many', 'add own', 'edit', 'reserve'])

type MultiCommand = CommandOf<ReturnType<typeof operationsOf>>
type AnyMultiCommand = MultiCommand | CommandOf<typeof queries>

function applyToMulti(
  of: MultiModel,
  live: AnyMulti,
  state: MultiState,
  command: MultiCommand,
  { held }: Surroundings,
): void {
  const { pool } = state
  const add = (key: unknown, value: unknown): void => {
    same(of.value === undefined ? live.add(key) : live.add(key, value), live, 'what add returns')
    state.entries.push({ key, value, gone: false })
  }
  switch (command.do) {
    case 'add':
      add(pickFrom(pool, command.key), command.value)
      return
    case 'add many':
      for (let i = 0; i < BULK; i++) add(pickFrom(pool, command.from + i * command.step), command.value)
      return
    case 'delete': {
      const key = pickFrom(pool, command.key)
      const doomed = state.all(key)
      same(live.delete(key), doomed.length, 'what delete returns')
      state.erase(doomed)
      return
    }
    case 'clear':
      live.clear()
      state.erase(state.entries)
      return
    case 'reserve':
      live.reserve?.(command.count)
      return
    case 'get many': {
      const keys = command.keys.map((pick) => pickFrom(pool, pick))
      const found = live.getMany(keys).map((each, i) => (live.has(keys[i]) ? foundText(of, each) : 'missing'))
      const expected = keys.map((key) => state.all(key)[0]).map((entry) => (entry ? ownText(of, entry) : 'missing'))
      same(found.join(), expected.join(), 'getMany')
      return
    }
    case 'copy out':
      copiedOut(of, live, state)
      return
    case 'wrong key': {
      const { wrong, value } = command
      refuses(() => live.add(wrong.value, value), ['key', ...wrong.path], 'adding a wrong key')
      notFound(live, wrong.value)
      return
    }
    case 'wrong value': {
      const { wrong } = command
      if (wrong === undefined) return
      const key = pickFrom(pool, command.key)
      refuses(() => live.add(key, wrong.value), ['value', ...wrong.path], 'adding a wrong value')
      return
    }
  }
  if (state.entries.length === 0) return
  const entry = pickFrom(state.entries, command.own)
  const equal = state.all(entry.key)
  const at = equal.indexOf(entry)
  const view = (): unknown => live.getAll(entry.key)[at]
  switch (command.do) {
    case 'add own':
      add(entry.key, of.value === undefined ? undefined : entry.value)
      return
    case 'edit':
      if (of.value === undefined || command.edit === undefined) return
      entry.value = applyEdit(of.value, view(), entry.value, command.edit)
      return
    case 'erase':
      same(live.erase(entry.key, equal.length), false, 'erasing behind the last of equal keys')
      same(live.erase(entry.key, command.fromEnd ? at - equal.length : at), true, 'what erase returns')
      state.erase([entry])
      return
    case 'erase view': {
      const own = command.byKey ? keyViews(of, live, entry.key)[at] : view()
      // Only a view that stands where the entry's key or value does tells which of several entries it is.
      const model = command.byKey ? of.key : (of.value ?? of.key)
      if (!isView(own) || (model.drawChange() === undefined && model.type.kind !== 'array')) return
      same(live.erase(own), true, 'what erase returns')
      state.erase([entry])
      throwsError('StaleViewError', () => live.erase(own), 'erasing an entry twice')
      return
    }
    case 'hold':
      held.hold(of.value ?? of.key, view(), () => (entry.gone ? { state: 'gone' } : fateOf(of, entry)))
  }
}

/** Keys are never written; values only in place. */
function fateOf(of: MultiModel, { key, value }: MultiEntry) {
  return { state: 'there' as const, value: of.value === undefined ? key : value }
}

/** The keys equal to one, as the container gives them. */
function keyViews(of: MultiModel, live: AnyMulti, key: unknown): unknown[] {
  const entries = live.equalRange(key).toArray()
  return of.value === undefined ? entries : entries.map((entry) => (entry as [unknown, unknown])[0])
}

function foundText(of: MultiModel, found: unknown): string {
  return of.value === undefined ? of.key.keyText(plainOf(found)) : of.value.text(of.value.plain(found))
}

function ownText(of: MultiModel, { key, value }: MultiEntry): string {
  return of.value === undefined ? of.key.keyText(key) : of.value.text(value)
}

function copiedOut(of: MultiModel, live: AnyMulti, state: MultiState): void {
  const expected = of.entriesText(state.entries)
  const text = (entries: Iterable<unknown>): string => of.entriesText(Array.from(entries, (item) => of.entry(item)))
  same(text(live.toObject() as Iterable<unknown>), expected, 'toObject')
  const called: unknown[] = []
  live.forEach((value, key) => called.push(of.value === undefined ? key : [key, value]))
  same(text(called), expected, 'forEach')
  const pairs = Array.from(live.entries(), ([key, value]) => (of.value === undefined ? key : [key, value]))
  same(text(pairs), expected, 'entries')
}

function multisAgree(of: MultiModel, live: AnyMulti, state: MultiState): void {
  same(live.size, state.entries.length, 'size')
  const asked = new Set<string>()
  for (const key of state.pool) {
    const before = asked.size
    if (asked.add(of.key.keyText(key)).size === before) continue
    const all = state.all(key)
    same(live.has(key), all.length > 0, 'has')
    same(live.count(key), all.length, 'count')
    const own = live.getAll(key).map((each) => foundText(of, each))
    same(own.join(), all.map((entry) => ownText(of, entry)).join(), 'getAll')
    same(all.length === 0 ? live.get(key) : foundText(of, live.get(key)), own[0], 'get')
    const equal = Array.from(live.equalRange(key), (item) => of.entryText(of.entry(item)))
    same(equal.join(), all.map((entry) => of.entryText(entry)).join(), 'equalRange')
  }
  const entries = Array.from(live, (item) => of.entry(item))
  const shown = of.isOrdered ? entries.map((entry) => of.entryText(entry)).join() : of.entriesText(entries)
  same(shown, of.entriesText(state.entries), 'entries in order')
}

import fc from 'fast-check'
import { sameTarget, type Opened, type ReadonlyOpened, type ReadonlyView, type Segment } from '../../../src/core.js'
import * as t from '../../../src/t.js'
import { same, throwsError } from '../../../src/testing/check.js'
import { anyScenario, operation, pickFrom, picks, type CommandOf } from '../../../src/testing/scenario.js'
import { STRINGS } from '../../../src/testing/text.js'

const Item = t.struct({
  name: t.string,
  get next() {
    return t.sharedPtr(Item)
  },
  get back() {
    return t.weakPtr(Item)
  },
  get kids() {
    return t.vector(t.sharedPtr(Item))
  },
  get only() {
    return t.uniquePtr(Item)
  },
})
const Row = t.struct({ id: t.u8, item: t.sharedPtr(Item), seen: t.optional(t.weakPtr(Item)) })
const Owners = t.struct({
  slots: t.vector(t.sharedPtr(Item)),
  map: t.hashMap(t.u8, t.sharedPtr(Item)),
  rows: t.multiIndex(Row, { id: t.orderedUnique('id') }),
  weak: t.weakPtr(Item),
  own: t.uniquePtr(Item),
})

/** What an object, or a value alone in its block, should hold. */
interface ItemModel {
  name: string
  next: ItemModel | undefined
  back: ItemModel | undefined
  kids: (ItemModel | undefined)[]
  only: ItemModel | undefined
  /** Shared pointers lead to smaller ranks only, so never in a circle. */
  readonly rank: number
  owners: number
}
interface RowModel {
  item: ItemModel | undefined
  seen: ItemModel | undefined
}
interface OwnersModel {
  slots: (ItemModel | undefined)[]
  readonly map: Map<number, ItemModel | undefined>
  readonly rows: Map<number, RowModel>
  weak: ItemModel | undefined
  own: ItemModel | undefined
  ranks: number
}

type ItemView = ReadonlyView<typeof Item>
type Live = Opened<typeof Owners>
/** The object that a number means, if there is any. */
type Any = (pick: number) => readonly [view?: Opened<typeof Item>, item?: ItemModel, isWritable?: boolean]

const keys = fc.nat(5)
const operations = [
  operation('push new', 10, { name: STRINGS, inner: STRINGS, isDeep: fc.boolean() }),
  operation('push made', 10, { name: STRINGS, next: picks }),
  operation('push', 8, { item: picks, also: picks }),
  operation('set slot', 8, { at: picks, item: picks, isNone: fc.boolean() }),
  operation('insert slot', 4, { at: picks, item: picks }),
  operation('erase slots', 6, { at: picks, count: fc.nat(2) }),
  operation('pop slot', 3, {}),
  operation('assign slots', 3, { some: fc.array(picks, { maxLength: 4 }) }),
  operation('shrink slots', 2, {}),
  operation('set key', 8, { key: keys, item: picks, isNone: fc.boolean() }),
  operation('delete key', 4, { key: keys }),
  operation('link', 12, { from: picks, to: picks, isNone: fc.boolean() }),
  operation('look back', 6, { from: picks, to: picks }),
  operation('add kid', 8, { from: picks, to: picks }),
  operation('drop kids', 3, { from: picks }),
  operation('hold copy', 6, { from: picks, of: picks }),
  operation('drop copy', 3, { from: picks }),
  operation('own copy', 3, { of: picks }),
  operation('own less', 3, {}),
  operation('insert row', 8, { id: keys, item: picks, seen: picks }),
  operation('copy row', 5, { id: keys, to: keys }),
  operation('modify row', 6, { id: keys, item: picks, seen: picks, isSeen: fc.boolean() }),
  operation('erase row', 4, { id: keys }),
  operation('clear', 1, { what: fc.constantFrom('slots', 'map', 'rows') }),
  operation('weak', 5, { item: picks }),
  operation('wrong value', 4, { item: picks, value: fc.constantFrom<unknown>(null, 5, 'pointer', {}, Symbol('a')) }),
  operation('take what is owned', 3, {}),
] as const

type OwnersCommand = CommandOf<typeof operations>

/** Objects that own each other through every container, against counts kept by hand. */
export const ownersScenario = anyScenario<undefined, OwnersCommand, OwnersModel>({
  type: Owners,
  setting: fc.constant(undefined),
  operations,
  needRoom: new Set([
    ...[
      'push new',
      'push made',
      'push',
      'set slot',
      'insert slot',
      'assign slots',
      'set key',
      'link',
      'look back',
      'weak',
    ],
    ...[
      'add kid',
      'drop kids',
      'hold copy',
      'drop copy',
      'own copy',
      'own less',
      'insert row',
      'copy row',
      'modify row',
    ],
  ]),
  model: () => ({ slots: [], map: new Map(), rows: new Map(), weak: undefined, own: undefined, ranks: 0 }),
  apply: (opened, model, command, { segment }) => {
    const live = opened as Live
    applyToOwners(live, model, command, segment)
    // Every count is compared with the pointers that there are.
    segment.verify()
    const alive = itemsOf(live, model).length
    same(segment.objects().filter(({ name }) => name === undefined).length, alive, 'number of objects without a name')
  },
  agree: (opened, model) => {
    const live = opened as Live
    live.slots.checkInvariants()
    live.map.checkInvariants()
    live.rows.checkInvariants()
    itemsOf(live, model)
  },
})

function own(item: ItemModel | undefined): ItemModel | undefined {
  if (item !== undefined) item.owners++
  return item
}

function drop(item: ItemModel | undefined): void {
  if (item !== undefined && --item.owners === 0) end(item)
}

/** What goes with a value. */
function end(item: ItemModel): void {
  drop(item.next)
  item.kids.forEach(drop)
  if (item.only !== undefined) end(item.only)
}

function copyOf(item: ItemModel, rank: number): ItemModel {
  const { name, next, back, kids, only } = item
  return {
    ...{ name, next: own(next), back, kids: kids.map(own), rank, owners: 1 },
    only: only === undefined ? undefined : copyOf(only, rank),
  }
}

function depthOf(item: ItemModel): number {
  return item.only === undefined ? 1 : 1 + depthOf(item.only)
}

const isGone = ({ owners }: ItemModel): boolean => owners === 0

function applyToOwners(live: Live, model: OwnersModel, command: OwnersCommand, segment: Segment): void {
  const items = itemsOf(live, model)
  const fresh = (name: string, next?: ItemModel): ItemModel => {
    return { name, next, back: undefined, kids: [], only: undefined, rank: model.ranks++, owners: 0 }
  }
  const any: Any = (pick) => (items.length === 0 ? [] : (pickFrom(items, pick) as unknown as ReturnType<Any>))
  const { slots, map, rows } = model
  switch (command.do) {
    case 'push new': {
      const { name, inner, isDeep } = command
      const made = isDeep ? { name: inner, kids: [] } : undefined
      live.slots.push({ name, kids: [made], next: made, only: made })
      const part = (): ItemModel | undefined => (isDeep ? fresh(inner) : undefined)
      const parts = { kids: [own(part())], next: own(part()), only: part() }
      if (parts.only !== undefined) parts.only.owners = 1
      slots.push(own({ ...fresh(name), ...parts }))
      return
    }
    case 'push made': {
      const [view, next] = any(command.next)
      const made = segment.make(Item, { name: command.name, kids: [], next: view })
      try {
        live.slots.push(made)
      } catch (error) {
        segment.destroy(made)
        throw error
      }
      same(sameTarget(live.slots.at(-1), made), true, 'what was pushed')
      slots.push(own(fresh(command.name, own(next))))
      return
    }
    case 'push': {
      const [[a, first], [b, second]] = [any(command.item), any(command.also)]
      same(live.slots.push(a, b), slots.push(own(first), own(second)), 'what push returns')
      return
    }
    case 'insert slot': {
      const [view, item] = any(command.item)
      const at = command.at % (slots.length + 1)
      live.slots.insert(at, view)
      slots.splice(at, 0, own(item))
      return
    }
    case 'assign slots': {
      const some = command.some.map(any)
      live.slots.assign(some.map(([view]) => view))
      const before = slots.splice(0, Infinity, ...some.map(([, item]) => own(item)))
      before.forEach(drop)
      return
    }
    case 'shrink slots':
      live.slots.shrinkToFit()
      return
    case 'set key': {
      const [view, item] = command.isNone ? [] : any(command.item)
      live.map.set(command.key, view)
      const before = map.get(command.key)
      map.set(command.key, own(item))
      drop(before)
      return
    }
    case 'delete key':
      same(live.map.delete(command.key), map.has(command.key), 'what delete returns')
      drop(map.get(command.key))
      map.delete(command.key)
      return
    case 'own copy': {
      const [view, item] = any(command.of)
      if (item !== undefined && depthOf(item) > 3) return
      live.assign({ own: view })
      const before = model.own
      model.own = item && copyOf(item, Infinity)
      if (before !== undefined) end(before)
      return
    }
    case 'own less': {
      live.assign({ own: live.own?.only })
      const before = model.own
      model.own = before?.only && copyOf(before.only, Infinity)
      if (before !== undefined) end(before)
      return
    }
    case 'insert row': {
      const [[view, item], [seenView, seen]] = [any(command.item), any(command.seen)]
      const { inserted } = live.rows.insert({ id: command.id, item: view, seen: seenView })
      same(inserted, !rows.has(command.id), 'whether a row was inserted')
      if (inserted) rows.set(command.id, { item: own(item), seen })
      return
    }
    case 'copy row': {
      const row = live.rows.by.id.get(command.id)
      if (row === undefined) return
      const { inserted } = live.rows.insert({ ...row.toObject(), id: command.to })
      same(inserted, !rows.has(command.to), 'whether a row was inserted')
      const { item, seen } = rows.get(command.id)!
      if (inserted) rows.set(command.to, { item: own(item), seen: seen && !isGone(seen) ? seen : undefined })
      return
    }
    case 'modify row': {
      const [row, before] = [live.rows.by.id.get(command.id), rows.get(command.id)]
      if (row === undefined || before === undefined) return
      const [[view, item], [seenView, seen]] = [any(command.item), any(command.seen)]
      live.rows.modify(row, command.isSeen ? { item: view, seen: seenView } : { item: view })
      rows.set(command.id, { item: own(item), seen: command.isSeen ? seen : before.seen })
      drop(before.item)
      return
    }
    case 'erase row':
      same(live.rows.by.id.delete(command.id), rows.has(command.id), 'what delete returns')
      drop(rows.get(command.id)?.item)
      rows.delete(command.id)
      return
    case 'clear': {
      live[command.what].clear()
      const before =
        command.what === 'rows' ? [...rows.values()].map(({ item }) => item) : [...model[command.what].values()]
      if (command.what === 'slots') slots.length = 0
      else model[command.what].clear()
      before.forEach(drop)
      return
    }
    case 'weak': {
      const [view, item] = any(command.item)
      live.weak = view
      model.weak = item
      return
    }
    case 'wrong value': {
      const [view] = any(command.item)
      throwsError('InvalidValueError', () => live.slots.push(view, command.value as never), 'a pointer to no view')
      throwsError('InvalidValueError', () => live.map.set(0, command.value as never), 'a pointer to no view')
      return
    }
    case 'take what is owned':
      if (live.own === undefined) return
      throwsError('InvalidValueError', () => live.slots.push(live.own), 'a pointer to what has an owner')
      return
  }
  applyToSome(live, model, command, any)
}

type ToSome = Extract<OwnersCommand, { at: number } | { from: number } | { do: 'pop slot' }>

/** Commands that need a slot or an item. */
function applyToSome(live: Live, { slots }: OwnersModel, command: ToSome, any: Any): void {
  if ('from' in command) {
    const [view, from, isWritable] = any(command.from)
    if (view === undefined || from === undefined) return
    if (isWritable === true) applyToItem(view, from, command, any)
    else throwsError('ReadOnlyError', () => view.assign({ next: undefined }), 'writing through a row')
    return
  }
  if (slots.length === 0) return
  switch (command.do) {
    case 'pop slot': {
      live.slots.pop()
      drop(slots.pop())
      return
    }
    case 'set slot': {
      const at = command.at % slots.length
      const [view, item] = command.isNone ? [] : any(command.item)
      live.slots.set(at, view)
      const before = slots[at]
      slots[at] = own(item)
      drop(before)
      return
    }
    case 'erase slots': {
      const at = command.at % slots.length
      const count = Math.min(command.count, slots.length - at)
      live.slots.erase(at, count)
      slots.splice(at, count).forEach(drop)
    }
  }
}

function applyToItem(
  view: Opened<typeof Item>,
  from: ItemModel,
  command: Extract<OwnersCommand, { from: number }>,
  any: Any,
): void {
  switch (command.do) {
    case 'link': {
      const [toView, to] = command.isNone ? [] : any(command.to)
      if (to !== undefined && to.rank >= from.rank) return
      view.next = toView
      const before = from.next
      from.next = own(to)
      drop(before)
      return
    }
    case 'look back': {
      const [toView, to] = any(command.to)
      view.back = toView
      from.back = to
      return
    }
    case 'add kid': {
      const [toView, to] = any(command.to)
      if (to === undefined || to.rank >= from.rank) return
      view.kids.push(toView)
      from.kids.push(own(to))
      return
    }
    case 'drop kids':
      view.assign({ kids: [] })
      from.kids.splice(0).forEach(drop)
      return
    case 'hold copy': {
      const [ofView, of] = any(command.of)
      if (of === undefined || of.rank > from.rank || depthOf(of) > 3) return
      view.assign({ only: ofView })
      const before = from.only
      from.only = copyOf(of, from.rank)
      if (before !== undefined) end(before)
      return
    }
    case 'drop copy':
      view.assign({ only: undefined })
      if (from.only !== undefined) end(from.only)
      from.only = undefined
  }
}

/** Compares everything, each object once, and gives the objects with their models: pointers to one lead to the same place. */
function itemsOf(
  live: Live | ReadonlyOpened<typeof Owners>,
  { slots, map, rows, weak, own: owned }: OwnersModel,
): [view: ItemView, item: ItemModel, isWritable: boolean][] {
  const found = new Map<ItemModel, ItemView>()
  const writable = new Set<ItemModel>()
  let isWritable = true
  const weaks: [ItemView | undefined, ItemModel | undefined, string][] = []
  const value = (view: ItemView, item: ItemModel): void => {
    same(view.name, item.name, 'name')
    shared(view.next, item.next)
    weaks.push([view.back, item.back, 'back'])
    same(view.kids.length, item.kids.length, 'number of kids')
    item.kids.forEach((kid, at) => {
      shared(view.kids.at(at), kid)
    })
    same(view.only !== undefined, item.only !== undefined, 'whether there is a value')
    if (item.only !== undefined) value(view.only!, item.only)
  }
  const shared = (view: ItemView | undefined, item: ItemModel | undefined): void => {
    same(view !== undefined, item !== undefined, 'whether a pointer leads somewhere')
    if (view === undefined || item === undefined) return
    if (isGone(item)) throw new Error('the model has lost count')
    const known = found.get(item)
    if (known !== undefined) same(sameTarget(view, known), true, 'whether two pointers lead to the same object')
    else {
      found.set(item, view)
      if (isWritable) writable.add(item)
      value(view, item)
    }
  }
  same(live.slots.length, slots.length, 'number of slots')
  slots.forEach((item, at) => {
    shared(live.slots.at(at), item)
  })
  same(live.map.size, map.size, 'size of the map')
  for (const [key, item] of map) shared(live.map.get(key), item)
  same(live.own !== undefined, owned !== undefined, 'whether there is a value')
  if (owned !== undefined) value(live.own!, owned)
  same(live.rows.size, rows.size, 'number of rows')
  // What is found through a row only is read through it only.
  isWritable = false
  for (const [id, { item, seen }] of rows) {
    const row = (live as ReadonlyOpened<typeof Owners>).rows.by.id.get(id)!
    shared(row.item, item)
    weaks.push([row.seen, seen, 'seen'])
  }
  weaks.push([live.weak, weak, 'weak'])
  for (const [view, item, what] of weaks) {
    const target = item === undefined || isGone(item) ? undefined : found.get(item)
    same(sameTarget(view, target), true, `whether ${what} leads to what is there, or nowhere`)
  }
  const all = [...found]
  for (const [index, [, view]] of all.entries()) {
    const [, other] = all[(index + 1) % all.length]!
    if (all.length > 1) same(sameTarget(view, other), false, 'whether two objects are one')
  }
  return all.map(([item, view]) => [view, item, writable.has(item)])
}

import fc from 'fast-check'
import type { List, ListPosition, ListType } from '../containers/list-type.js'
import type { Type } from '../types/type.js'
import { same, throwsError } from './check.js'
import type { Change } from './edit.js'
import { ElementsModel } from './elements-model.js'
import { anyScenario, operation, picks, type AnyScenario, type CommandOf, type Surroundings } from './scenario.js'
import { INPUTS, type TypeModel } from './type-model.js'
import { isView } from './views.js'

/** `list`, against an Array. */
export class ListModel extends ElementsModel<ListType<Type>> {
  protected override read(live: unknown, position: number): unknown {
    return positionAt(live as List<Type>, position).value
  }

  override applyChange(live: unknown, plain: unknown, { what, at, value }: Change): unknown {
    const changed = live as List<Type>
    const list = plain as readonly unknown[]
    if (what === 'clear') {
      changed.clear()
      return []
    }
    if (what === 'put' && list.length === 0) changed.push(value)
    else if (list.length === 0) return list
    const place = list.length === 0 ? 0 : at % list.length
    if (what === 'take') {
      changed.erase(positionAt(changed, place))
      return list.toSpliced(place, 1)
    }
    if (list.length > 0) changed.insertBefore(positionAt(changed, place), value)
    return list.toSpliced(place, 0, this.element.normal(value))
  }

  override scenario(): AnyScenario {
    return listsScenario(this.type, this.element, (live) => [live as List<Type>])
  }
}

/** An element of the model; its identity is that of the element. */
interface Cell {
  value: unknown
  gone: boolean
}

/** The model of one list, or of two, between which elements go: Arrays of cells. */
interface ListsState {
  readonly lists: readonly Cell[][]
}

type Lists = readonly List<Type>[]

function operationsOf(element: TypeModel, count: number) {
  const values = element.draw(INPUTS)!
  const some = fc.array(values, { minLength: 1, maxLength: 4 })
  const of = fc.nat(count - 1)
  return [
    operation('push', 14, { of, values: some }),
    operation('unshift', 8, { of, values: some }),
    operation('pop', 4, { of }),
    operation('shift', 4, { of }),
    operation('insert', 12, { of, at: picks, isAfter: fc.boolean(), byView: fc.boolean(), value: values }),
    operation('erase', 8, { of, at: picks, byView: fc.boolean() }),
    operation('write', 6, { of, at: picks, value: values }),
    operation('assign', 0.5, { of, values: some }),
    operation('clear', 0.3, { of }),
    operation('splice', 10, { of, from: of, before: fc.option(picks), first: fc.option(picks), count: picks }),
    operation('sort', 3, { of, modulo: fc.nat(3) }),
    operation('reverse', 3, { of }),
    operation('remove', 3, { of, modulo: fc.integer({ min: 2, max: 4 }) }),
    operation('unique', 3, { of, modulo: fc.nat(2) }),
    operation('merge', count > 1 ? 3 : 0, { of, modulo: fc.nat(3) }),
    operation('hold', 8, { of, at: picks }),
    operation('wrong value', 3, { of, at: picks, wrong: element.drawWrong(INPUTS)!, good: some }),
    operation('wrong place', count > 1 ? 3 : 0, { of, at: picks, value: values }),
  ] as const
}

const NEED_ROOM = new Set(['push', 'unshift', 'insert', 'write', 'assign', 'splice', 'merge'])

type ListCommand = CommandOf<ReturnType<typeof operationsOf>>

/**
 * Random commands on one list, or on two in one object, against Arrays.
 *
 * @param listsIn - the lists in an object of the type
 * @param count - how many these are
 */
export function listsScenario(
  type: Type,
  element: TypeModel,
  listsIn: (live: unknown) => Lists,
  count: 1 | 2 = 1,
): AnyScenario {
  return anyScenario<undefined, ListCommand, ListsState>({
    type,
    setting: fc.constant(undefined),
    operations: operationsOf(element, count),
    needRoom: NEED_ROOM,
    model: () => ({ lists: Array.from({ length: count }, () => []) }),
    apply: (live, state, command, surroundings) => applyToLists(element, listsIn(live), state, command, surroundings),
    agree: (live, state) => listsIn(live).forEach((each, i) => listAgrees(element, each, state.lists[i]!)),
  })
}

function positionAt(live: List<Type>, at: number): ListPosition<Type> {
  let position = live.first()
  for (let i = 0; i < at; i++) position = position?.next()
  if (position === undefined) throw new Error(`no position ${at}`)
  return position
}

/** A place as users give it: the view of an element that has one, or its position. */
function placeAt(live: List<Type>, at: number, byView: boolean): ListPosition<Type> {
  const position = positionAt(live, at)
  const hasView = ['struct', 'vector'].includes(live.elementType.kind)
  return byView && hasView ? (position.value as ListPosition<Type>) : position
}

/** A number that stands for a value in comparisons of the test's; 0 modulo stands for the order of keys. */
function rankOf(element: TypeModel, value: unknown, modulo: number): number {
  return element.text(value).length % (modulo + 1)
}

function applyToLists(
  element: TypeModel,
  lists: Lists,
  model: ListsState,
  command: ListCommand,
  { held }: Surroundings,
): void {
  const live = lists[command.of]!
  const cells = model.lists[command.of]!
  const other = { live: lists[1 - command.of] ?? live, cells: model.lists[1 - command.of] ?? cells }
  const { length } = cells
  const hasOrder = ['u16', 'string'].includes(element.type.kind)
  const splice = (at: number, count: number, ...values: unknown[]): void => {
    for (const cell of cells.splice(at, count, ...values.map((value) => ({ value, gone: false })))) cell.gone = true
  }
  const keep = (kept: readonly Cell[]): void => {
    for (const cell of cells) cell.gone = !kept.includes(cell)
    cells.splice(0, length, ...kept)
  }
  const orderBy = (modulo: number) => ({
    forLive: (a: unknown, b: unknown): number =>
      rankOf(element, element.plain(a), modulo) - rankOf(element, element.plain(b), modulo),
    forCells: (a: Cell, b: Cell): number =>
      modulo === 0 && hasOrder
        ? element.compare(a.value, b.value)
        : rankOf(element, a.value, modulo) - rankOf(element, b.value, modulo),
    isKeys: modulo === 0 && hasOrder,
  })
  switch (command.do) {
    case 'push':
    case 'unshift':
      same(live[command.do](...command.values), length + command.values.length, `what ${command.do} returns`)
      splice(command.do === 'push' ? length : 0, 0, ...command.values)
      return
    case 'pop':
    case 'shift': {
      const taken = live[command.do]()
      if (length === 0) {
        same(taken, undefined, `what ${command.do} gives where there is nothing`)
        return
      }
      const at = command.do === 'pop' ? length - 1 : 0
      same(isView(taken) && element.plain(taken) !== taken, false, `whether ${command.do} gives a view`)
      same(element.text(taken), element.text(cells[at]!.value), `what ${command.do} returns`)
      splice(at, 1)
      return
    }
    case 'insert': {
      if (length === 0) return
      const at = command.at % length
      const place = placeAt(live, at, command.byView)
      const made = command.isAfter ? live.insertAfter(place, command.value) : live.insertBefore(place, command.value)
      same(element.text(made.toObject()), element.text(command.value), 'the position that insert returns')
      splice(at + (command.isAfter ? 1 : 0), 0, command.value)
      return
    }
    case 'erase':
      if (length === 0) return
      live.erase(placeAt(live, command.at % length, command.byView))
      splice(command.at % length, 1)
      return
    case 'write':
      if (length === 0) return
      positionAt(live, command.at % length).value = command.value
      cells[command.at % length]!.value = command.value
      return
    case 'assign':
      live.assign(command.values)
      splice(0, length, ...command.values)
      return
    case 'clear':
      live.clear()
      splice(0, length)
      return
    case 'splice': {
      const [source, sourceCells] = [lists[command.from]!, model.lists[command.from]!] as const
      if (sourceCells.length === 0) return
      const first = command.first === null ? 0 : command.first % sourceCells.length
      const end = first + (command.count % (sourceCells.length - first + 1))
      const before = command.before === null || length === 0 ? undefined : cells[command.before % length]
      live.splice(
        before === undefined ? undefined : positionAt(live, cells.indexOf(before)),
        source,
        command.first === null ? undefined : positionAt(source, first),
        end === sourceCells.length ? undefined : positionAt(source, end),
      )
      const moved = sourceCells.slice(first, end)
      // What is put before one of the moved themselves comes to where these stood.
      let behind = before
      while (behind !== undefined && moved.includes(behind)) behind = cells[cells.indexOf(behind) + 1]
      sourceCells.splice(first, moved.length)
      cells.splice(behind === undefined ? cells.length : cells.indexOf(behind), 0, ...moved)
      return
    }
    case 'sort': {
      const { forLive, forCells, isKeys } = orderBy(command.modulo)
      if (isKeys) live.sort()
      else live.sort(forLive)
      cells.sort(forCells)
      return
    }
    case 'reverse':
      live.reverse()
      cells.reverse()
      return
    case 'remove': {
      const isDoomed = (value: unknown): boolean => rankOf(element, element.plain(value), command.modulo) === 0
      const kept = cells.filter(({ value }) => !isDoomed(value))
      same(live.removeIf(isDoomed), length - kept.length, 'what removeIf returns')
      keep(kept)
      return
    }
    case 'unique': {
      const { forLive, forCells, isKeys } = orderBy(command.modulo)
      const kept: Cell[] = []
      for (const cell of cells) if (kept.length === 0 || forCells(kept.at(-1)!, cell) !== 0) kept.push(cell)
      const removed = isKeys ? live.unique() : live.unique((a, b) => forLive(a, b) === 0)
      same(removed, length - kept.length, 'what unique returns')
      keep(kept)
      return
    }
    case 'merge': {
      const { forLive, forCells, isKeys } = orderBy(command.modulo)
      if (isKeys) live.merge(other.live)
      else live.merge(other.live, forLive)
      const theirs = other.cells.splice(0)
      const merged: Cell[] = []
      for (const cell of cells) {
        while (theirs.length > 0 && forCells(theirs[0]!, cell) < 0) merged.push(theirs.shift()!)
        merged.push(cell)
      }
      cells.splice(0, length, ...merged, ...theirs)
      return
    }
    case 'hold': {
      if (length === 0) return
      const cell = cells[command.at % length]!
      held.hold(element, positionAt(live, command.at % length), () =>
        cell.gone ? { state: 'gone' } : { state: 'there', value: cell.value },
      )
      return
    }
    case 'wrong value':
      throwsError('InvalidValueError', () => live.push(...command.good, command.wrong.value), 'push of a wrong value')
      throwsError('InvalidValueError', () => live.assign([...command.good, command.wrong.value]), 'assigning one')
      if (length === 0) return
      throwsError('InvalidValueError', () => live.insertAfter(live.first()!, command.wrong.value), 'inserting one')
      return
    case 'wrong place': {
      if (other.cells.length === 0) return
      const place = positionAt(other.live, command.at % other.cells.length)
      throwsError('InvalidValueError', () => live.insertBefore(place, command.value), 'inserting before a foreign one')
      throwsError('InvalidValueError', () => live.erase(place), 'erasing a foreign one')
      throwsError('InvalidValueError', () => live.splice(place, live), 'splicing before a foreign one')
      throwsError('InvalidValueError', () => live.splice(undefined, live, place), 'splicing a foreign one')
    }
  }
}

function listAgrees(element: TypeModel, live: List<Type>, cells: readonly Cell[]): void {
  live.checkInvariants()
  same(live.length, cells.length, 'length')
  same(live.size, cells.length, 'size')
  const text = cells.map(({ value }) => element.text(value)).join()
  const textOfAll = (values: Iterable<unknown>): string =>
    Array.from(values, (value) => element.text(element.plain(value))).join()
  same(Array.from(live.toObject(), (value) => element.text(value)).join(), text, 'toObject')
  same(textOfAll(live), text, 'iteration')
  same(textOfAll(Array.from(live.positions(), (position) => position.value)), text, 'positions')
  const back: unknown[] = []
  for (let at = live.last(); at !== undefined; at = at.previous()) back.push(at.value)
  same(textOfAll(back.reverse()), text, 'the way back')
}

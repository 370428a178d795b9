import fc from 'fast-check'
import { errorOf, same, throwsError } from './check.js'
import { indexOf, numbersOf, type AnyIndex, type AnyMultiIndex, type RowView } from './live-table.js'
import { operation, pickFrom, picks, type CommandOf } from './scenario.js'
import { textOf } from './plain.js'
import type { Table, TableRow } from './table.js'
import { insertIntoBoth, viewOf, type RowPlan, type TableModel } from './table-model.js'

/** What can happen to an index whose order users choose. */
export function positionalOperationsOf(rows: fc.Arbitrary<RowPlan>) {
  const somePicks = fc.array(picks, { minLength: 1, maxLength: 4 })
  const none = { nil: undefined }
  return [
    operation('place', 10, {
      index: picks,
      how: fc.constantFrom('pushFront', 'pushBack', 'insertBefore', 'insert'),
      at: picks,
      row: rows,
    }),
    operation('relocate', 10, {
      index: picks,
      how: fc.constantFrom('one', 'some', 'run'),
      rows: somePicks,
      before: fc.option(picks, none),
      via: picks,
    }),
    operation('reorder', 5, {
      index: picks,
      how: fc.constantFrom('sort', 'reverse', 'rearrange', 'as'),
      modulus: fc.integer({ min: 1, max: 9 }),
      by: picks,
    }),
    operation('take out', 3, {
      index: picks,
      how: fc.constantFrom('removeIf', 'unique', 'popFront', 'popBack', 'eraseRange', 'erase'),
      modulus: fc.integer({ min: 2, max: 6 }),
      at: picks,
      count: fc.nat(4),
      reverse: fc.boolean(),
    }),
    operation('walk', 8, {
      index: picks,
      from: fc.option(picks, none),
      via: picks,
      reverse: fc.boolean(),
      limit: fc.option(fc.nat(5), none),
    }),
    operation('disturb', 4, {
      index: picks,
      what: fc.constantFrom('sort', 'removeIf', 'unique', 'eraseIf', 'relocate', 'rearrange'),
      how: fc.constantFrom('throw', 'erase', 'answer'),
      row: picks,
      at: fc.nat(3),
    }),
  ] as const
}

/** A command to an index whose order users choose. */
export type PositionalCommand = CommandOf<ReturnType<typeof positionalOperationsOf>>

/** Does a command to both. */
export function applyPositional(live: AnyMultiIndex, model: TableModel, command: PositionalCommand): void {
  const { table } = model
  const named = pickFrom(table.positional, command.index)
  const index = indexOf(live, named.name)
  const order = table.order(named)
  const arrange = (rows: readonly TableRow[]): void => {
    order.splice(0, Infinity, ...rows)
  }
  const view = (row: TableRow, via: number): RowView => viewOf(live, model, table.rows.indexOf(row), via)!.view
  const eraseAll = (rows: readonly TableRow[]): void => {
    for (const row of rows) table.erase(row)
  }
  switch (command.do) {
    case 'place':
      place(index, model, order, command, view)
      return
    case 'relocate': {
      if (order.length === 0) return
      const [first] = command.rows
      const picked =
        command.how === 'run'
          ? order.slice(first! % order.length).slice(0, command.rows.length)
          : [...new Set(command.rows.map((pick) => pickFrom(order, pick)))].slice(0, command.how === 'one' ? 1 : 4)
      const before = command.before === undefined ? undefined : pickFrom(order, command.before)
      const views =
        command.how === 'one'
          ? view(picked[0]!, command.via)
          : command.how === 'run'
            ? index.range({ from: view(picked[0]!, command.via), limit: picked.length })
            : picked.map((row) => view(row, command.via))
      index.relocate(views, before === undefined ? undefined : view(before, command.via))
      const staying = (rows: readonly TableRow[]): TableRow[] => rows.filter((row) => !picked.includes(row))
      const at = before === undefined ? order.length : order.indexOf(before)
      arrange([...staying(order.slice(0, at)), ...picked, ...staying(order.slice(at))])
      return
    }
    case 'reorder': {
      const rank = ({ n }: { readonly n: number }): number => (n * 7) % command.modulus
      const sorted = [...order].sort((a, b) => rank(a) - rank(b))
      switch (command.how) {
        case 'sort':
          index.sort((a, b) => rank(a) - rank(b))
          arrange(sorted)
          return
        case 'reverse':
          index.reverse()
          arrange([...order].reverse())
          return
        case 'rearrange':
          index.rearrange(sorted.map((row) => view(row, command.by)))
          arrange(sorted)
          if (order.length === 0) return
          throwsError('InvalidValueError', () => index.rearrange([...index].slice(1)), 'rearranging without one')
          throwsError('InvalidValueError', () => index.rearrange([...index, index.first()!]), 'twice')
          return
        case 'as': {
          const other = indexOf(live, pickFrom(table.indexes, command.by).name)
          const rows = Array.from(other, ({ n }) => order.find((row) => row.n === n)!)
          index.rearrange(other)
          arrange(rows)
        }
      }
      return
    }
    case 'take out':
      takeOut(index, order, command, table, view, eraseAll)
      return
    case 'walk': {
      const from = command.from === undefined || order.length === 0 ? undefined : pickFrom(order, command.from)
      const direction = command.reverse ? [...order].reverse() : order
      const expected = direction.slice(from === undefined ? 0 : direction.indexOf(from)).slice(0, command.limit)
      const range = index.range({
        from: from === undefined ? undefined : view(from, command.via),
        reverse: command.reverse,
        limit: command.limit,
      } as object)
      same(numbersOf(range), numbersOf(expected), 'range')
      same(numbersOf(range.toArray()), numbersOf(expected), 'range, second time')
      return
    }
    case 'disturb':
      disturb(live, index, order, command, table)
  }
}

type Of<Name extends PositionalCommand['do']> = Extract<PositionalCommand, { do: Name }>
type ViewOf = (row: TableRow, via: number) => RowView

function place(
  index: AnyIndex,
  model: TableModel,
  order: TableRow[],
  { how, at, row }: Of<'place'>,
  view: ViewOf,
): void {
  const isArray = 'at' in index
  if (order.length === 0 && how === 'insertBefore') return
  const position = how === 'pushFront' ? 0 : how === 'pushBack' ? order.length : at % (order.length + 1)
  const isBefore = how === 'insertBefore' || (how === 'insert' && !isArray)
  const before = isBefore ? (order[position] ?? order[0]) : order[position]
  if (isBefore && before === undefined) return
  const placed = insertIntoBoth(model, row, (value) => {
    if (isBefore) return index.insertBefore(view(before!, at), value)
    if (how === 'insert')
      return index.insert(at % 2 === 0 || position === order.length ? position : position - order.length, value)
    return how === 'pushFront' ? index.pushFront(value) : index.pushBack(value)
  })
  if (placed === undefined || before === undefined) return
  order.pop()
  order.splice(order.indexOf(before), 0, placed)
}

function takeOut(
  index: AnyIndex,
  order: readonly TableRow[],
  { how, modulus, at, count, reverse }: Of<'take out'>,
  table: Table,
  view: ViewOf,
  eraseAll: (rows: readonly TableRow[]) => void,
): void {
  switch (how) {
    case 'removeIf': {
      const doomed = order.filter(({ n }) => n % modulus === 0)
      same(
        index.removeIf(({ n }) => n % modulus === 0),
        doomed.length,
        'what removeIf returns',
      )
      eraseAll(doomed)
      return
    }
    case 'unique': {
      const kept: TableRow[] = []
      const doomed = order.filter((row) => {
        const last = kept.at(-1)
        if (last !== undefined && last.n % modulus === row.n % modulus) return true
        kept.push(row)
        return false
      })
      same(
        index.unique((a, b) => a.n % modulus === b.n % modulus),
        doomed.length,
        'what unique returns',
      )
      eraseAll(doomed)
      return
    }
    case 'popFront':
    case 'popBack': {
      const row = order.at(how === 'popFront' ? 0 : -1)
      const taken = index[how]()
      same(
        taken === undefined ? '' : textOf(table.rowType, taken),
        row === undefined ? '' : textOf(table.rowType, row.value),
        how,
      )
      if (row !== undefined) eraseAll([row])
      return
    }
    case 'eraseRange': {
      if (order.length === 0) return
      const from = pickFrom(order, at)
      const direction = reverse ? [...order].reverse() : order
      const doomed = direction.slice(direction.indexOf(from)).slice(0, count)
      same(index.eraseRange({ from: view(from, at), reverse, limit: count }), doomed.length, 'what eraseRange returns')
      eraseAll(doomed)
      return
    }
    case 'erase': {
      if (!('at' in index) || order.length === 0) return
      const position = at % order.length
      const doomed = order.slice(position).slice(0, count)
      index.erase(reverse ? position - order.length : position, doomed.length)
      throwsError('InvalidValueError', () => index.erase(order.length, 1), 'erasing behind the end')
      eraseAll(doomed)
    }
  }
}

/** Functions of the user's that throw, answer what makes no sense, or change the table: then nothing else changes. */
function disturb(
  live: AnyMultiIndex,
  index: AnyIndex,
  order: readonly TableRow[],
  { what, how, row, at }: Of<'disturb'>,
  table: Table,
): void {
  if (order.length < 2 || ((what === 'relocate' || what === 'rearrange') && how === 'answer')) return
  const failure = new Error('on purpose')
  const victim = pickFrom(table.rows, row)
  let calls = 0
  const act = (): unknown => {
    if (calls++ !== at % (order.length - 1)) return what === 'sort' ? 0 : false
    if (how === 'throw') throw failure
    if (how === 'answer') return Promise.resolve(true)
    for (const view of live as Iterable<unknown> as Iterable<RowView>) if (view.n === victim.n) return gone(view)
    throw new Error(`row ${victim.n} is not found`)
  }
  const gone = (view: RowView): unknown => {
    live.erase(view)
    table.erase(victim)
    return what === 'sort' ? 0 : false
  }
  function* disturbed(): Generator<RowView> {
    for (const view of index.range().toArray()) {
      yield view
      act()
    }
  }
  const run = (): void => {
    switch (what) {
      case 'sort':
        index.sort(act)
        return
      case 'removeIf':
        index.removeIf(act)
        return
      case 'unique':
        index.unique(act)
        return
      case 'eraseIf':
        live.eraseIf(act as () => boolean)
        return
      case 'relocate':
        index.relocate(disturbed())
        return
      case 'rearrange':
        index.rearrange(disturbed())
        return
    }
  }
  if (how === 'throw') same(errorOf(run), failure, `error of ${what}`)
  else throwsError(how === 'erase' ? 'StaleViewError' : 'InvalidValueError', run, what)
}

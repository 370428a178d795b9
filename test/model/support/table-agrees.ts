import { same } from './check.js'
import { indexOf, numbersOf, type AnyIndex, type AnyMultiIndex, type RowView } from './live-table.js'
import { keyTextOf, textOf } from './plain.js'
import type { Table, TableIndex, TableRow } from './table.js'

/** Throws where a multi-index and the naive table differ: rows, order of each index, and what each index finds by each key. */
export function tablesAgree(live: AnyMultiIndex, table: Table): void {
  same(live.size, table.rows.length, 'size')
  const rows = new Map(table.rows.map((row) => [row.n, row]))
  for (const view of live as Iterable<unknown> as Iterable<RowView>) {
    const row = rows.get(view.n)
    if (row === undefined) throw new Error(`row ${view.n} is there, or there twice`)
    rows.delete(view.n)
    same(textOf(table.rowType, view.toObject()), textOf(table.rowType, row.value), `row ${view.n}`)
  }
  for (const index of table.indexes) indexAgrees(indexOf(live, index.name), table, index)
}

function indexAgrees(live: AnyIndex, table: Table, index: TableIndex): void {
  const { name } = index
  same(live.size, table.members(index).length, `size of ${name}`)
  if (index.isPositional) {
    positionsAgree(live, table.order(index), name)
    return
  }
  if (index.isOrdered) same(numbersOf(live), numbersOf(table.sorted(index)), `order of ${name}`)
  else same(sortedNumbers(live), sortedNumbers(table.members(index)), `rows of ${name}`)
  for (const [key, numbers] of groupsOf(table, index)) {
    const input = index.input(key)
    same(live.get(input)?.n, numbers[0], `get of ${name}`)
    same(live.count(input), numbers.length, `count of ${name}`)
    if (!index.isOrdered) same(numbersOf(live.equalRange(input)), numbers.join(), `equal keys of ${name}`)
  }
}

function positionsAgree(live: AnyIndex, order: readonly TableRow[], name: string): void {
  same(numbersOf(live), numbersOf(order), `order of ${name}`)
  same(live.first()?.n, order[0]?.n, `first of ${name}`)
  same(live.last()?.n, order.at(-1)?.n, `last of ${name}`)
  if (!('at' in live)) return
  const { length } = order
  same(live.length, length, `length of ${name}`)
  for (const index of [-length - 1, -length, -1, 0, length - 1, length, 0.5]) {
    const view = live.at(index)
    same(view?.n, order.at(index)?.n, `at of ${name}`)
    if (view !== undefined)
      same(
        live.indexOf(view),
        order.findIndex(({ n }) => n === view.n),
        `indexOf of ${name}`,
      )
  }
}

function sortedNumbers(rows: Iterable<{ readonly n: number }>): string {
  return Array.from(rows, ({ n }) => n)
    .sort((a, b) => a - b)
    .join()
}

/** Each key that there is, with the numbers of its rows in the order of insertion. */
function groupsOf(table: Table, index: TableIndex): Iterable<[readonly unknown[], number[]]> {
  const groups = new Map<string, [readonly unknown[], number[]]>()
  for (const { n, value } of table.members(index)) {
    const key = index.keyOf(value)
    const text = key.map((part, i) => keyTextOf(index.parts[i]!.type, part)).join()
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [key, [n]])
    else group[1].push(n)
  }
  return groups.values()
}

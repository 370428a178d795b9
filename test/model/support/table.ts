import type { Type } from '../../../src/core.js'
import { filled } from './functions.js'
import { compareKeys } from './plain.js'
import { membersOf, type ComputedMembers, type IndexMembers } from './members.js'

/** A row of the naive table. Its number is in it, as field `n`. */
export interface TableRow {
  readonly n: number
  value: Readonly<Record<string, unknown>>
  gone: boolean
}

/** A part of a key. */
interface Part {
  readonly type: Type
  readonly isDescending: boolean
  readonly valueOf: (row: unknown) => unknown
}

/** What an index should find, worked out from the rows each time. */
export class TableIndex {
  readonly name: string
  readonly isUnique: boolean
  readonly isOrdered: boolean
  /** Whether rows are in an order that users choose. */
  readonly isPositional: boolean
  /** Whether lookups take a list of parts. */
  readonly isList: boolean
  readonly parts: readonly Part[]

  private readonly rowType: Type
  private readonly where: IndexMembers['where']

  constructor(row: Type, name: string, { kind, key, where }: IndexMembers) {
    this.rowType = row
    this.where = where
    this.name = name
    this.isUnique = kind.endsWith('edUnique')
    this.isOrdered = kind.startsWith('ordered')
    this.isPositional = kind === 'sequenced' || kind === 'randomAccess'
    this.isList = Array.isArray(key)
    this.parts = (Array.isArray(key) ? (key as unknown[]) : [key]).map((part) =>
      typeof part === 'object' && part !== null && 'descending' in part
        ? { ...partOf(row, part.descending), isDescending: true }
        : { ...partOf(row, part), isDescending: false },
    )
  }

  /** The key of a row. */
  keyOf(value: unknown): unknown[] {
    return this.parts.map(({ valueOf }) => valueOf(value))
  }

  /** Whether a row belongs into the index. */
  takes(value: unknown): boolean {
    return this.where?.test(filled(this.rowType, value)) ?? true
  }

  /** What lookups take for a key, or for its leading parts. */
  input(key: readonly unknown[]): unknown {
    return this.isList ? key : key[0]
  }

  /** The order of two keys, or of a key and leading parts of one. */
  compare(a: readonly unknown[], b: readonly unknown[]): number {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const { type, isDescending } = this.parts[i]!
      const order = compareKeys(type, a[i], b[i])
      if (order !== 0) return isDescending ? -order : order
    }
    return 0
  }
}

/** The model of a multi-index: rows in the order of insertion. */
export class Table {
  readonly rowType: Type
  readonly indexes: readonly TableIndex[]
  rows: TableRow[] = []
  /** The rows in the order of each index that users choose. */
  readonly orders = new Map<string, TableRow[]>()
  private readonly counter: { count: number }

  /** @param type - a multi-index; @param counter - of rows inserted, shared with tables that rows are moved to */
  constructor(type: Type, counter = { count: 0 }) {
    this.counter = counter
    const { row, indexes } = membersOf(type)
    this.rowType = row
    this.indexes = Object.entries(indexes).map(([name, index]) => new TableIndex(row, name, index))
    for (const { name } of this.positional) this.orders.set(name, [])
  }

  /** The number that the next row will have. */
  get nextNumber(): number {
    return this.counter.count + 1
  }

  /** The indexes that have a key. */
  get keyed(): readonly TableIndex[] {
    return this.indexes.filter(({ isPositional }) => !isPositional)
  }

  /** The indexes that have none. */
  get positional(): readonly TableIndex[] {
    return this.indexes.filter(({ isPositional }) => isPositional)
  }

  /** The rows in the order of an index that users choose. */
  order({ name }: TableIndex): TableRow[] {
    return this.orders.get(name)!
  }

  insert(value: Readonly<Record<string, unknown>>): TableRow {
    this.counter.count++
    const row = { n: this.counter.count, value, gone: false }
    this.add(row)
    return row
  }

  /** Takes in a row; equal keys stand in the order in which rows were made. */
  add(row: TableRow): void {
    this.rows = [...this.rows, row].sort((a, b) => a.n - b.n)
    for (const order of this.orders.values()) order.push(row)
  }

  erase(row: TableRow): void {
    row.gone = true
    this.remove(row)
  }

  /** Lets a row go elsewhere. */
  remove(row: TableRow): void {
    this.rows = this.rows.filter((each) => each !== row)
    for (const [name, order] of this.orders) {
      this.orders.set(
        name,
        order.filter((each) => each !== row),
      )
    }
  }

  /** The rows of an index. */
  members(index: TableIndex): TableRow[] {
    return this.rows.filter(({ value }) => index.takes(value))
  }

  /** The rows in the order of an index; equal keys in the order of insertion. */
  sorted(index: TableIndex): TableRow[] {
    if (index.isPositional) return [...this.order(index)]
    const keyed = this.members(index).map((row) => ({ row, key: index.keyOf(row.value) }))
    return keyed.sort((a, b) => index.compare(a.key, b.key)).map(({ row }) => row)
  }

  /** The rows with a key or leading parts of one, in the order of the index. */
  matching(index: TableIndex, key: readonly unknown[]): TableRow[] {
    const found = this.members(index).filter((row) => index.compare(index.keyOf(row.value), key) === 0)
    if (key.length === index.parts.length) return found
    return this.sorted(index).filter((row) => found.includes(row))
  }

  /** The rows that forbid a value, as `index:number`. @param except - the row that would have the value */
  clashes(value: unknown, except?: TableRow): Set<string> {
    const found = new Set<string>()
    for (const index of this.indexes) {
      if (!index.isUnique || !index.takes(value)) continue
      for (const row of this.matching(index, index.keyOf(value)))
        if (row !== except) found.add(`${index.name}:${row.n}`)
    }
    return found
  }
}

function partOf(row: Type, source: unknown): Omit<Part, 'isDescending'> {
  if (typeof source === 'string') {
    const path = source.split('.')
    return { type: typeAt(row, path), valueOf: (value) => fieldAt(row, value, path) }
  }
  if ('whole' in (source as object)) return { type: row, valueOf: (value) => value }
  const { type, compute } = source as ComputedMembers
  return { type, valueOf: (value) => compute(filled(row, value)) }
}

function typeAt(row: Type, path: readonly string[]): Type {
  return path.reduce((type, name) => {
    const { kind, value } = membersOf(type)
    return membersOf(kind === 'withDefault' ? value : type).fields[name]!
  }, row)
}

function fieldAt(row: Type, value: unknown, path: readonly string[]): unknown {
  let type = row
  let field = value
  for (const name of path) {
    field = (field as Record<string, unknown>)[name]
    type = typeAt(type, [name])
    if (type.kind === 'withDefault') field ??= membersOf(type).default
  }
  return field
}

import type { Type } from '../../../src/core.js'
import { compareKeys } from './plain.js'
import { membersOf } from './members.js'

/** A row of the naive table. Its number is in it, as field `n`. */
export interface TableRow {
  readonly n: number
  value: Readonly<Record<string, unknown>>
  gone: boolean
}

/** A part of a key. */
interface Part {
  readonly path: readonly string[]
  readonly type: Type
  readonly isDescending: boolean
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

  constructor(row: Type, name: string, kind: string, key: unknown) {
    this.name = name
    this.isUnique = kind.endsWith('edUnique')
    this.isOrdered = kind.startsWith('ordered')
    this.isPositional = kind === 'sequenced' || kind === 'randomAccess'
    this.isList = Array.isArray(key)
    this.parts = (Array.isArray(key) ? (key as unknown[]) : [key]).map((part) => {
      const path = (typeof part === 'string' ? part : (part as { descending: string }).descending).split('.')
      return { path, type: typeAt(row, path), isDescending: typeof part !== 'string' }
    })
  }

  /** The key of a row. */
  keyOf(row: Type, value: unknown): unknown[] {
    return this.parts.map(({ path }) => fieldAt(row, value, path))
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
    this.indexes = Object.entries(indexes).map(([name, { kind, key }]) => new TableIndex(row, name, kind, key))
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

  /** The rows in the order of an index; equal keys in the order of insertion. */
  sorted(index: TableIndex): TableRow[] {
    if (index.isPositional) return [...this.order(index)]
    const keyed = this.rows.map((row) => ({ row, key: index.keyOf(this.rowType, row.value) }))
    return keyed.sort((a, b) => index.compare(a.key, b.key)).map(({ row }) => row)
  }

  /** The rows with a key or leading parts of one, in the order of the index. */
  matching(index: TableIndex, key: readonly unknown[]): TableRow[] {
    const found = this.rows.filter((row) => index.compare(index.keyOf(this.rowType, row.value), key) === 0)
    if (key.length === index.parts.length) return found
    return this.sorted(index).filter((row) => found.includes(row))
  }

  /** The rows that forbid a value, as `index:number`. @param except - the row that would have the value */
  clashes(value: unknown, except?: TableRow): Set<string> {
    const found = new Set<string>()
    for (const index of this.indexes) {
      if (!index.isUnique) continue
      for (const row of this.matching(index, index.keyOf(this.rowType, value)))
        if (row !== except) found.add(`${index.name}:${row.n}`)
    }
    return found
  }
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

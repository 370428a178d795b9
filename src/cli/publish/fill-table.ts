import { InvalidOptionError, InvalidValueError } from '../../errors/errors.js'
import { isKeyed, KEYED } from '../../types/keyed-kinds.js'
import { partsOf as keyPartsOf } from '../../types/index-spec.js'
import type { Type } from '../../types/type.js'
import { inputError } from './input-error.js'
import { partsOf } from './parts-of.js'
import type { TableFile, TableRecord } from './table-input.js'

/** The containers of a draft, as far as they are filled here. */
interface Containers {
  readonly size: number
  readonly by: Readonly<Record<string, { get(key: unknown): object | undefined; delete(key: unknown): boolean }>>
  insert(row: unknown): { readonly inserted: boolean; readonly index?: string }
  replace(
    view: object,
    row: unknown,
  ): { readonly replaced?: boolean; readonly modified?: boolean; readonly index?: string }
  set(key: unknown, value: unknown): unknown
  add(keyOrKey: unknown, value?: unknown): unknown
  push(value: unknown): unknown
  has(key: unknown): boolean
  delete(key: unknown): boolean | number
}

interface Entry {
  readonly key: unknown
  readonly value: unknown
}

/** Puts the records of a file into a table of a draft. */
export interface Filler {
  readonly put: (value: unknown) => unknown
  /** Called when there are no more. */
  readonly end: () => void
}

/**
 * How the table of a draft takes records.
 *
 * @param isDerived - whether it holds rows already: a record takes the place of the one with its key
 */
export function fillerOf(draft: Record<string, unknown>, { table, type }: TableFile, isDerived: boolean): Filler {
  const container = draft[table] as Containers
  const filler = (put: (value: never) => unknown): Filler => ({ put: put as Filler['put'], end: () => undefined })
  switch (type.kind) {
    case 'multiIndex':
      return filler(isDerived ? upserter(container, type) : (row) => insert(container, row))
    case 'vector':
    case 'deque':
    case 'list':
      return filler((value) => push(container, value))
    case 'array':
      return gatherer((values) => {
        ;(draft[table] as { assign(values: unknown): void }).assign(values)
      })
    default:
      break
  }
  if (!isKeyed(type.kind)) {
    return gatherer((values) => {
      if (values.length !== 1) throw wrong(`the table is a single value: records=${values.length}`)
      draft[table] = values[0]
    })
  }
  const { isMap, isUnique } = KEYED[type.kind]
  if (!isMap) return filler((key) => container.add(key))
  if (!isUnique) return filler(({ key, value }: Entry) => container.add(key, value))
  if (isDerived) return filler(({ key, value }: Entry) => container.set(key, value))
  return filler(({ key, value }: Entry) => {
    const { size } = container
    container.set(key, value)
    if (container.size === size) throw wrong('the key is there already', 'key')
  })
}

function push(list: Containers, value: unknown): void {
  try {
    list.push(value)
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error
    // That it is the first of the values pushed is nobody's concern.
    const { path = '', expected, actual, message } = error
    const own = path.replace(/^\[0\]\.?/, '') || 'value'
    throw new InvalidValueError(message.replace(`path=${path}`, `path=${own}`), { path: own, expected, actual })
  }
}

function gatherer(end: (values: readonly unknown[]) => void): Filler {
  const values: unknown[] = []
  return { put: (value) => values.push(value), end: () => end(values) }
}

function insert(table: Containers, row: unknown): void {
  const result = table.insert(row)
  if (!result.inserted) throw inTheWay(result.index)
}

function inTheWay(index: string | undefined): InvalidValueError {
  return wrong(`the row is in the way of another one: index=${index ?? ''}`)
}

function wrong(message: string, path?: string): InvalidValueError {
  return new InvalidValueError(message, { path })
}

/** The key of a record in the first unique index that has all rows. */
function keyReader(type: Type): { readonly index: string; readonly keyOf: (row: unknown) => unknown } | undefined {
  const found = Object.entries(partsOf(type).indexes).find(
    ([, { kind, where, key }]) =>
      kind.endsWith('edUnique') &&
      where === undefined &&
      keyPartsOf(key).every(({ source }) => typeof source === 'string'),
  )
  if (found === undefined) return undefined
  const [index, { key }] = found
  const paths = keyPartsOf(key).map(({ source }) => (source as string).split('.'))
  const read = (row: unknown, path: readonly string[]): unknown =>
    path.reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], row)
  return {
    index,
    keyOf: (row) => (Array.isArray(key) ? paths.map((path) => read(row, path)) : read(row, paths[0]!)),
  }
}

function upserter(table: Containers, type: Type): (row: unknown) => void {
  const reader = keyReader(type)
  if (reader === undefined) return (row) => insert(table, row)
  return (row) => {
    const present = table.by[reader.index]!.get(reader.keyOf(row))
    if (present === undefined) {
      insert(table, row)
      return
    }
    const { index } = table.replace(present, row)
    if (index !== undefined) throw inTheWay(index)
  }
}

/** How a table of a draft is rid of what the records name: rows by the fields of their first unique index, entries and elements by key. */
export function removerOf(draft: Record<string, unknown>, { table, type }: TableFile): Filler {
  const container = draft[table] as Containers
  const filler = (put: (value: never) => boolean | number): Filler => ({
    put: (value) => {
      if (put(value as never) === false) throw wrong('there is no such element to delete')
    },
    end: () => undefined,
  })
  if (type.kind === 'multiIndex') {
    const reader = keyReader(type)
    if (reader !== undefined) return filler((row) => container.by[reader.index]!.delete(reader.keyOf(row)))
  } else if (isKeyed(type.kind)) {
    return KEYED[type.kind].isMap
      ? filler(({ key }: Entry) => container.delete(key))
      : filler((key) => container.delete(key))
  }
  throw new InvalidOptionError(
    `cannot delete from a table without keys: table=${table}. Give the table a unique index of fields, or publish it anew.`,
    { path: table },
  )
}

/** Puts all records into a table. @returns how many there were @throws InvalidValueError naming the record */
export async function fill(records: AsyncIterable<TableRecord>, input: TableFile, filler: Filler): Promise<number> {
  let count = 0
  for await (const { value, place } of records) {
    try {
      filler.put(value)
    } catch (error) {
      throw inputError(place, error)
    }
    count++
  }
  try {
    filler.end()
  } catch (error) {
    throw inputError({ table: input.table, file: input.file }, error)
  }
  return count
}

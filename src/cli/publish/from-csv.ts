import { InvalidValueError } from '../../errors/errors.js'
import { refuseValue, type ValuePath } from '../../types/layout.js'
import type { Type } from '../../types/type.js'
import { fromJson, numberOf, type ConvertOptions } from './from-json.js'
import { isOptional, partsOf, withoutOptional } from './parts-of.js'

/** Where the cells of a column go: the way into the record, and the type at its end. */
export interface Column {
  readonly path: readonly string[]
  readonly type: Type
  /** Whether a struct on the way may be missing: it is when all of its cells are empty. */
  readonly isWithinOptional: boolean
}

/** The name of the only column of records that are not structs. */
export const VALUE_COLUMN = 'value'

/**
 * What the columns of a table are, by its heading. Records that are structs have a column for each field, those of nested structs
 * as `at.lat`; others have one, `value`.
 *
 * @returns a column each, `undefined` for one to be left out
 * @throws InvalidValueError when a column is unknown, or two go to the same field
 */
export function columnsOf(type: Type, names: readonly string[], options: ConvertOptions): (Column | undefined)[] {
  const seen: string[] = []
  return names.map((name) => {
    const column = columnOf(type, name)
    if (column === undefined) {
      if (options.ignoresUnknown) return undefined
      throw new InvalidValueError(
        `there is no such column: column=${JSON.stringify(name)}, columns=${namesOf(type).join(', ')}. Rename it, or pass --ignore-unknown`,
        { path: name, actual: name },
      )
    }
    const other = seen.find((each) => each === name || each.startsWith(`${name}.`) || name.startsWith(`${each}.`))
    if (other !== undefined) {
      throw new InvalidValueError(`two columns go to one field: columns=${other} and ${name}`, { path: name })
    }
    seen.push(name)
    return column
  })
}

function columnOf(type: Type, name: string): Column | undefined {
  if (withoutOptional(type).kind !== 'struct')
    return name === VALUE_COLUMN ? { path: [], type, isWithinOptional: false } : undefined
  const path = name.split('.')
  let at = type
  let isWithinOptional = false
  for (const [depth, step] of path.entries()) {
    if (depth > 0 && isOptional(at)) isWithinOptional = true
    const struct = withoutOptional(at)
    const { fields } = partsOf(struct)
    if (struct.kind !== 'struct' || !Object.hasOwn(fields, step)) return undefined
    at = fields[step]!
  }
  return { path, type: at, isWithinOptional }
}

function namesOf(type: Type): string[] {
  const struct = withoutOptional(type)
  return struct.kind === 'struct' ? Object.keys(partsOf(struct).fields) : [VALUE_COLUMN]
}

/**
 * The record that the cells of a line stand for. Numbers are decimal, booleans `true`, `false`, `1` or `0`, bytes base64; an empty cell
 * of what is optional or has a default is nothing, and so is an optional struct all of whose cells are empty; a cell of a container, a variant, or a struct as a whole is JSON.
 *
 * @throws InvalidValueError naming the field
 */
export function fromCells(
  columns: readonly (Column | undefined)[],
  cells: readonly string[],
  options: ConvertOptions,
): unknown {
  const record: Record<string, unknown> = {}
  const empty: Column[] = []
  for (const [index, column] of columns.entries()) {
    if (column === undefined) continue
    const { path, type, isWithinOptional } = column
    const cell = cells[index] ?? ''
    if (cell === '' && isWithinOptional) {
      empty.push(column)
      continue
    }
    const value = fromCell(type, cell, options, [...path])
    if (path.length === 0) return value
    if (value !== undefined) put(record, path, value)
  }
  // In a struct that is there, an empty cell of a string is a string.
  for (const { path, type } of empty) {
    if (type.kind === 'string' && isThere(record, path)) put(record, path, '')
  }
  return record
}

function isThere(record: Record<string, unknown>, path: readonly string[]): boolean {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], record)
  return parent !== undefined
}

function put(record: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let object = record
  for (const step of path.slice(0, -1)) object = (object[step] ??= {}) as Record<string, unknown>
  object[path.at(-1)!] = value
}

function fromCell(given: Type, cell: string, options: ConvertOptions, path: ValuePath): unknown {
  if (cell === '' && isOptional(given)) return undefined
  const type = withoutOptional(given)
  const depth = path.length
  switch (type.kind) {
    case 'string':
    case 'enumeration':
      return cell
    case 'bool':
      if (cell === 'true' || cell === '1') return true
      return cell === 'false' || cell === '0' ? false : refuseValue(path, depth, 'true, false, 1 or 0', cell)
    case 'u8':
    case 'i8':
    case 'u16':
    case 'i16':
    case 'u32':
    case 'i32':
    case 'f32':
    case 'f64':
      return numberOf(cell) ?? refuseValue(path, depth, 'a number', cell)
    case 'u64':
    case 'i64':
    case 'bytes':
      return fromJson(type, cell, options, path, depth)
    default:
      return fromJson(type, parseCell(cell, path), options, path, depth)
  }
}

function parseCell(cell: string, path: ValuePath): unknown {
  try {
    return JSON.parse(cell)
  } catch {
    return refuseValue(path, path.length, 'JSON', cell)
  }
}

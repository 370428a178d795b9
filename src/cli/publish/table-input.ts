import { extname } from 'node:path'
import { isKeyed, KEYED } from '../../types/keyed-kinds.js'
import { makeType } from '../../types/make-type.js'
import type { Type } from '../../types/type.js'
import { UsageError } from '../output.js'
import { columnsOf, fromCells, type Column } from './from-csv.js'
import { fromJson, keyOfName, type ConvertOptions } from './from-json.js'
import { inputError, type RecordPlace } from './input-error.js'
import { openInput, type ReadingOptions } from './open-input.js'
import { partsOf } from './parts-of.js'
import { readCsv, readJson, readNdjson, textError, type Format, type Item, type LineCount } from './records.js'

/** A table to fill, or to take from, and the file to read. */
export interface TableFile {
  readonly table: string
  readonly type: Type
  /** Path, or `-` for standard input. */
  readonly file: string
  readonly format: Format
  /** Whether the records only name what is to be deleted. */
  readonly isDeletion: boolean
}

/** The formats by the extension of a file, `.gz` taken off. */
const FORMATS: Readonly<Record<string, Format>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.json': 'json',
}

/** Formats, as `--format` takes them. */
export const FORMAT_NAMES: readonly Format[] = ['ndjson', 'csv', 'tsv', 'json']

/** The format of a file by its name. @throws UsageError when the name does not tell */
export function formatOf(file: string, given: Format | undefined): Format {
  const format = given ?? FORMATS[extname(file.replace(/\.gz$/, '')).toLowerCase()]
  if (format !== undefined) return format
  throw new UsageError(`cannot tell the format of an input: file=${file}. Pass --format ${FORMAT_NAMES.join(', ')}.`)
}

/** The type of what a table is filled with, one by one: a row, an element, a key, a struct of key and value; `undefined` for a single value. */
export function recordTypeOf(type: Type): Type | undefined {
  const { row, element, key, value } = partsOf(type)
  if (type.kind === 'multiIndex') return row
  if (type.kind === 'vector' || type.kind === 'deque' || type.kind === 'list' || type.kind === 'array') return element
  if (!isKeyed(type.kind)) return undefined
  if (!KEYED[type.kind].isMap) return key
  return makeType<Type>({ kind: 'struct', fields: { key, value } } as unknown as Type)
}

/** A converted record and where it stands. */
export interface TableRecord {
  readonly value: unknown
  readonly place: RecordPlace
}

/**
 * The records of a file, converted by the table's type, one by one.
 *
 * @throws InvalidValueError naming file, line and field; FileError
 */
export async function* readRecords(
  input: TableFile,
  options: ConvertOptions,
  reading: ReadingOptions,
): AsyncGenerator<TableRecord, void> {
  const { table, file } = input
  const at: LineCount = { line: 1 }
  const opened = openInput(file, reading)
  try {
    for await (const record of convert(input, opened.text, at, options)) yield record
  } catch (error) {
    throw inputError({ table, file, line: at.line }, error)
  } finally {
    opened.close()
  }
}

async function* convert(
  input: TableFile,
  text: AsyncIterable<string>,
  at: LineCount,
  options: ConvertOptions,
): AsyncGenerator<TableRecord, void> {
  const { table, file, format } = input
  const recordType = recordTypeOf(input.type)
  const placeOf = ({ line, element }: Item): RecordPlace => ({ table, file, line, element })
  if (format === 'csv' || format === 'tsv') {
    yield* convertCells(recordType ?? input.type, readCsv(text, at, format === 'csv' ? ',' : '\t'), placeOf, options)
    return
  }
  const items = format === 'ndjson' ? readNdjson(text, at) : readJson(text, at, recordType === undefined)
  for await (const item of items) {
    try {
      yield { value: convertItem(input, recordType, item, options), place: placeOf(item) }
    } catch (error) {
      throw inputError(placeOf(item), error)
    }
  }
}

function convertItem(
  { type, isDeletion }: TableFile,
  recordType: Type | undefined,
  item: Item,
  options: ConvertOptions,
): unknown {
  if (recordType === undefined) return fromJson(type, item.value, options)
  const isMap = isKeyed(type.kind) && KEYED[type.kind].isMap
  if (!isMap) {
    if (item.isMember === true) throw textError('the document is an object, and the table takes an array')
    return fromJson(recordType, item.value, options)
  }
  const { key, value } = partsOf(recordType).fields as { readonly key: Type; readonly value: Type }
  if (isDeletion && item.isMember !== true) return { key: fromJson(key, item.value, options, ['key'], 1) }
  const pair = item.isMember === true ? [keyOfName(key, String(item.element)), item.value] : pairOf(item.value)
  return { key: fromJson(key, pair[0], options, ['key'], 1), value: fromJson(value, pair[1], options, ['value'], 1) }
}

function pairOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json) && json.length === 2) return json
  if (typeof json === 'object' && json !== null && 'key' in json && 'value' in json) return [json.key, json.value]
  throw textError('an entry of a map is a pair [key, value], or an object with key and value')
}

async function* convertCells(
  recordType: Type,
  lines: AsyncIterable<Item & { readonly value: readonly string[] }>,
  placeOf: (item: Item) => RecordPlace,
  options: ConvertOptions,
): AsyncGenerator<TableRecord, void> {
  let columns: readonly (Column | undefined)[] | undefined
  for await (const item of lines) {
    try {
      if (columns === undefined) columns = columnsOf(recordType, item.value, options)
      else yield { value: fromCells(columns, item.value, options), place: placeOf(item) }
    } catch (error) {
      throw inputError(placeOf(item), error)
    }
  }
  if (columns === undefined) throw textError('the table has no heading')
}

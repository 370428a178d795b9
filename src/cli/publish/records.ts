import { pipeline, Readable } from 'node:stream'
import { JSONParser } from '@streamparser/json'
import { parse, type CsvError } from 'csv-parse'
import { InvalidValueError } from '../../errors/errors.js'

/** How records are written in a file. */
export type Format = 'ndjson' | 'csv' | 'tsv' | 'json'

/** A record, and where it ends. */
export interface Item {
  readonly value: unknown
  readonly line: number
  /** Position in an array, or the name of a member. */
  readonly element?: number | string
  /** Whether it is the member of an object: then `element` is its name. */
  readonly isMember?: boolean
}

/** Counts lines while records are read, so that also what is no record can be placed. */
export interface LineCount {
  line: number
}

/** What is wrong with the text itself. */
export function textError(reason: string): InvalidValueError {
  return new InvalidValueError(reason.replace(/\.$/, ''), { actual: undefined })
}

/** Pieces of text, each within one line; the last of a line ends in its line feed. */
async function* piecesOf(text: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const chunk of text) {
    let start = 0
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      yield chunk.slice(start, end + 1)
      start = end + 1
    }
    if (start < chunk.length) yield chunk.slice(start)
  }
}

/** The JSON values of lines; empty lines are skipped. @throws InvalidValueError */
export async function* readNdjson(text: AsyncIterable<string>, at: LineCount): AsyncGenerator<Item, void> {
  let pending: string[] = []
  const item = (): Item | undefined => {
    const line = pending.join('')
    pending = []
    return line.trim() === '' ? undefined : { value: parseLine(line), line: at.line }
  }
  at.line = 1
  for await (const piece of piecesOf(text)) {
    pending.push(piece)
    if (!piece.endsWith('\n')) continue
    const found = item()
    if (found !== undefined) yield found
    at.line++
  }
  const last = item()
  if (last !== undefined) yield last
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw textError(`the line is not JSON: ${(error as Error).message}`)
  }
}

/** The lines of a table, the heading first, as arrays of cells. @throws InvalidValueError */
export async function* readCsv(
  text: AsyncIterable<string>,
  at: LineCount,
  delimiter: string,
): AsyncGenerator<Item & { readonly value: readonly string[] }, void> {
  const parser = parse({ delimiter, info: true, skip_empty_lines: true, max_record_size: RECORD_BYTES_MAX })
  // Errors of the input come out of the parser, too.
  pipeline(Readable.from(text), parser, () => undefined)
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      at.line = info.lines
      yield { value: record, line: info.lines }
    }
  } catch (error) {
    const { lines, code } = error as CsvError & { lines?: number }
    if (typeof code !== 'string' || !code.startsWith('CSV_')) throw error
    at.line = lines ?? at.line
    throw textError(`the table is not CSV: ${(error as Error).message}`)
  } finally {
    parser.destroy()
  }
}

/** An unclosed quotation mark would take the rest of the file for one cell. */
const RECORD_BYTES_MAX = 64 << 20

/**
 * The elements of an array, or the members of an object, one by one; or the whole of a document. Only what is given out is kept.
 *
 * @throws InvalidValueError
 */
export async function* readJson(
  text: AsyncIterable<string>,
  at: LineCount,
  isWhole: boolean,
): AsyncGenerator<Item, void> {
  const parser = new JSONParser({ paths: [isWhole ? '$' : '$.*'], keepStack: false })
  const found: Item[] = []
  let failure: Error | undefined
  parser.onValue = ({ value, key, parent }) => {
    const item = { value, line: at.line }
    if (isWhole) found.push(item)
    else found.push({ ...item, element: key as number | string, isMember: !Array.isArray(parent) })
  }
  parser.onError = (error) => {
    failure ??= error
  }
  const write = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      failure ??= error as Error
    }
    if (failure !== undefined) throw textError(`the document is not JSON: ${failure.message}`)
  }
  at.line = 1
  let isEmpty = true
  for await (const piece of piecesOf(text)) {
    if (isEmpty && piece.trim() !== '') {
      isEmpty = false
      if (!isWhole && !/^\s*[[{]/.test(piece)) throw textError('the document is neither an array nor an object')
    }
    write(() => {
      // What follows the end is only looked at by hand: the parser takes no more.
      if (!parser.isEnded) parser.write(piece)
      else if (piece.trim() !== '') throw new Error('something follows its end')
    })
    yield* found.splice(0)
    if (piece.endsWith('\n')) at.line++
  }
  if (isEmpty) throw textError('the document is empty')
  write(() => {
    if (!parser.isEnded) parser.end()
  })
  yield* found.splice(0)
}

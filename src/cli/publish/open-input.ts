import * as fs from 'node:fs'
import { createGunzip } from 'node:zlib'
import { pipeline, Readable } from 'node:stream'
import { attempt, toFileError } from '../../platform/file-errors.js'
import { textError } from './records.js'

/** Who is told of the reading, and who ends it. */
export interface ReadingOptions {
  /** Told how many more bytes of the file were read. */
  readonly onBytes: (count: number) => void
  readonly signal: AbortSignal
}

/** Input as text. */
export interface Input {
  readonly text: AsyncIterable<string>
  readonly close: () => void
}

const CHUNK_BYTES = 1 << 18

/**
 * Opens a file, or standard input for `-`. What is named `.gz` is unpacked.
 *
 * @throws FileError
 */
export function openInput(file: string, { onBytes, signal }: ReadingOptions): Input {
  const isStandard = file === '-'
  const source: Readable = isStandard ? process.stdin : openFile(file)
  const counted = Readable.from(count(source, onBytes), { objectMode: false })
  // Errors come out of the last of them.
  const bytes = file.endsWith('.gz') ? pipeline(counted, createGunzip(), () => undefined) : counted
  const close = (): void => {
    signal.removeEventListener('abort', close)
    bytes.destroy()
    source.destroy()
  }
  // Ends a wait for standard input.
  signal.addEventListener('abort', close)
  return { text: decode(bytes, file, signal), close }
}

/** The length of a file; `undefined` when it is not known, as of standard input. @throws FileError */
export function byteLengthOf(file: string): number | undefined {
  if (file === '-') return undefined
  const stats = attempt('read input', file, () => fs.statSync(file))
  return stats.isFile() ? stats.size : undefined
}

async function* count(source: AsyncIterable<Buffer>, onBytes: (count: number) => void): AsyncGenerator<Buffer, void> {
  for await (const chunk of source) {
    onBytes(chunk.length)
    yield chunk
  }
}

function openFile(file: string): Readable {
  const fd = attempt('read input', file, () => fs.openSync(file, 'r'))
  return fs.createReadStream(file, { fd, highWaterMark: CHUNK_BYTES })
}

// The decoder takes a byte order mark off.
async function* decode(bytes: AsyncIterable<Buffer>, file: string, signal: AbortSignal): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of bytes) {
      const text = decoder.decode(chunk, { stream: true })
      if (text !== '') yield text
    }
    signal.throwIfAborted()
    const rest = decoder.decode()
    if (rest !== '') yield rest
  } catch (error) {
    signal.throwIfAborted()
    const { code } = error as { code?: unknown }
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw textError('the text behind this line is not UTF-8')
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw textError(`the file is not gzip, or not all of it: ${code}`)
    throw toFileError(error, 'read input', file)
  }
}

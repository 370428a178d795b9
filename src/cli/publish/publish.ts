import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { NoVersionError } from '../../errors/errors.js'
import type { Schema } from '../../segment/schema-type.js'
import { CURRENT_NAME } from '../../store/files/store-layout.js'
import type { PublishOptions, Validator } from '../../store/publishing/publish-options.js'
import { changedShareWithin, rowCountWithin } from '../../store/publishing/validators.js'
import { Store } from '../../store/store.js'
import { formatBytes, UsageError, type Answer, type Output } from '../output.js'
import { Progress } from '../progress.js'
import { fill, fillerOf, removerOf } from './fill-table.js'
import { byteLengthOf } from './open-input.js'
import type { Format } from './records.js'
import { loadSchema } from './load-schema.js'
import { formatOf, readRecords, recordTypeOf, type TableFile } from './table-input.js'

/** The options of `hotseg publish`. */
export interface PublishCommand {
  readonly schema: string
  readonly format?: Format
  readonly note?: string
  readonly retain?: number
  readonly create?: boolean
  readonly durability?: 'disk' | 'none'
  readonly mode?: number
  readonly timeout?: number
  readonly capacity?: string
  readonly derive?: boolean
  readonly delete?: readonly string[]
  readonly ignoreUnknown?: boolean
  readonly minRowsRatio?: number
  readonly maxRowsRatio?: number
  readonly maxChangedShare?: number
  readonly keepRefused?: boolean
}

/**
 * Fills tables from files and publishes them as a version. Records go into the draft one by one; nobody sees anything before all of them
 * are in.
 */
export async function publish(
  directory: string,
  files: readonly string[],
  options: PublishCommand,
  output: Output,
): Promise<Answer> {
  const schema = await loadSchema(options.schema)
  const inputs = files.map((text) => parseTableFile(text, schema, options, false))
  const deletions = (options.delete ?? []).map((text) => parseTableFile(text, schema, options, true))
  checkInputs(inputs, deletions, options)
  requireStore(directory, options.create === true)
  const ended = new AbortController()
  const end = (): void => ended.abort()
  for (const signal of SIGNALS) process.once(signal, end)
  // A current version of another schema does not stand in the way of one of this schema.
  const retain = options.retain === undefined ? {} : { retain: options.retain }
  const store = await Store.open<Schema>(directory, { schema, create: true, ...retain })
  try {
    const counts: Record<string, number> = {}
    const deleted: Record<string, number> = {}
    const build = async (draft: object): Promise<void> => {
      const tables = draft as Record<string, unknown>
      const reading = new Reading([...deletions, ...inputs], options, output, ended.signal)
      for (const input of deletions) {
        const count = await reading.into(input, removerOf(tables, input))
        deleted[input.table] = (deleted[input.table] ?? 0) + count
      }
      for (const input of inputs) {
        const count = await reading.into(input, fillerOf(tables, input, options.derive === true))
        counts[input.table] = (counts[input.table] ?? 0) + count
      }
      reading.end()
    }
    const stages = new StageBars(output)
    const publishOptions: PublishOptions<Schema> = {
      ...storeOptions(options),
      signal: ended.signal,
      validate: validatorsOf(schema, options),
      keepRefused: options.keepRefused === true,
      onProgress: (progress) => stages.show(progress),
    }
    const version =
      options.derive === true ? await store.derive(build, publishOptions) : await store.publish(build, publishOptions)
    const { generation, isCurrent, byteLength } = version
    const leftEmpty = options.derive === true ? [] : Object.keys(schema).filter((name) => counts[name] === undefined)
    return {
      data: {
        path: resolve(directory),
        isRight: true,
        generation,
        isCurrent,
        byteLength,
        tables: counts,
        deleted,
        leftEmpty,
      },
      lines: [
        `published generation ${generation}${isCurrent ? '' : ', which is not current: another one is pinned'}, ${formatBytes(byteLength)}`,
        ...Object.entries(deleted).map(([table, count]) => `${table}: ${count.toLocaleString('en')} deleted`),
        ...Object.entries(counts).map(([table, count]) => `${table}: ${count.toLocaleString('en')} records`),
        ...(leftEmpty.length === 0 ? [] : [`left empty: ${leftEmpty.join(', ')}`]),
      ],
      isRight: true,
    }
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, end)
    await store.close()
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

function parseTableFile(text: string, schema: Schema, { format }: PublishCommand, isDeletion: boolean): TableFile {
  const match = /^([^=]+)=(.+)$/s.exec(text)
  const [, table, file] = match ?? []
  if (table === undefined || file === undefined) {
    throw new UsageError(`not a table and a file: argument=${text}. Write TABLE=FILE, with - for standard input.`)
  }
  const type = Object.hasOwn(schema, table) ? schema[table] : undefined
  if (type === undefined) {
    throw new UsageError(`no such table in the schema: table=${table}, tables=${Object.keys(schema).join(', ')}.`)
  }
  return { table, type, file, format: formatOf(file, format), isDeletion }
}

function checkInputs(inputs: readonly TableFile[], deletions: readonly TableFile[], { derive }: PublishCommand): void {
  if (inputs.length + deletions.length === 0) throw new UsageError('nothing to publish. Give TABLE=FILE.')
  if (deletions.length > 0 && derive !== true)
    throw new UsageError('--delete needs --derive: else there is nothing yet.')
  if ([...inputs, ...deletions].filter(({ file }) => file === '-').length > 1) {
    throw new UsageError('standard input can be read for one table only.')
  }
}

function requireStore(directory: string, mayCreate: boolean): void {
  if (mayCreate || existsSync(join(directory, CURRENT_NAME))) return
  throw new NoVersionError(`no store: path=${directory}. Check the path, or make one with --create.`, {
    path: directory,
  })
}

function storeOptions({ note, durability, mode, timeout, capacity }: PublishCommand): PublishOptions<Schema> {
  return {
    ...(note === undefined ? {} : { note }),
    ...(durability === undefined ? {} : { durability }),
    ...(mode === undefined ? {} : { mode }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(capacity === undefined ? {} : { capacity }),
  }
}

function validatorsOf(
  schema: Schema,
  { minRowsRatio: min, maxRowsRatio: max, maxChangedShare }: PublishCommand,
): Validator<Schema>[] {
  const tables = Object.keys(schema).filter((name) => recordTypeOf(schema[name]!) !== undefined)
  return [
    ...(min === undefined && max === undefined ? [] : [rowCountWithin<Schema>({ min, max })]),
    ...(maxChangedShare === undefined
      ? []
      : tables.map((table) => changedShareWithin<Schema>(table as never, { max: maxChangedShare }))),
  ]
}

/** Reads the files one after the other, and shows how far that is when it is known. */
class Reading {
  readonly #options: PublishCommand
  readonly #signal: AbortSignal
  readonly #bar: Progress | undefined
  #done = 0

  constructor(inputs: readonly TableFile[], options: PublishCommand, output: Output, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
    let total: number | undefined = 0
    for (const { file } of inputs) {
      const byteLength = byteLengthOf(file)
      total = total === undefined || byteLength === undefined ? undefined : total + byteLength
    }
    this.#bar = total === undefined ? undefined : new Progress(output, 'read', total)
  }

  async into(input: TableFile, filler: ReturnType<typeof fillerOf>): Promise<number> {
    const onBytes = (count: number): void => {
      this.#signal.throwIfAborted()
      this.#done += count
      this.#bar?.update(this.#done)
    }
    const options = { ignoresUnknown: this.#options.ignoreUnknown === true }
    try {
      return await fill(readRecords(input, options, { onBytes, signal: this.#signal }), input, filler)
    } catch (error) {
      this.end()
      throw error
    }
  }

  end(): void {
    this.#bar?.end()
  }
}

/** Bars of the stages that tell how far they are. */
class StageBars {
  readonly #output: Output
  #bar: Progress | undefined

  constructor(output: Output) {
    this.#output = output
  }

  show({ stage, state, done, total }: { stage: string; state: string; done?: number; total?: number }): void {
    if (state === 'progress' && done !== undefined && total !== undefined) {
      this.#bar ??= new Progress(this.#output, stage, total)
      this.#bar.update(done)
    } else {
      this.#bar?.end()
      this.#bar = undefined
    }
  }
}

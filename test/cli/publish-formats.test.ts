import * as fs from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Segment } from '../../src/index.js'
import * as t from '../../src/t.js'
import { arbitrary, difference } from '../../src/testing.js'
import { replayed } from '../model/support/run.js'
import { makeTemporaryDirectory } from '../process/harness.js'
import { HOTSEG, hotsegWith, inProcess } from './command.js'

const ROW = `t.struct({
  id: t.u32, big: t.i64, name: t.string, flag: t.bool, kind: t.enumeration('a', 'b,c'), real: t.f64, small: t.f32,
  raw: t.bytes, at: t.struct({ lat: t.f64, label: t.string }), note: t.optional(t.u8), more: t.optional(t.struct({ n: t.i16 })),
  tags: t.vector(t.string), either: t.variant({ text: t.string, code: t.u64 }), names: t.orderedMap(t.string, t.f32),
})`
const Row = t.struct({
  id: t.u32,
  big: t.i64,
  name: t.string,
  flag: t.bool,
  kind: t.enumeration('a', 'b,c'),
  real: t.f64,
  small: t.f32,
  raw: t.bytes,
  at: t.struct({ lat: t.f64, label: t.string }),
  note: t.optional(t.u8),
  more: t.optional(t.struct({ n: t.i16 })),
  tags: t.vector(t.string),
  either: t.variant({ text: t.string, code: t.u64 }),
  names: t.orderedMap(t.string, t.f32),
})
const Rows = t.vector(Row)

let directory: string
let module: string

beforeAll(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
  module = join(directory, 'schema.mjs')
  fs.writeFileSync(module, `import { t } from '${HOTSEG}'\nexport const schema = { rows: t.vector(${ROW}) }\n`)
})

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

/** What JSON has no number for is a string. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return each.toString()
    if (typeof each === 'number' && !Number.isFinite(each)) return String(each)
    if (each instanceof Uint8Array) return Buffer.from(each).toString('base64')
    return each instanceof Map ? [...each] : each
  })

const cell = (value: unknown): string => {
  const text =
    typeof value === 'string' ? value : Object.is(value, -0) ? '-0' : value === undefined ? '' : unquoted(value)
  return `"${text.replaceAll('"', '""')}"`
}
const unquoted = (value: unknown): string => {
  const text = json(value)
  return text.startsWith('"') ? (JSON.parse(text) as string) : text
}

const COLUMNS: Readonly<Record<string, (row: any) => unknown>> = Object.fromEntries(
  [
    'id',
    'big',
    'name',
    'flag',
    'kind',
    'real',
    'small',
    'raw',
    'at.lat',
    'at.label',
    'note',
    'more.n',
    'tags',
    'either',
    'names',
  ].map((name) => [
    name,
    (row: any): unknown =>
      name.split('.').reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], row),
  ]),
)

const FORMATS: Readonly<Record<string, (rows: readonly any[]) => string>> = {
  ndjson: (rows) => rows.map((row) => `${json(row)}\n`).join(''),
  json: (rows) => json(rows),
  csv: (rows) =>
    [Object.keys(COLUMNS), ...rows.map((row) => Object.values(COLUMNS).map((read) => read(row)))]
      .map((cells) => cells.map(cell).join(','))
      .join('\r\n'),
}

// Neither UTF-8 has lone surrogates nor JSON.stringify a -0.
const isWritable = (value: unknown, form: string): boolean =>
  !/\\ud[89a-f]/.test(form === 'csv' ? json(value) : '') && !hasMinusZero(value)

function hasMinusZero(value: unknown): boolean {
  if (Object.is(value, -0)) return true
  if (value instanceof Map || Array.isArray(value)) return [...value].some(hasMinusZero)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasMinusZero)
}

describe('rows published from', () => {
  for (const [format, write] of Object.entries(FORMATS)) {
    test(`${format} are the rows that were written`, async () => {
      let count = 0
      await fc.assert(
        fc.asyncProperty(fc.array(arbitrary(Row), { maxLength: 8 }), async (drawn) => {
          const rows = drawn.filter((row) => isWritable(row, format))
          const store = fs.mkdtempSync(join(directory, 'store-'))
          const file = join(store, `rows.${format}`)
          fs.writeFileSync(file, write(rows))
          const args = ['publish', store, '--create', '--schema', module, `rows=${file}`]
          const { out, status } = await inProcess(...args)
          expect({ out, status }).toMatchObject({ status: 0 })
          const segment = Segment.open(join(store, 'versions/1.hotseg'))
          expect(difference(segment.find('rows', Rows), rows)).toBeUndefined()
          segment.close()
          count += rows.length
          fs.rmSync(store, { recursive: true })
        }),
        { numRuns: 25, ...replayed() },
      )
      expect(count).toBeGreaterThan(20)
    })
  }
})

describe('an input much larger than the heap', () => {
  const LINES = 60_000
  const text = 'x'.repeat(400)
  const HEAP_MB = 24
  const LARGE: Readonly<Record<string, () => string>> = {
    ndjson: () => `{"n":1,"text":"${text}"}\n`.repeat(LINES),
    json: () => `[${`{"n":1,"text":"${text}"},\n`.repeat(LINES - 1)}{"n":1,"text":"${text}"}]`,
    csv: () => `n,text\n${`1,${text}\n`.repeat(LINES)}`,
  }
  test.each(Object.entries(LARGE))('is published from %s', (format, make) => {
    const store = join(directory, `large-${format}`)
    const schema = join(directory, 'large.mjs')
    fs.writeFileSync(
      schema,
      `import { t } from '${HOTSEG}'\nexport const schema = { rows: t.vector(t.struct({ n: t.u8, text: t.string })) }\n`,
    )
    const file = join(directory, `large.${format}`)
    fs.writeFileSync(file, make())
    expect(fs.statSync(file).size).toBeGreaterThan((HEAP_MB - 1) * 2 ** 20)
    const { status, out } = hotsegWith(
      { nodeOptions: [`--max-old-space-size=${HEAP_MB}`] },
      ...['publish', store, '--create', '--schema', schema, '--json', `rows=${file}`],
    )
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ tables: { rows: LINES } })
    fs.rmSync(store, { recursive: true })
    fs.rmSync(file)
  })
})

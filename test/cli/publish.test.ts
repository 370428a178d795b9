import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Store } from '../../src/index.js'
import { makeTemporaryDirectory, waitUntil } from '../process/harness.js'
import { HOTSEG, hotsegJson, hotsegWith, inProcess, MAIN } from './command.js'

// The command has types of its own; so its schemas are modules that import them.
const TYPES = `{
  cities: t.multiIndex(t.struct({ id: t.u32, name: t.string, at: t.optional(t.struct({ lat: t.f64, lng: t.f64 })) }), {
    id: t.orderedUnique('id'), name: t.hashedNonUnique('name'),
  }),
  words: t.hashMap(t.string, t.u64),
  tags: t.orderedSet(t.string),
  queue: t.vector(t.struct({ n: t.i8, raw: t.bytes })),
  edition: t.u32,
}`
const schema = {
  cities: t.multiIndex(t.struct({ id: t.u32, name: t.string, at: t.optional(t.struct({ lat: t.f64, lng: t.f64 })) }), {
    id: t.orderedUnique('id'),
    name: t.hashedNonUnique('name'),
  }),
  words: t.hashMap(t.string, t.u64),
  tags: t.orderedSet(t.string),
  queue: t.vector(t.struct({ n: t.i8, raw: t.bytes })),
  edition: t.u32,
}

let directory: string
let store: string
let module: string

beforeEach(() => {
  directory = makeTemporaryDirectory()
  store = join(directory, 'store')
  module = write('schema.mjs', `import { t } from '${HOTSEG}'\nexport const schema = ${TYPES}\n`)
})

afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  fs.writeFileSync(path, content)
  return path
}

const publish = (...args: string[]): ReturnType<typeof hotsegJson> =>
  hotsegJson('publish', store, '--create', '--schema', module, ...args)

/** All tables of the current version, as plain values. */
async function read(): Promise<any> {
  const opened = await Store.open(store, { schema })
  try {
    const { current } = opened
    return Object.fromEntries(
      Object.keys(schema).map((name) => {
        const value = (current as any)[name]
        return [name, value?.toObject?.() ?? value]
      }),
    )
  } finally {
    await opened.close()
  }
}

const cities = [
  { id: 1, name: 'Rome, Italy', at: { lat: 41.9, lng: 12.5 } },
  { id: 2, name: 'Zürich "Z"\nH' },
]
const CSV = 'name,id,at.lat,at.lng\r\n"Rome, Italy",1,41.9,12.5\r\n"Zürich ""Z""\nH",2,,\r\n'

describe('publish', () => {
  test('fills tables of every kind from files of every format, and says what it did', async () => {
    const { status, data } = publish(
      '--note',
      'first',
      `cities=${write('cities.csv', CSV)}`,
      `words=${write('words.json', '{"a": 1, "b": "18446744073709551615"}')}`,
      `tags=${write('tags.ndjson', '"x"\n\n"y"')}`,
      `queue=${write('queue.jsonl', '{"n":-1,"raw":"AAE="}\r\n{"n":2,"raw":""}\r\n')}`,
      `edition=${write('edition.json', '7')}`,
    )
    expect(status).toBe(0)
    expect(data).toMatchObject({
      isRight: true,
      generation: 1,
      isCurrent: true,
      tables: { cities: 2, words: 2, tags: 2, queue: 2, edition: 1 },
      leftEmpty: [],
    })
    expect(await read()).toEqual({
      cities,
      words: new Map([
        ['a', 1n],
        ['b', 2n ** 64n - 1n],
      ]),
      tags: new Set(['x', 'y']),
      queue: [
        { n: -1, raw: Uint8Array.of(0, 1) },
        { n: 2, raw: new Uint8Array(0) },
      ],
      edition: 7,
    })
    expect(hotsegJson('versions', store).data.versions).toMatchObject([{ generation: 1, note: 'first' }])
  })

  test('reads standard input, gzip, a byte order mark, tabs, pairs and columns of maps', async () => {
    const gz = write('cities.json.gz', gzipSync(JSON.stringify(cities, undefined, 2)))
    const tabs = write('words.tsv', '\ufeffkey\tvalue\na\t1\n')
    const { status } = hotsegWith(
      { input: '\ufeff"é"\n' },
      ...['publish', store, '--create', '--schema', module, '--format', 'ndjson', 'tags=-'],
    )
    expect(status).toBe(0)
    expect((await read()).tags).toEqual(new Set(['é']))
    expect(publish(`cities=${gz}`, `words=${tabs}`).status).toBe(0)
    expect(await read()).toMatchObject({ cities, words: new Map([['a', 1n]]), tags: new Set() })
    expect(publish(`words=${write('pairs.json', '[["p", 1], ["q", 2]]')}`).data).toMatchObject({
      tables: { words: 2 },
      leftEmpty: ['cities', 'tags', 'queue', 'edition'],
    })
  })

  test('derives: rows with the key of another take its place, named ones go, the rest stays', async () => {
    publish(`cities=${write('a.csv', CSV)}`, `words=${write('w.json', '{"a":1,"b":2}')}`)
    const { status, data } = publish(
      '--derive',
      `cities=${write('b.ndjson', '{"id":2,"name":"Bern"}\n{"id":3,"name":"Oslo"}')}`,
      `words=${write('w2.json', '{"b":3}')}`,
      '--delete',
      `cities=${write('gone.csv', 'id\n1\n')}`,
      `words=${write('gone.json', '["a"]')}`,
    )
    expect({ status, data }).toMatchObject({ status: 0, data: { deleted: { cities: 1, words: 1 }, leftEmpty: [] } })
    const { cities: rows, words } = await read()
    expect(rows).toEqual([
      { id: 2, name: 'Bern' },
      { id: 3, name: 'Oslo' },
    ])
    expect(words).toEqual(new Map([['b', 3n]]))
    expect(publish('--derive', '--delete', `cities=${write('none.csv', 'id\n9\n')}`).data.error.message).toContain(
      'line=2, table=cities: there is no such element',
    )
  })

  test('options reach the store: mode, retain, shares of rows, capacity', () => {
    const rows = write('a.csv', CSV)
    for (let n = 0; n < 3; n++) publish('--mode', '640', '--retain', '2', '--durability', 'none', `cities=${rows}`)
    expect(hotsegJson('versions', store).data.versions).toHaveLength(3)
    expect((fs.statSync(join(store, 'versions/3.hotseg')).mode & 0o777).toString(8)).toMatch(/^[46]40$/)
    const one = write('one.csv', 'id,name\n1,x\n')
    expect(publish('--min-rows-ratio', '0.9', `cities=${one}`)).toMatchObject({
      status: 1,
      data: { error: { code: 'ERR_HOTSEG_VALIDATION_ERROR' } },
    })
    expect(publish('--max-changed-share', '0.4', '--keep-refused', `cities=${one}`).data.error.message).toContain(
      'table=cities',
    )
    expect(fs.readdirSync(join(store, 'refused'))).toHaveLength(1)
    expect(publish('--capacity', '4100', `cities=${rows}`)).toMatchObject({
      status: 1,
      data: { error: { code: 'ERR_HOTSEG_OUT_OF_SPACE_ERROR' } },
    })
    expect(hotsegJson('versions', store).data.generation).toBe(3)
  })

  test('publishes a schema that the current version does not have', () => {
    publish(`edition=${write('e.json', '1')}`)
    const other = write('other.mjs', `import { t } from '${HOTSEG}'\nexport default { edition: t.string }\n`)
    const { data } = hotsegJson('publish', store, '--schema', other, `edition=${write('e.csv', 'value\nnew\n')}`)
    expect(data).toMatchObject({ generation: 2 })
  })

  test('is interrupted, and leaves nothing', async () => {
    publish(`edition=${write('e.json', '1')}`)
    const before = fs.readdirSync(store).sort()
    const child = spawn(process.execPath, [
      MAIN,
      'publish',
      store,
      '--schema',
      module,
      '--format',
      'ndjson',
      'tags=-',
      '--json',
    ])
    let out = ''
    child.stdout.on('data', (chunk) => (out += String(chunk)))
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
    child.stdin.write('"a"\n')
    try {
      await waitUntil(() => fs.readdirSync(store).includes('LOCK'))
      child.kill('SIGINT')
      expect(await ended).toBe(1)
    } finally {
      child.kill('SIGKILL')
    }
    expect(JSON.parse(out)).toMatchObject({ isRight: false, error: { code: 'ABORT_ERR' } })
    expect(fs.readdirSync(store).sort()).toEqual(before)
  })
})

describe('a wrong use of publish is status 2 and changes nothing', () => {
  test.each([
    ['no table', []],
    ['a table without a file', ['cities']],
    ['a table that the schema does not have', ['towns=x.csv']],
    ['a file of unknown format', ['cities=x.txt']],
    ['an unknown format', ['--format', 'xml', 'cities=x']],
    ['standard input twice', ['--format', 'csv', 'cities=-', 'tags=-']],
    ['deletions from nothing', ['--delete', 'cities=x.csv']],
    ['a mode that is none', ['--mode', '9', 'edition=e.json']],
    ['a module that is not there', ['--schema', 'missing.mjs', 'edition=e.json']],
    ['a module without a schema', ['--schema', 'EMPTY', 'edition=e.json']],
    ['a module that throws', ['--schema', 'THROWS', 'edition=e.json']],
  ])('%s', async (_, args) => {
    const modules: Record<string, string> = {
      EMPTY: write('empty.mjs', 'export const schema = { a: 1 }'),
      THROWS: write('throws.mjs', 'throw new Error("no")'),
    }
    const { status, err } = await inProcess(
      ...['publish', store, '--create', '--schema', module, ...args.map((text) => modules[text] ?? text)],
    )
    expect(status).toBe(2)
    expect(err).toMatch(/^error: /)
    expect(fs.existsSync(store)).toBe(false)
  })
})

describe('input that is wrong is named with its place, and nothing is published', () => {
  test.each([
    ['a line that is no JSON', 'tags', 'x.ndjson', '"a"\n"b\n', 'line=2, table=tags: the line is not JSON'],
    [
      'a value of a wrong type',
      'cities',
      'x.ndjson',
      '\n{"id":"1","name":"x"}',
      'line=2, table=cities: value does not fit its type: path=id',
    ],
    [
      'a value out of range',
      'queue',
      'x.csv',
      'n,raw\n1,\n200,\n',
      'line=3, table=queue: value does not fit its type: path=n',
    ],
    ['a field that is missing', 'cities', 'x.ndjson', '{"id":1}', 'path=name'],
    [
      'a field too many',
      'cities',
      'x.json',
      '[{"id":1,"name":"a"},\n{"id":2,"name":"b","at":{"lat":1,"lng":2,"alt":3}}]',
      'line=2, element=1, table=cities: there is no such field: path=at.alt',
    ],
    ['a column too many', 'cities', 'x.csv', 'id,name,size\n', 'there is no such column: column="size"'],
    ['a column twice', 'cities', 'x.csv', 'id,name,id\n', 'two columns go to one field'],
    ['a cell too many', 'cities', 'x.csv', 'id,name\n1,a\n2,b,c\n', 'line=3, table=cities: the table is not CSV'],
    ['a quotation mark that is not closed', 'cities', 'x.csv', 'id,name\n1,"a\n', 'the table is not CSV'],
    [
      'a number that is none',
      'cities',
      'x.csv',
      'id,name\n0x1,a\n',
      'line=2, table=cities: value does not fit its type: path=id, expected=a number',
    ],
    ['half of a nested struct', 'cities', 'x.csv', 'id,name,at.lat,at.lng\n1,a,5,\n', 'path=at.lng'],
    ['a key twice', 'words', 'x.json', '[["a",1],["a",2]]', 'element=1, table=words: the key is there already'],
    [
      'a row in the way of another',
      'cities',
      'x.csv',
      'id,name\n1,a\n1,b\n',
      'line=3, table=cities: the row is in the way of another one: index=id',
    ],
    ['a document that ends too early', 'tags', 'x.json', '["a",\n"b"', 'the document is not JSON'],
    ['something behind a document', 'tags', 'x.json', '["a"]\n5', 'line=2, table=tags: the document is not JSON'],
    ['a document that is neither array nor object', 'tags', 'x.json', '5', 'neither an array nor an object'],
    ['an object for a list', 'tags', 'x.json', '{"a":1}', 'the table takes an array'],
    ['an empty document', 'tags', 'x.json', ' \n', 'the document is empty'],
    ['a table without a heading', 'tags', 'x.csv', '', 'no heading'],
    ['two values for one', 'edition', 'x.ndjson', '1\n2\n', 'the table is a single value: records=2'],
    ['no value for one', 'edition', 'x.ndjson', '', 'the table is a single value: records=0'],
    ['an integer that lost digits', 'words', 'x.json', '{"a":9007199254740993}', 'above 2^53 as a string'],
    ['text that is not UTF-8', 'tags', 'x.ndjson', Buffer.from('"a"\n"\xff"\n', 'latin1'), 'not UTF-8'],
    ['bytes that are not base64', 'queue', 'x.ndjson', '{"n":1,"raw":"?"}', 'path=raw, expected=bytes as base64'],
    ['what is no gzip', 'tags', 'x.ndjson.gz', 'plain', 'not gzip'],
    [
      'gzip that ends too early',
      'tags',
      'x.ndjson.gz',
      gzipSync('"a"\n'.repeat(1000)).subarray(0, 20),
      'not gzip, or not all of it',
    ],
  ])('%s', async (_, table, name, content, message) => {
    const file = write(name, content)
    const { status, out } = await inProcess(
      'publish',
      store,
      '--create',
      '--schema',
      module,
      '--json',
      `${table}=${file}`,
    )
    expect(status).toBe(1)
    const data = JSON.parse(out)
    expect(data.error).toMatchObject({ code: 'ERR_HOTSEG_INVALID_VALUE_ERROR' })
    expect(data.error.message).toContain(`input is wrong: file=${file}`)
    expect(data.error.message).toContain(message)
    expect(fs.readdirSync(store)).not.toContain('CURRENT')
    expect(fs.readdirSync(store).filter((each) => /^(tmp-|LOCK)/.test(each))).toEqual([])
  })

  test('what is not there, and a store that is not there', () => {
    expect(publish('tags=missing.csv').data.error.code).toBe('ERR_HOTSEG_FILE_ERROR')
    const absent = join(directory, 'absent')
    const { data } = hotsegJson('publish', absent, '--schema', module, `tags=${write('t.csv', 'value\n')}`)
    expect(data.error.code).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    expect(fs.existsSync(absent)).toBe(false)
  })

  test('unknown columns and fields are left out when that is asked for', async () => {
    const csv = write('x.csv', 'id,size,name\n1,9,a\n')
    expect(publish('--ignore-unknown', `cities=${csv}`).status).toBe(0)
    expect((await read()).cities).toEqual([{ id: 1, name: 'a' }])
    expect(publish('--ignore-unknown', `cities=${write('x.ndjson', '{"id":1,"name":"b","x":{}}')}`).status).toBe(0)
  })
})

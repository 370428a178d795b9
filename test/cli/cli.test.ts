import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashedUnique, hashMap, multiIndex, Segment, Store, string, struct, u32 } from '../../src/index.js'
import { makeTemporaryDirectory } from '../process/harness.js'
import { hotseg, hotsegJson } from './command.js'

const LIMIT_MS = 60_000

const schema = { words: hashMap(string, u32), edition: u32 }
const Rows = multiIndex(struct({ id: u32, text: string }), { id: hashedUnique('id') })

const directory = makeTemporaryDirectory()
const sound = join(directory, 'sound.hotseg')
const damaged = join(directory, 'damaged.hotseg')
const storeDirectory = join(directory, 'store')

beforeAll(async () => {
  const segment = Segment.create(sound, { capacity: '1 MiB' })
  const rows = segment.construct('rows', Rows)
  for (let id = 0; id < 1234; id++) rows.insert({ id, text: `row ${id}` })
  segment.construct('edition', u32, 7)
  segment.seal()
  segment.close()

  const bytes = fs.readFileSync(sound)
  bytes[bytes.length >> 1]! ^= 1
  fs.writeFileSync(damaged, bytes, { mode: 0o600 })

  const store = await Store.open(storeDirectory, { schema, create: true, retain: 1 })
  for (const edition of [1, 2]) {
    await store.publish(
      (draft) => {
        draft.edition = edition
        for (let index = 0; index < 10 * edition; index++) draft.words.set(`word ${index}`, index)
      },
      { note: `edition ${edition}` },
    )
  }
  await store.close()
})

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

describe('inspect', () => {
  test('a segment: its state, its sizes, its objects', () => {
    const { status, data } = hotsegJson('inspect', sound)
    expect(status).toBe(0)
    const byteLength = fs.statSync(sound).size
    expect(data).toMatchObject({ path: sound, state: 'sealed', capacity: 2 ** 20, byteLength })
    expect(data.identity).toMatch(/^[0-9a-f]{32}$/)
    expect(Math.abs(Date.parse(data.createdAt) - fs.statSync(sound).mtimeMs)).toBeLessThan(LIMIT_MS)
    expect(Number(data.used) + Number(data.free)).toBeLessThanOrEqual(byteLength)
    expect(data.blocks).toBeGreaterThan(1234)
    const byName = Object.fromEntries(data.objects.map((object: { name: string }) => [object.name, object]))
    expect(Object.keys(byName).sort()).toEqual(['edition', 'rows'])
    expect(byName['rows']).toMatchObject({ count: 1234, type: expect.stringContaining('multiIndex') })
    expect(byName['rows'].bytes).toBeGreaterThan(1234 * 8)
    expect(byName['rows'].bytes).toBeLessThanOrEqual(data.used)
    expect(byName['edition']).toMatchObject({ count: null, type: expect.stringContaining('u32') })
    expect(byName['edition'].fingerprint).not.toBe(byName['rows'].fingerprint)
  })

  test('the same for people', () => {
    const { status, out } = hotseg('inspect', sound)
    expect(status).toBe(0)
    expect(out).toMatch(/^segment sound\.hotseg$/m)
    expect(out).toMatch(/^state +sealed$/m)
    expect(out).toMatch(/^capacity +1\.0 MiB \(1,048,576 bytes\)$/m)
    expect(out).toMatch(/^rows +1,234 +[\d,]+ +[0-9a-f]+ +.*multiIndex/m)
    expect(out).toMatch(/^edition +[\d,]+ +[0-9a-f]+ +.*u32/m)
  })

  test('a store: its versions, and what the current one holds', () => {
    const { status, data } = hotsegJson('inspect', storeDirectory)
    expect(status).toBe(0)
    expect(data).toMatchObject({ path: storeDirectory, generation: 2, highest: 2, strays: [] })
    expect(data.versions).toMatchObject([
      { generation: 1, isCurrent: false, note: 'edition 1' },
      { generation: 2, isCurrent: true, note: 'edition 2' },
    ])
    const words = data.current.objects.find(({ name }: { name: string }) => name === 'words')
    expect(words).toMatchObject({ count: 20 })
    const { out } = hotseg('inspect', storeDirectory)
    expect(out).toContain('current generation 2')
    expect(out).toMatch(/^words +20 /m)
  })

  test('a name cannot write to the terminal what is no text', () => {
    const path = join(directory, 'escape.hotseg')
    const segment = Segment.create(path)
    segment.construct('red \u001b[31m\n', u32, 7)
    segment.seal()
    segment.close()
    const { out } = hotseg('inspect', path)
    expect(out).toMatch(/^red \\x1b\[31m\\x0a +\d/m)
    expect(hotsegJson('inspect', path).data.objects).toMatchObject([{ name: 'red \u001b[31m\n' }])
  })

  test('what is no segment, and what is not there, is an answer and not a crash', () => {
    fs.writeFileSync(join(directory, 'text'), 'not a segment\n'.repeat(1000), { mode: 0o600 })
    const { status, data } = hotsegJson('inspect', join(directory, 'text'))
    expect(status).toBe(1)
    expect(data).toMatchObject({ isRight: false, error: { code: 'ERR_HOTSEG_FORMAT_ERROR' } })
    const missing = hotseg('inspect', join(directory, 'missing'))
    expect(missing.status).toBe(1)
    expect(missing.out).toContain('ERR_HOTSEG_FILE_ERROR')
    expect(missing.out + missing.err).not.toContain('    at ')
  })
})

describe('verify', () => {
  test('a sound segment and a sound store are right', () => {
    const segment = hotsegJson('verify', sound)
    expect(segment.status).toBe(0)
    expect(segment.data).toEqual({ path: sound, isRight: true, findings: [{ path: sound, isRight: true }] })
    expect(hotseg('verify', sound).out).toBe(`right  ${sound}\n`)
    const store = hotsegJson('verify', storeDirectory)
    expect(store.status).toBe(0)
    expect(store.data.findings).toMatchObject([
      { generation: 1, isRight: true },
      { generation: 2, isRight: true },
    ])
  })

  test('a flipped bit is found', () => {
    const { status, data } = hotsegJson('verify', damaged)
    expect(status).toBe(1)
    expect(data).toMatchObject({
      isRight: false,
      findings: [{ path: damaged, isRight: false, error: { code: 'ERR_HOTSEG_CORRUPTION_ERROR' } }],
    })
    const { out } = hotseg('verify', damaged)
    expect(out).toContain(`WRONG  ${damaged}`)
    expect(out).toContain('ERR_HOTSEG_CORRUPTION_ERROR')
  })

  test('in a store the damaged version is named, and the other one is still right', () => {
    const copy = join(directory, 'damaged-store')
    fs.cpSync(storeDirectory, copy, { recursive: true })
    const version = join(copy, 'versions/1.hotseg')
    const bytes = fs.readFileSync(version)
    bytes[bytes.length - 3]! ^= 0x10
    fs.chmodSync(version, 0o600)
    fs.writeFileSync(version, bytes)
    const { status, data } = hotsegJson('verify', copy)
    expect(status).toBe(1)
    expect(data.findings).toMatchObject([
      { generation: 1, isRight: false, path: version },
      { generation: 2, isRight: true },
    ])
  })
})

describe('the command', () => {
  test('wrong use is status 2 and says what is right', () => {
    for (const args of [
      [],
      ['inspect'],
      ['inspect', sound, 'more'],
      ['polish', sound],
      ['inspect', '--shiny', sound],
    ]) {
      const { status, out, err } = hotseg(...args)
      expect(status, args.join(' ')).toBe(2)
      expect(out + err, args.join(' ')).toMatch(/error|Usage/)
    }
  })

  test('help and version are status 0', () => {
    const { version } = JSON.parse(fs.readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
    expect(hotseg('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' })
    expect(hotseg('--help')).toMatchObject({ status: 0, out: expect.stringContaining('inspect') })
    expect(hotseg('verify', '--help')).toMatchObject({ status: 0, out: expect.stringContaining('--json') })
  })

  test('it writes nothing: neither beside a segment nor into a store', () => {
    const listing = (): string[] => fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()
    const before = listing()
    for (const path of [sound, storeDirectory]) for (const command of ['inspect', 'verify']) hotseg(command, path)
    expect(listing()).toEqual(before)
  })
})

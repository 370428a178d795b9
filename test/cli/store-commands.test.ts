import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashedUnique, hashMap, multiIndex, Store, string, struct, u32, u64 } from '../../src/index.js'
import { makeTemporaryDirectory, waitUntil } from '../process/harness.js'
import { hotseg, hotsegJson, inProcess } from './command.js'

const Row = struct({ id: u32, name: string, at: struct({ big: u64 }) })
const schema = { words: hashMap(string, u32), rows: multiIndex(Row, { id: hashedUnique('id') }), edition: u32 }

let directory: string

beforeEach(async () => {
  directory = makeTemporaryDirectory()
  const store = await Store.open(directory, { schema, create: true, retain: 5 })
  for (const edition of [1, 2, 3]) {
    await store.publish(
      (draft) => {
        draft.edition = edition
        for (let n = edition; n < edition + 3; n++) draft.words.set(`w${n}`, n)
        draft.rows.insert({ id: 1, name: `row ${edition}`, at: { big: 2n ** 60n } })
      },
      { note: `edition ${edition}` },
    )
  }
  await store.close()
})

afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

describe('versions and the commands that switch', () => {
  test('rollback, pin and unpin make a version current and say why; versions tells', () => {
    expect(hotsegJson('rollback', directory, '--reason', 'half is missing')).toMatchObject({
      status: 0,
      data: { isRight: true, generation: 2, previous: 3, isPinned: false },
    })
    expect(hotsegJson('versions', directory).data).toMatchObject({
      generation: 2,
      highest: 3,
      pinned: null,
      lastSwitch: { kind: 'rollback', reason: 'half is missing' },
      versions: [
        { generation: 1, isCurrent: false, note: 'edition 1' },
        { generation: 2, isCurrent: true },
        { generation: 3, isCurrent: false },
      ],
    })
    expect(hotseg('pin', directory, '1', '--reason', 'tests').out).toBe('current generation 1, pinned, before 2\n')
    const { out } = hotseg('versions', directory)
    expect(out).toMatch(/^\* pinned +1 .* edition 1$/m)
    expect(out).toMatch(/^last switch: pin, .*, reason: tests$/m)
    expect(hotsegJson('unpin', directory).data).toMatchObject({ generation: 3, previous: 1 })
    expect(hotsegJson('rollback', directory, '1').data).toMatchObject({ generation: 1 })
  })

  test('a damaged current version is rolled back from', async () => {
    const path = join(directory, 'versions/3.hotseg')
    fs.chmodSync(path, 0o600)
    fs.truncateSync(path, 100)
    expect(await inProcess('rollback', directory)).toMatchObject({ status: 0, out: 'current generation 2, before 3\n' })
  })

  test('what is no store, or no version of it, is status 1; what is no number 2; nothing is made', async () => {
    const absent = join(directory, 'absent')
    for (const [command, ...args] of [
      ['versions'],
      ['readers'],
      ['rollback'],
      ['pin', '1'],
      ['unpin'],
      ['gc'],
      ['diff', '1', '2'],
    ]) {
      const { status, out } = await inProcess(command!, absent, ...args, '--json')
      expect(status, command).toBe(1)
      expect(JSON.parse(out), command).toMatchObject({ isRight: false, error: { code: 'ERR_HOTSEG_NO_VERSION_ERROR' } })
      expect(fs.existsSync(absent)).toBe(false)
    }
    expect(await inProcess('pin', directory, '9')).toMatchObject({ status: 1 })
    for (const args of [
      ['pin'],
      ['pin', '0'],
      ['pin', 'x'],
      ['rollback', '-1'],
      ['diff', '1'],
      ['diff', '1', '2', '3'],
    ]) {
      const [command, ...rest] = args
      expect((await inProcess(command!, directory, ...rest)).status, args.join(' ')).toBe(2)
    }
    expect((await inProcess('versions', directory)).out).toMatch(/^\* +3 /m)
  })

  test('readers tells who reads and holds which version', async () => {
    expect((await inProcess('readers', directory)).out).toBe('no readers\n')
    const store = await Store.open(directory, { schema })
    const held = store.acquire()
    await inProcess('rollback', directory, '1')
    await waitUntil(() => hotsegJson('readers', directory).data.readers[0]?.generation === 1)
    expect(hotsegJson('readers', directory)).toMatchObject({
      status: 0,
      data: {
        generation: 1,
        readers: [
          { processId: process.pid, generation: 1, isCurrent: true, state: 'alive', held: [{ generation: 3 }] },
        ],
      },
    })
    expect((await inProcess('readers', directory)).out).toMatch(
      new RegExp(`^ *${process.pid} +\\d+ +1 +.* +3 +alive$`, 'm'),
    )
    held.release()
    await store.close()
  })

  test('gc removes what nobody needs, and says what', async () => {
    fs.writeFileSync(join(directory, 'tmp-0123456789abcdef0123456789abcdef'), 'half')
    fs.writeFileSync(join(directory, 'versions/9.hotseg'), '')
    const { status, data } = hotsegJson('gc', directory)
    expect(status).toBe(0)
    const removed = data.removed.map(({ path, why }: { path: string; why: string }) => [path, why]).sort()
    expect(removed).toEqual([
      [join(directory, 'tmp-0123456789abcdef0123456789abcdef'), 'unfinished'],
      [join(directory, 'versions/9.hotseg'), 'unlisted'],
    ])
    expect((await inProcess('gc', directory)).out).toBe('0 removed, 0 bytes; 0 left\n')
  })
})

describe('diff', () => {
  test('prints a change a line, and as NDJSON', async () => {
    const { status, out } = hotseg('diff', directory, '1', '2')
    expect(status).toBe(0)
    expect(out.split('\n').sort().slice(1)).toEqual([
      '+ words "w4" 4',
      '- words "w1" 1',
      '~ edition 1 -> 2',
      '~ rows 1 name: "row 1" -> "row 2"',
    ])
    const lines = (await inProcess('diff', directory, '1', '2', '--json')).out.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual({
      table: 'rows',
      kind: 'changed',
      key: 1,
      before: { id: 1, name: 'row 1', at: { big: '1152921504606846976' } },
      after: { id: 1, name: 'row 2', at: { big: '1152921504606846976' } },
      fields: [{ path: 'name', before: 'row 1', after: 'row 2' }],
    })
    expect(lines).toHaveLength(4)
  })

  test('may be of some tables, and only counts', async () => {
    expect((await inProcess('diff', directory, '1', '3', '--table', 'edition')).out).toBe('~ edition 1 -> 3\n')
    const { out } = await inProcess('diff', directory, '1', '3', '--summary', '--json')
    expect(JSON.parse(out)).toMatchObject({
      before: 1,
      after: 3,
      tables: [
        { table: 'edition', changed: 1 },
        { table: 'rows', added: 0, removed: 0, changed: 1, countBefore: 1, countAfter: 1 },
        { table: 'words', added: 2, removed: 2, changed: 0 },
      ],
    })
    expect((await inProcess('diff', directory, '1', '3', '--summary')).out).toMatch(/^words +same +3 +3 +2 +2 +0$/m)
    expect((await inProcess('diff', directory, '2', '2')).out).toBe('')
  })

  test('ends quietly when its reader has seen enough', async () => {
    const store = await Store.open(directory, { schema, retain: 5 })
    await store.publish((draft) => {
      for (let n = 0; n < 50_000; n++) draft.words.set(`many ${n}`, n)
    })
    await store.close()
    const { spawnSync } = await import('node:child_process')
    const { MAIN } = await import('./command.js')
    const command = `"${process.execPath}" "${MAIN}" diff "${directory}" 1 4 | head -n 1`
    const { stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toBe('')
  })
})

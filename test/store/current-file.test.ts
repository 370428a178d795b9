import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { crc32InJavaScript } from '../../src/platform/crc32.js'
import { readCurrent, writeCurrent, type CurrentRecord } from '../../src/store/files/current-file.js'
import { makeTemporaryDirectory } from '../process/harness.js'

let directory: string
let path: string

beforeEach(() => {
  directory = makeTemporaryDirectory()
  path = join(directory, 'CURRENT')
})

afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

const RECORD: CurrentRecord = {
  sequence: 9,
  generation: 7,
  highest: 8,
  versions: [{ generation: 7, byteLength: 4096, checksum: 1, publishedAt: 1.5, sequence: 9, note: 'größer\n' }],
}

const write = (record = RECORD, fence = (): void => undefined): Promise<void> =>
  writeCurrent(directory, record, { permissions: { mode: 0o600 }, isDurable: true, fence })

test('there is none at first', () => {
  expect(readCurrent(directory)).toBeUndefined()
})

test('what was written is read, and replaced as a whole', async () => {
  await write()
  expect(readCurrent(directory)).toEqual(RECORD)
  await write({ ...RECORD, sequence: 10 })
  expect(readCurrent(directory)?.sequence).toBe(10)
  expect(fs.readdirSync(directory)).toEqual(['CURRENT'])
})

test('a fence that throws leaves the old one and nothing else', async () => {
  await write()
  const refused = write({ ...RECORD, sequence: 10 }, () => {
    throw new Error('fenced')
  })
  await expect(refused).rejects.toThrow('fenced')
  expect(readCurrent(directory)).toEqual(RECORD)
  expect(fs.readdirSync(directory)).toEqual(['CURRENT'])
})

test('any flipped bit and any cut is a typed error', async () => {
  await write()
  const bytes = fs.readFileSync(path)
  for (let position = 0; position < bytes.length; position++) {
    const damaged = Buffer.from(bytes)
    damaged[position]! ^= 1 << (position % 8)
    fs.writeFileSync(path, damaged)
    expect(() => readCurrent(directory), `byte ${position}`).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/FORMAT|VERSION|CORRUPTION/) }),
    )
    fs.writeFileSync(path, bytes.subarray(0, position))
    expect(() => readCurrent(directory), `cut at ${position}`).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/FORMAT|CORRUPTION/) }),
    )
  }
})

test('a record that contradicts itself is refused, though its checksum is right', async () => {
  const wrong: unknown[] = [
    { ...RECORD, generation: 6 },
    { ...RECORD, highest: 6 },
    { ...RECORD, sequence: 0 },
    { ...RECORD, versions: undefined },
    { ...RECORD, pinned: 8 },
    { ...RECORD, pinned: null },
    { ...RECORD, lastSwitch: { kind: 'other', at: 1 } },
    { ...RECORD, lastSwitch: { kind: 'pin', at: '1' } },
    { ...RECORD, lastSwitch: { kind: 'pin', at: 1, reason: ['x'] } },
    { ...RECORD, lastSwitch: 'pin' },
    { ...RECORD, versions: [RECORD.versions[0], RECORD.versions[0]] },
    { ...RECORD, versions: [{ ...RECORD.versions[0], generation: 8 }, RECORD.versions[0]] },
    { ...RECORD, versions: [{ ...RECORD.versions[0], generation: '../../x' }] },
    { ...RECORD, versions: [{ ...RECORD.versions[0], publishedAt: 1e300 }] },
    { ...RECORD, versions: [{ ...RECORD.versions[0], note: { length: 1 } }] },
    { ...RECORD, versions: [RECORD.versions[0], null] },
    null,
    7,
  ]
  for (const record of wrong) {
    await write(record as CurrentRecord)
    expect(() => readCurrent(directory)).toThrow(/contradicts itself/)
  }
})

test('one of an older hotseg, which tells nothing of pins and switches, is read', async () => {
  const body = JSON.stringify(RECORD) + '\n'
  const checksum = crc32InJavaScript(Buffer.from(body)).toString(16).padStart(8, '0')
  fs.writeFileSync(path, `hotseg-store 0 ${checksum}\n${body}`, { mode: 0o600 })
  expect(readCurrent(directory)).toEqual(RECORD)
  const pinned: CurrentRecord = { ...RECORD, pinned: 7, lastSwitch: { kind: 'pin', at: 2.5, reason: 'größer' } }
  await write(pinned)
  expect(readCurrent(directory)).toEqual(pinned)
})

test('a checksum that is right over what is not JSON is a typed error, too', () => {
  for (const body of ['{"sequence":\n', '', '\xff']) {
    const checksum = crc32InJavaScript(Buffer.from(body)).toString(16).padStart(8, '0')
    fs.writeFileSync(path, `hotseg-store 0 ${checksum}\n${body}`, { mode: 0o600 })
    expect(() => readCurrent(directory)).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CORRUPTION_ERROR' }))
  }
})

test('what is not a regular file is refused at once', () => {
  fs.mkdirSync(path)
  expect(() => readCurrent(directory)).toThrow(/regular file/)
  fs.rmdirSync(path)
  fs.symlinkSync('/etc/hostname', path)
  expect(() => readCurrent(directory)).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_FILE_ERROR' }))
})

import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashMap, Segment, string, u32 } from '../../src/index.js'
import { crc32 } from '../../src/platform/crc32.js'
import { fixChecksums } from '../hostile/mutations.mjs'
import { Child, makeTemporaryDirectory } from './harness.js'

const HEADER_BYTES = 4096
const directory = makeTemporaryDirectory({ inMemory: true })
const sound = join(directory, 'sound')
const damaged = join(directory, 'damaged')
const Words = hashMap(string, u32)
let bytes: Buffer

beforeAll(() => {
  const segment = Segment.create(sound, { capacity: '1 MiB', mode: 0o640 })
  const words = segment.construct('words', Words)
  for (let index = 0; index < 100; index++) words.set(`word ${index}`, index)
  segment.seal()
  segment.close()
  bytes = fs.readFileSync(sound)
})

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

// Each of these must end within a second; the watchdog of the test runner is far above that, so it is said here.
function codeOf(path: string): string {
  const start = performance.now()
  let code = 'opened'
  try {
    const segment = Segment.open(path)
    try {
      segment.verify()
    } finally {
      segment.close()
    }
  } catch (error) {
    code = (error as { code: string }).code
  }
  expect(performance.now() - start).toBeLessThan(1000)
  return code
}

function codeOfBytes(content: Uint8Array): string {
  fs.rmSync(damaged, { force: true })
  fs.writeFileSync(damaged, content, { mode: 0o600 })
  return codeOf(damaged)
}

test('a sound file opens, with the mode that was asked for', () => {
  expect(codeOf(sound)).toBe('opened')
  expect(fs.statSync(sound).mode & 0o777).toBe(0o640)
  expect(fs.readdirSync(directory)).toContain('sound')
})

describe('what is no segment', () => {
  test('0 bytes, random bytes, text', () => {
    expect(codeOfBytes(new Uint8Array(0))).toBe('ERR_HOTSEG_FORMAT_ERROR')
    for (const byteLength of [1, 63, 64, 4096, 5000]) {
      const random = Uint8Array.from({ length: byteLength }, (_, index) => (index * 2654435761) >>> 24)
      expect(codeOfBytes(random)).toBe('ERR_HOTSEG_FORMAT_ERROR')
    }
    expect(codeOfBytes(Buffer.from('not a segment\n'.repeat(1000)))).toBe('ERR_HOTSEG_FORMAT_ERROR')
  })

  test('cut at every granule of the header, and at the end', () => {
    for (let length = 8; length <= HEADER_BYTES; length += 8) {
      expect(codeOfBytes(bytes.subarray(0, length)), `${length} bytes`).toMatch(/FORMAT|CORRUPTION/)
    }
    for (const length of [HEADER_BYTES + 8, bytes.length - 8, bytes.length - 1]) {
      expect(codeOfBytes(bytes.subarray(0, length)), `${length} bytes`).toMatch(/FORMAT|CORRUPTION/)
    }
    expect(codeOfBytes(Buffer.concat([bytes, Buffer.alloc(8)]))).toMatch(/FORMAT|CORRUPTION/)
  })

  test('each byte of the header flipped', () => {
    for (let position = 0; position < HEADER_BYTES; position++) {
      const changed = Buffer.from(bytes)
      changed[position]! ^= 0xff
      expect(codeOfBytes(changed), `byte ${position}`).toMatch(/^ERR_HOTSEG_(FORMAT|VERSION|CORRUPTION)_ERROR$/)
    }
  })

  test('one that was not sealed, though its checksums are right', () => {
    for (const state of [0, 1, 2, 4]) {
      const unsealed = Buffer.from(bytes)
      unsealed.writeUInt32LE(state, 256)
      fixChecksums(unsealed)
      expect(codeOfBytes(unsealed), `state ${state}`).toBe('ERR_HOTSEG_FORMAT_ERROR')
    }
  })

  test('of a future version, and with a feature nobody knows', () => {
    const future = Buffer.from(bytes)
    future.writeUInt32LE(7, 8)
    future.writeUInt32LE(crc32(future.subarray(0, 60)), 60)
    expect(codeOfBytes(future)).toBe('ERR_HOTSEG_VERSION_ERROR')
    const feature = Buffer.from(bytes)
    feature.writeUInt32LE(1 << 30, 16)
    feature.writeUInt32LE(crc32(feature.subarray(0, 60)), 60)
    expect(codeOfBytes(feature)).toBe('ERR_HOTSEG_VERSION_ERROR')
  })
})

test('any flipped bit of the data is reported by verify', () => {
  for (let position = HEADER_BYTES; position < bytes.length; position += 7) {
    const changed = Buffer.from(bytes)
    changed[position]! ^= 1 << (position % 8)
    expect(codeOfBytes(changed), `byte ${position}`).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
  }
})

test('another schema', () => {
  const segment = Segment.open(sound)
  expect(() => segment.find('words', hashMap(u32, u32))).toThrow(
    expect.objectContaining({ code: 'ERR_HOTSEG_SCHEMA_MISMATCH_ERROR' }),
  )
  expect(segment.find('nothing', Words)).toBeUndefined()
  segment.close()
})

test('a FIFO, a directory, a loop of links, nothing at all', () => {
  const fifo = join(directory, 'fifo')
  execFileSync('mkfifo', [fifo])
  const loop = join(directory, 'loop')
  fs.symlinkSync(loop, loop)
  for (const path of [fifo, directory, loop, join(directory, 'missing'), '/dev/null']) {
    expect(codeOf(path), path).toBe('ERR_HOTSEG_FILE_ERROR')
  }
})

test.skipIf(process.geteuid?.() !== 0)('no permission', async () => {
  fs.chmodSync(directory, 0o755)
  fs.chmodSync(sound, 0o600)
  const child = new Child('open-segment.mjs', [sound], 65534)
  try {
    expect(await child.next()).toMatchObject({
      code: 'ERR_HOTSEG_FILE_ERROR',
      message: expect.stringContaining('EACCES'),
    })
  } finally {
    await child.kill()
    fs.chmodSync(sound, 0o640)
  }
})

describe('writing files', () => {
  const path = join(directory, 'new')
  const names = (): string[] => fs.readdirSync(directory).filter((name) => name.includes('new'))

  test('what is there is never replaced', () => {
    expect(() => Segment.create(sound)).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_EXISTS_ERROR' }))
    const segment = Segment.create(path)
    segment.construct('n', u32, 7)
    fs.writeFileSync(path, 'mine')
    expect(() => segment.seal()).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_EXISTS_ERROR' }))
    expect(fs.readFileSync(path, 'utf8')).toBe('mine')
    expect(names()).toEqual(['new'])
    fs.rmSync(path)
    segment.seal()
    segment.close()
    const opened = Segment.open(path)
    expect(opened.find('n', u32)?.value).toBe(7)
    opened.close()
    expect(Segment.remove(path)).toBe(true)
    expect(Segment.remove(path)).toBe(false)
  })

  test('nobody sees a segment before it is sealed, and closing one leaves nothing', () => {
    const segment = Segment.create(path)
    segment.construct('n', u32, 7)
    expect(names()).toEqual([])
    segment.close()
    expect(names()).toEqual([])
  })

  test('the umask narrows nothing', () => {
    const child = `
      process.umask(0o077)
      import('hotseg').then(({ Segment, u32 }) => {
        const segment = Segment.create(${JSON.stringify(path)}, { mode: 0o664 })
        segment.construct('n', u32, 7)
        segment.seal()
      })`
    execFileSync(process.execPath, ['--input-type=module', '-e', child], { cwd: import.meta.dirname })
    expect(fs.statSync(path).mode & 0o777).toBe(0o664)
    Segment.remove(path)
  })
})

describe('ways to open', () => {
  test('a sealed file is not written in place; a copy is, and can be sealed elsewhere', () => {
    expect(() => Segment.open(sound, { access: 'read-write' })).toThrow(
      expect.objectContaining({
        code: 'ERR_HOTSEG_READ_ONLY_ERROR',
        message: expect.stringContaining('copy-on-write'),
      }),
    )
    const copy = Segment.open(sound, { access: 'copy-on-write' })
    const words = copy.find('words', Words)
    words?.set('new', 1)
    words?.delete('word 7')
    const path = join(directory, 'copied')
    copy.seal()
    fs.writeFileSync(path, new Uint8Array(copy.toArrayBuffer()), { mode: 0o600 })
    copy.close()
    const original = Segment.open(sound)
    const changed = Segment.open(path)
    expect(changed.identity).not.toBe(original.identity)
    expect(original.find('words', Words)?.get('word 7')).toBe(7)
    expect(changed.find('words', Words)?.get('word 7')).toBeUndefined()
    expect(changed.find('words', Words)?.get('new')).toBe(1)
    expect(changed.find('words', Words)?.size).toBe(100)
    changed.verify()
    original.close()
    changed.close()
  })

  test('a mapped segment is read-only, and after close everything throws', () => {
    const segment = Segment.open(sound)
    const words = segment.find('words', Words)
    expect(() => {
      ;(words as any).set('x', 1)
    }).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_READ_ONLY_ERROR' }))
    expect(() => segment.construct('x', u32)).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_READ_ONLY_ERROR' }))
    segment.close()
    segment.close()
    const closed = expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' })
    expect(() => words?.get('word 7')).toThrow(closed)
    expect(() => words?.size).toThrow(closed)
    expect(() => segment.find('words', Words)).toThrow(closed)
    expect(() => segment.verify()).toThrow(closed)
  })

  test('a wrong access is refused', () => {
    expect(() => Segment.open(sound, { access: 'write' as never })).toThrow(
      expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR' }),
    )
  })
})

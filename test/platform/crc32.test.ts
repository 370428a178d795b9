import { describe, expect, test } from 'vitest'
import { crc32, crc32InJavaScript } from '../../src/platform/crc32.js'
import { parseBytes } from '../../src/platform/bytes-size.js'
import { randomBytes16, randomHex16 } from '../../src/platform/random.js'

describe('crc32', () => {
  test('gives the published check value', () => {
    const bytes = new TextEncoder().encode('123456789')
    expect(crc32(bytes)).toBe(0xcbf43926)
    expect(crc32InJavaScript(bytes)).toBe(0xcbf43926)
  })

  test('JavaScript and native agree at every length and alignment, and continue from a seed', () => {
    const source = Uint8Array.from({ length: 300 }, (_, index) => (index * 131 + 7) & 0xff)
    for (let length = 0; length < 64; length++) {
      const part = source.subarray(length % 9, (length % 9) + length)
      expect(crc32InJavaScript(part)).toBe(crc32(part))
      const half = length >> 1
      expect(crc32InJavaScript(part.subarray(half), crc32InJavaScript(part.subarray(0, half)))).toBe(crc32(part))
      expect(crc32(part.subarray(half), crc32(part.subarray(0, half)))).toBe(crc32(part))
    }
  })
})

describe('parseBytes', () => {
  test.each([
    [0, 0],
    [4096, 4096],
    ['64 MiB', 64 * 2 ** 20],
    ['1.5GB', 1.5e9],
    ['10', 10],
    [' 2 kib ', 2048],
  ])('%s is %d bytes', (value, bytes) => {
    expect(parseBytes(value, 'capacity')).toBe(bytes)
  })

  test.each([-1, 1.5, NaN, Infinity, 2 ** 53, '', 'x', '1 apple', '-1 MiB', '1e3'])(
    '%s is refused by name',
    (value) => {
      expect(() => parseBytes(value, 'capacity')).toThrow(
        expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR', path: 'capacity' }),
      )
    },
  )
})

test('random bytes differ from call to call', () => {
  expect(randomBytes16()).toHaveLength(16)
  expect(randomHex16()).toMatch(/^[0-9a-f]{32}$/)
  expect(randomHex16()).not.toBe(randomHex16())
})

import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hashedUnique, hashMap, multiIndex, Segment, string, struct, u32, vector } from '../../src/index.js'

const Words = hashMap(string, u32)
const Rows = multiIndex(struct({ id: u32, text: string }), { id: hashedUnique('id') })

function segmentOfWords() {
  const segment = Segment.inMemory({ capacity: '1 MiB' })
  const words = segment.construct('words', Words)
  for (let index = 0; index < 500; index++) words.set(`word ${index}`, index)
  return segment
}

function sealedBytes(): ArrayBuffer {
  const segment = segmentOfWords()
  segment.seal()
  const bytes = segment.toArrayBuffer()
  segment.close()
  return bytes
}

test('a segment in memory is written, found in, and never touches a file', () => {
  const before = readdirSync('.')
  const segment = segmentOfWords()
  expect(segment.state).toBe('private')
  expect(segment.find('words', Words)?.get('word 7')).toBe(7)
  segment.seal()
  expect(segment.state).toBe('sealed')
  expect(segment.find('words', Words)?.get('word 7')).toBe(7)
  segment.close()
  expect(readdirSync('.')).toEqual(before)
})

describe('a segment over', () => {
  const check = (source: ArrayBufferLike | Uint8Array): void => {
    const segment = Segment.fromBuffer(source)
    segment.verify()
    expect(segment.find('words', Words)?.get('word 499')).toBe(499)
    expect(segment.find('words', Words)?.size).toBe(500)
    segment.close()
  }

  test("a caller's ArrayBuffer, also at an odd position", () => {
    const bytes = new Uint8Array(sealedBytes())
    check(bytes.buffer)
    for (const position of [0, 1, 4, 8, 4093]) {
      const wide = new Uint8Array(bytes.length + position)
      wide.set(bytes, position)
      check(wide.subarray(position))
      expect(Buffer.from(wide.subarray(position)).equals(bytes)).toBe(true)
    }
  })

  test("a caller's SharedArrayBuffer", () => {
    const bytes = new Uint8Array(sealedBytes())
    const shared = new SharedArrayBuffer(bytes.length)
    new Uint8Array(shared).set(bytes)
    check(shared)
    check(new Uint8Array(shared))
  })
})

describe('sizes', () => {
  test('stats tell capacity, used and free bytes, and those of each object', () => {
    const segment = segmentOfWords()
    const before = segment.stats()
    expect(before.capacity).toBe(2 ** 20)
    const words = segment.find('words', Words)
    for (let index = 0; index < 500; index += 2) words?.delete(`word ${index}`)
    const after = segment.stats()
    expect(after.used).toBeLessThan(before.used)
    expect(after.free).toBeGreaterThan(before.free)
    expect(after.blocks).toBeLessThan(before.blocks)
    expect(before.objects).toMatchObject([{ name: 'words', count: 500 }])
    expect(after.objects).toMatchObject([{ name: 'words', count: 250 }])
    expect(after.objects[0]!.bytes).toBeLessThan(before.objects[0]!.bytes)
    expect(after.objects[0]!.bytes).toBeGreaterThan(250 * 12)
    expect(after.used + after.free).toBeLessThanOrEqual(after.endBytes)
    segment.close()
  })

  test('sealing keeps the used bytes and no more', () => {
    const segment = segmentOfWords()
    const { endBytes } = segment.stats()
    segment.seal()
    expect(segment.toArrayBuffer().byteLength).toBe(endBytes)
    expect(endBytes).toBeLessThan(2 ** 17)
    segment.close()
  })

  test('what is destroyed gives all its memory back', () => {
    const segment = Segment.inMemory({ capacity: '16 MiB' })
    segment.construct('first', u32, 1)
    segment.destroy('first')
    const { used, endBytes } = segment.stats()
    const rows = segment.construct('rows', Rows)
    for (let id = 0; id < 2000; id++) rows.insert({ id, text: `row ${id}` })
    const nested = segment.construct('nested', hashMap(string, vector(string)))
    for (let index = 0; index < 200; index++) nested.set(`key ${index}`, ['a', 'b'.repeat(index)])
    segment.destroy('rows')
    segment.destroy('nested')
    expect(segment.stats()).toMatchObject({ used, endBytes, free: expect.any(Number), objects: [] })
    segment.verify()
    segment.close()
  })
})

test('objects are constructed, found, found or constructed, listed and destroyed by name', () => {
  const segment = Segment.inMemory()
  const words = segment.construct('words', Words, [['one', 1]])
  expect(() => segment.construct('words', Words)).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_EXISTS_ERROR' }))
  expect(segment.findOrConstruct('words', Words).get('one')).toBe(1)
  words.set('two', 2)
  expect(segment.find('words', Words)?.get('two')).toBe(2)
  expect(segment.find('edition', u32)).toBeUndefined()
  segment.findOrConstruct('edition', u32).value = 4
  expect(segment.findOrConstruct('edition', u32).value).toBe(4)
  const names = (): (string | undefined)[] => segment.objects().map(({ name }) => name)
  expect(names().sort()).toEqual(['edition', 'words'])
  expect(segment.destroy('words')).toBe(true)
  expect(segment.destroy('words')).toBe(false)
  expect(names()).toEqual(['edition'])
  expect(segment.find('words', Words)).toBeUndefined()
  segment.construct('words', u32, 5)
  expect(segment.find('words', u32)?.value).toBe(5)
  segment.close()
})

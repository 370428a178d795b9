import * as fs from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, test } from 'vitest'
import { hashMap, orderedMap, Segment, string, type HashMap, type OrderedMap, type StringType } from '../../src/core.js'
import { makeTemporaryDirectory } from '../process/harness.js'
import { same } from '../../src/testing/check.js'
import { reopenIn } from '../../src/testing/reopen.js'
import { replayed } from './support/run.js'

const UNIT_COUNT = 0x10000
/** Units at which the encodings of strings, of keys and of prefixes change, with their neighbours. */
const BOUNDARIES = [
  ...[0, 1, 0x20, 0x41, 0x7e, 0x7f, 0x80, 0x81, 0x9f, 0xa0, 0xfc, 0xfd, 0xfe, 0xff, 0x100, 0x101, 0x1ff, 0x3ff, 0x4e00],
  ...[
    0x7fff, 0x8000, 0xd7ff, 0xd800, 0xd801, 0xdbff, 0xdc00, 0xdc01, 0xdfff, 0xe000, 0xfeff, 0xff00, 0xfffd, 0xfffe,
    0xffff,
  ],
]
/** Those with which every unit is paired, on either side. */
const PARTNERS = [0, 0x41, 0xfd, 0xfe, 0xff, 0x100, 0xd800, 0xdc00, 0xffff]

const directory = makeTemporaryDirectory({ inMemory: true })
afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

const every = (text: (unit: string) => string): string[] =>
  Array.from({ length: UNIT_COUNT }, (_, unit) => text(String.fromCharCode(unit)))

/** Writes each string as a key and as a value, and reads all of them from a mapped file. */
function roundTrip(strings: readonly string[]): void {
  const unique = [...new Set(strings)]
  let segment = Segment.inMemory({ capacity: '256 MiB' })
  try {
    const hashed = segment.construct('hashed', hashMap(string, string))
    const ordered = segment.construct('ordered', orderedMap(string, string))
    for (const text of unique) hashed.set(text, text)
    for (const text of unique) ordered.set(text, text)
    segment = reopenIn(directory)(segment, (mapped) => {
      const found = mapped.find('hashed', hashMap(string, string))!
      const sorted = mapped.find('ordered', orderedMap(string, string))!
      found.checkInvariants()
      sorted.checkInvariants()
      allThere(found, unique)
      allThere(sorted, unique)
      const expected = unique.toSorted((a, b) => (a < b ? -1 : 1))
      let at = 0
      for (const [key, value] of sorted) {
        if (key !== expected[at] || value !== key) same(codes(key), codes(expected[at]!), `key ${at} in order`)
        at++
      }
      same(at, expected.length, 'keys in order')
    })
  } finally {
    segment.close()
  }
}

function allThere(
  map: HashMap<StringType, StringType> | OrderedMap<StringType, StringType>,
  unique: readonly string[],
): void {
  same(map.size, unique.length, 'size')
  const many = map.getMany(unique)
  for (const [i, text] of unique.entries()) {
    if (map.get(text) !== text) same(codes(map.get(text) ?? ''), codes(text), 'value')
    if (many[i] !== text) same(codes(many[i] ?? ''), codes(text), 'value of getMany')
  }
  const keys = new Set(map.keys())
  for (const text of unique) if (!keys.has(text)) throw new Error(`key ${codes(text)} is not among the keys`)
}

/** The code units of a string, since many of them cannot be shown. */
function codes(text: string): string {
  return text
    .split('')
    .map((unit) => unit.charCodeAt(0).toString(16))
    .join(' ')
}

describe('every code unit comes back as it was written, as a key and as a value, in its order', () => {
  test('alone', () => roundTrip(['', ...every((unit) => unit)]))

  for (const partner of PARTNERS) {
    const other = String.fromCharCode(partner)
    test(`before ${partner.toString(16)}`, () => roundTrip(every((unit) => unit + other)))
    test(`after ${partner.toString(16)}`, () => roundTrip(every((unit) => other + unit)))
  }

  test('as all pairs and triples of units at which something changes', () => {
    const units = BOUNDARIES.map((unit) => String.fromCharCode(unit))
    roundTrip(units.flatMap((a) => units.flatMap((b) => [a + b, ...units.map((c) => a + b + c)])))
  })

  test('in random pairs', () => {
    const unit = fc.nat(UNIT_COUNT - 1)
    const pairs = fc.array(fc.tuple(unit, unit), { minLength: 2000, maxLength: 4000, size: 'max' })
    fc.assert(
      fc.property(pairs, (list) => roundTrip(list.map(([a, b]) => String.fromCharCode(a, b)))),
      { numRuns: 10, ...replayed() },
    )
  })
})

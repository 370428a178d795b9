import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'

const { computed, desc, hashedNonUnique, hashedUnique, multiIndex, orderedNonUnique, orderedUnique, predicate, whole } =
  t

const RUNS = 340

const Place = t.struct({
  id: t.u32,
  name: t.string,
  country: t.withDefault(t.string, 'CN'),
  at: t.struct({ lat: t.f64, level: t.withDefault(t.i8, -1) }),
  note: t.optional(t.string),
  words: t.vector(t.string),
})
const initial = computed('initial', 1, t.string, (row: { name: string }) => row.name.slice(0, 1))
const noted = predicate('noted', 1, (row: { note?: string | undefined }) => row.note !== undefined)
const places = multiIndex(Place, {
  noted: orderedUnique('name', { where: noted }),
  id: hashedUnique('id'),
  initial: orderedNonUnique(initial),
  cell: hashedNonUnique(
    computed('cell', 3, t.struct({ x: t.i16, y: t.string }), (row: { at: { level: number }; country: string }) => ({
      x: row.at.level * 2,
      y: row.country,
    })),
    { where: noted },
  ),
  length: orderedNonUnique([
    'country',
    desc(computed('length', 1, t.u32, (row: { words: string[] }) => row.words.join('').length)),
    initial,
  ]),
  last: hashedUnique([initial, 'id'], {
    where: predicate('low', 1, (row: { at: { level: number } }) => row.at.level < 0),
  }),
})
testModel('places found by computed keys, and by partial indexes, are those of a naive table', RUNS, places)

const Mark = t.struct({ a: t.u8, b: t.string, c: t.withDefault(t.i64, -5n) })
const odd = predicate('odd', 2, (row: { a: number }) => row.a % 2 === 1)
const marks = multiIndex(Mark, {
  odd: hashedUnique('a', { where: odd }),
  even: orderedNonUnique(['b', 'a'], {
    where: predicate('even', 1, (row: { a: number }) => row.a % 2 === 0),
  }),
  row: hashedUnique(whole),
  down: orderedNonUnique(desc(whole)),
  sum: orderedUnique(
    [computed('sum', 1, t.i64, (row: { a: number; c: bigint }) => (BigInt(row.a) + row.c) % 100n), 'b'],
    { where: odd },
  ),
  text: hashedNonUnique(
    computed('text', 1, t.bytes, (row: { b: string }) =>
      Uint8Array.from(row.b.slice(0, 2), (unit) => unit.charCodeAt(0)),
    ),
  ),
  none: orderedUnique('a', {
    where: predicate('none', 1, () => false),
  }),
})
testModel('marks found as wholes, and in partial indexes, are those of a naive table', RUNS, marks)

const Word = t.struct({ word: t.string, tag: t.u8 })
const words = multiIndex(Word, {
  folded: hashedNonUnique(
    computed('folded', 1, t.string, (row: { word: string }) => row.word.toLowerCase().slice(0, 1)),
  ),
  some: orderedNonUnique('tag', {
    where: predicate('some', 1, (row: { word: string; tag: number }) => row.tag < 128 && row.word !== ''),
  }),
})
testModel('equal computed keys, also of rows that come back into an index, keep their order of insertion', RUNS, words)

testMet(1000, ['splits', 'merges', 'resizes', 'coalescings'])

import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'

const {
  desc,
  hashedNonUnique,
  hashedUnique,
  multiIndex,
  orderedNonUnique,
  orderedUnique,
  rankedNonUnique,
  rankedUnique,
} = t

const RUNS = 210

const Place = t.struct({
  id: t.u32,
  name: t.string,
  country: t.string,
  population: t.u64,
  at: t.struct({ lat: t.f64, lng: t.f32 }),
  note: t.optional(t.string),
  words: t.vector(t.string),
})
const places = multiIndex(Place, {
  id: hashedUnique('id'),
  name: orderedNonUnique('name'),
  place: orderedNonUnique(['country', desc('population')]),
  spot: orderedUnique(['at.lat', 'at.lng', 'name']),
  position: hashedNonUnique('at'),
  biggest: orderedNonUnique(desc('population')),
})
testModel('places found by nested and composite keys are those of a naive table', RUNS, places)

const Part = t.struct({
  code: t.string,
  size: t.withDefault(t.i16, 3),
  weight: t.f32,
  tag: t.bytes,
  on: t.bool,
  pair: t.array(t.i32, 2),
  stamp: t.i64,
  sort: t.enumeration('x', 'y', 'z'),
})
const parts = multiIndex(Part, {
  code: orderedUnique(desc('code')),
  tag: hashedNonUnique('tag'),
  weight: orderedNonUnique(desc('weight')),
  mixed: orderedNonUnique([desc('code'), 'size', desc('tag')]),
  pair: orderedNonUnique(['sort', 'pair', desc('stamp')]),
  flags: hashedNonUnique(['on', 'size']),
  stamp: hashedUnique(['stamp', 'on', 'tag']),
})
testModel('parts found by keys of every type are those of a naive table', RUNS, parts)

const Word = t.struct({ word: t.string, tag: t.u8 })
const words = multiIndex(Word, {
  word: hashedNonUnique('word'),
  order: orderedNonUnique(['tag', 'word']),
  back: orderedNonUnique([desc('word')]),
})
testModel('words of which many are equal keep their order of insertion', RUNS, words)

const Seat = t.struct({ row: t.f64, seat: t.u8, guest: t.string, ticket: t.u64 })
const seats = multiIndex(Seat, {
  place: orderedUnique(['row', desc('seat')]),
  guest: hashedUnique('guest'),
  ticket: orderedUnique('ticket'),
  row: hashedUnique(['row', 'guest', 'seat']),
})
testModel('seats that are taken stay taken', RUNS, seats)

const Sample = t.struct({ at: t.withDefault(t.struct({ x: t.i8, y: t.u16 }), { x: 1, y: 2 }), real: t.f64 })
const samples = multiIndex(Sample, {
  x: orderedNonUnique('at.x'),
  y: hashedNonUnique('at.y'),
  at: orderedUnique(['at', desc('real')]),
  real: hashedNonUnique('real'),
})
testModel('samples found by fields of defaults are those of a naive table', RUNS, samples)

const Task = t.struct({ id: t.u16, name: t.string, done: t.bool, words: t.vector(t.string) })
const tasks = multiIndex(Task, {
  id: hashedUnique('id'),
  order: t.sequenced(),
  slot: t.randomAccess(),
  name: orderedNonUnique('name'),
})
testModel('tasks keep the orders they were put in', RUNS, tasks)

const Runner = t.struct({ n: t.u32, club: t.string, time: t.f64, bib: t.u16, born: t.i8 })
const runners = multiIndex(Runner, {
  bib: rankedUnique('bib'),
  time: rankedNonUnique('time'),
  club: rankedNonUnique(['club', desc('time')]),
  young: rankedUnique([desc('born'), 'bib', 'club']),
  hashed: hashedNonUnique('club'),
})
testModel('runners have the positions they have in a naive table', 1000, runners)

testMet(1000, ['splits', 'merges', 'resizes', 'coalescings'])

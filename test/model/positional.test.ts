import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'

const RUNS = 250

const Track = t.struct({ title: t.string, artist: t.string, seconds: t.u16, tags: t.vector(t.string) })

const queue = t.multiIndex(Track, { queue: t.sequenced() })
testModel('a queue alone does what an Array does', RUNS, queue)

const shelf = t.multiIndex(Track, {
  title: t.hashedNonUnique('title'),
  slot: t.randomAccess(),
  artist: t.orderedNonUnique('artist'),
})
testModel('a shelf with positions does what an Array does', RUNS, shelf)

const album = t.multiIndex(Track, {
  side: t.randomAccess(),
  title: t.orderedUnique('title'),
  play: t.sequenced(),
  bonus: t.sequenced(),
  draw: t.randomAccess(),
})
testModel('several orders of an album do what as many Arrays do', RUNS, album)

const all = t.multiIndex(Track, {
  titled: t.orderedUnique(['title', 'artist']),
  artist: t.orderedNonUnique('artist'),
  found: t.hashedUnique(['artist', 'seconds', 'title']),
  lasting: t.hashedNonUnique('seconds'),
  place: t.rankedUnique(['seconds', t.desc('title'), 'artist']),
  length: t.rankedNonUnique('seconds'),
  queue: t.sequenced(),
  slot: t.randomAccess(),
})
testModel('indexes of every kind agree with a naive table', RUNS, all)

const lists = t.multiIndex(Track, { queue: t.sequenced(), artist: t.hashedNonUnique('artist') })
testModel('rows moved between two tables are those of naive tables', RUNS, lists)

testMet(1000, ['splits', 'merges', 'resizes', 'coalescings'])

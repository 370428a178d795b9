import * as t from '../../src/t.js'
import { moveScenario } from './support/move-scenario.js'
import { testMet, testModel } from './support/run.js'
import { tableScenario } from './support/table-scenario.js'

const RUNS = 170

const Track = t.struct({ n: t.u32, title: t.string, artist: t.string, seconds: t.u16, tags: t.vector(t.string) })

const queue = t.multiIndex(Track, { queue: t.sequenced() })
testModel('a queue alone does what an Array does', RUNS, tableScenario(queue, []))

const shelf = t.multiIndex(Track, {
  title: t.hashedNonUnique('title'),
  slot: t.randomAccess(),
  artist: t.orderedNonUnique('artist'),
})
testModel('a shelf with positions does what an Array does', RUNS, tableScenario(shelf, []))

const album = t.multiIndex(Track, {
  side: t.randomAccess(),
  title: t.orderedUnique('title'),
  play: t.sequenced(),
  bonus: t.sequenced(),
  draw: t.randomAccess(),
})
testModel('several orders of an album do what as many Arrays do', RUNS, tableScenario(album, ['title']))

const all = t.multiIndex(Track, {
  titled: t.orderedUnique(['title', 'artist']),
  artist: t.orderedNonUnique('artist'),
  found: t.hashedUnique(['artist', 'seconds', 'title']),
  lasting: t.hashedNonUnique('seconds'),
  queue: t.sequenced(),
  slot: t.randomAccess(),
})
testModel('indexes of every kind agree with a naive table', RUNS, tableScenario(all, ['title', 'artist']))

testModel('rows moved between two tables are those of naive tables', RUNS, moveScenario(all, ['title', 'artist']))

const lists = t.multiIndex(Track, { queue: t.sequenced(), artist: t.hashedNonUnique('artist') })
testModel('rows moved between two lists are those of naive lists', RUNS, moveScenario(lists, []))

testMet(1000, ['splits', 'merges', 'resizes', 'coalescings'])

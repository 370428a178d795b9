import * as t from '../../src/t.js'
import { KEY_TYPES } from './support/key-types.js'
import { testMet, testModel } from './support/run.js'

const RUNS = 80

for (const [name, key] of Object.entries(KEY_TYPES))
  testModel(`an orderedSet of ${name} does what a sorted Set does`, RUNS, t.orderedSet(key))

testModel('an orderedSet of many u32, whose tree is high, does what a sorted Set does', RUNS, t.orderedSet(t.u32), {
  keys: 400,
})

testMet(1000, ['splits', 'merges', 'coalescings'])

import * as t from '../../src/t.js'
import { KEY_TYPES } from './support/key-types.js'
import { testMet, testModel } from './support/run.js'

const RUNS = 80

for (const [name, key] of Object.entries(KEY_TYPES))
  testModel(`a hashSet of ${name} does what a Set does`, RUNS, t.hashSet(key))

testMet(1000, ['resizes', 'coalescings'])

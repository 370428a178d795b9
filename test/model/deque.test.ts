import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'
import { VALUE_TYPES } from './support/value-types.js'

const RUNS = 100

for (const [name, element] of Object.entries(VALUE_TYPES))
  testModel(`a deque of ${name} does what an Array does`, RUNS, t.deque(element))

testMet(1000, ['coalescings'])

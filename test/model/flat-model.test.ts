import * as t from '../../src/t.js'
import { KEY_TYPES } from './support/key-types.js'
import { testMet, testModel } from './support/run.js'
import { VALUE_TYPES } from './support/value-types.js'

const RUNS = 72
const valueTypes = Object.entries(VALUE_TYPES)

for (const [index, [keyName, key]] of Object.entries(KEY_TYPES).entries()) {
  const [valueName, value] = valueTypes[index % valueTypes.length]!
  testModel(`a flatMap of ${keyName} to ${valueName} does what a sorted Map does`, RUNS, t.flatMap(key, value))
  testModel(`a flatSet of ${keyName} does what a sorted Set does`, RUNS, t.flatSet(key))
}

testMet(1000, ['coalescings'])

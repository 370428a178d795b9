import * as t from '../../src/t.js'
import { KEY_TYPES } from './support/key-types.js'
import { testMet, testModel } from './support/run.js'
import { VALUE_TYPES } from './support/value-types.js'

const RUNS = 80
const valueTypes = Object.entries(VALUE_TYPES)

for (const [index, [keyName, key]] of Object.entries(KEY_TYPES).entries()) {
  const [valueName, value] = valueTypes[index % valueTypes.length]!
  testModel(`a hashMap of ${keyName} to ${valueName} does what a Map does`, RUNS, t.hashMap(key, value))
}

testMet(1000, ['resizes', 'coalescings'])

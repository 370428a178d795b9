import * as t from '../../src/t.js'
import { KEY_TYPES } from './support/key-types.js'
import { testMet, testModel } from './support/run.js'
import { VALUE_TYPES } from './support/value-types.js'

const RUNS = 80
const valueTypes = Object.entries(VALUE_TYPES).reverse()

for (const [index, [keyName, key]] of Object.entries(KEY_TYPES).entries()) {
  const [valueName, value] = valueTypes[index % valueTypes.length]!
  testModel(`an orderedMap of ${keyName} to ${valueName} does what a sorted Map does`, RUNS, t.orderedMap(key, value))
}

testMet(1000, ['splits', 'merges', 'coalescings'])

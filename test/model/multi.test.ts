import * as t from '../../src/t.js'
import { KEY_TYPES } from './support/key-types.js'
import { testMet, testModel } from './support/run.js'
import { VALUE_TYPES } from './support/value-types.js'

const RUNS = 72
const valueTypes = Object.entries(VALUE_TYPES)

for (const [index, [keyName, key]] of Object.entries(KEY_TYPES).entries()) {
  const [valueName, value] = valueTypes[index % valueTypes.length]!
  testModel(`a hashMultimap of ${keyName} to ${valueName} does what a list does`, RUNS, t.hashMultimap(key, value))
  testModel(
    `an orderedMultimap of ${keyName} to ${valueName} does what a list does`,
    RUNS,
    t.orderedMultimap(key, value),
  )
  testModel(`a hashMultiset of ${keyName} does what a list does`, RUNS, t.hashMultiset(key))
  testModel(`an orderedMultiset of ${keyName} does what a list does`, RUNS, t.orderedMultiset(key))
}

testMet(1000, ['splits', 'merges', 'resizes', 'coalescings'])

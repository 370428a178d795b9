import { ownersScenario } from './support/owners-scenario.js'
import { testMet, testModel, testSameBytes } from './support/run.js'

testModel('objects stay as long as pointers own them, and no longer', 1000, ownersScenario)

testMet(1000, ['coalescings'])

testSameBytes('the same calls on pointers that own give the same bytes', 60, ownersScenario)

import { checkScenario } from '../../src/testing/check-model.js'
import { ownersScenario } from './support/owners-scenario.js'
import { replayed, testMet, testRuns } from './support/run.js'

testRuns('objects stay as long as pointers own them, and no longer', () =>
  checkScenario(ownersScenario, { runs: 1000, ...replayed() }),
)

testMet(1000, ['coalescings'])

testRuns('the same calls on pointers that own give the same bytes', () =>
  checkScenario(ownersScenario, { runs: 60, sameBytes: true, ...replayed() }),
)

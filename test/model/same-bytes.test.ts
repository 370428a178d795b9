import * as t from '../../src/t.js'
import { hashMapScenario, orderedMapScenario } from './support/map-scenario.js'
import { nestedScenario } from './support/nested-scenario.js'
import { testSameBytes } from './support/run.js'
import { tableScenario } from './support/table-scenario.js'
import { Thing } from './support/value-types.js'

const RUNS = 60

const Row = t.struct({ n: t.u32, id: t.u16, name: t.string, raw: t.bytes, note: t.optional(t.f64) })
const rows = t.multiIndex(Row, {
  id: t.hashedUnique('id'),
  name: t.orderedNonUnique(['name', t.desc('id')]),
  raw: t.hashedNonUnique('raw'),
  queue: t.sequenced(),
  slot: t.randomAccess(),
})

testSameBytes('the same calls on a multiIndex give the same bytes', RUNS, tableScenario(rows, ['id']))
testSameBytes('the same calls on a hashMap give the same bytes', RUNS, hashMapScenario(t.string, Thing))
testSameBytes('the same calls on an orderedMap give the same bytes', RUNS, orderedMapScenario(t.bytes, Thing))
testSameBytes(
  'the same calls on nested containers give the same bytes',
  RUNS,
  nestedScenario(t.hashMap(t.string, t.vector(Thing))),
)

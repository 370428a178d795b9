import * as t from '../../src/t.js'
import { testModel } from './support/run.js'
import { Thing } from './support/value-types.js'

const RUNS = 60

const Row = t.struct({ id: t.u16, name: t.string, raw: t.bytes, note: t.optional(t.f64) })
const rows = t.multiIndex(Row, {
  id: t.hashedUnique('id'),
  name: t.orderedNonUnique(['name', t.desc('id')]),
  raw: t.hashedNonUnique('raw'),
  initial: t.orderedNonUnique(t.computed('initial', 1, t.string, ({ name }) => name.slice(0, 1))),
  noted: t.hashedUnique('name', { where: t.predicate('noted', 1, ({ note }) => note !== undefined) }),
  queue: t.sequenced(),
  slot: t.randomAccess(),
  note: t.rankedNonUnique('id'),
})

testModel('the same calls on a multiIndex give the same bytes', RUNS, rows, { sameBytes: true })
testModel('the same calls on a hashMap give the same bytes', RUNS, t.hashMap(t.string, Thing), { sameBytes: true })
testModel('the same calls on an orderedMap give the same bytes', RUNS, t.orderedMap(t.bytes, Thing), {
  sameBytes: true,
})
testModel('the same calls on nested containers give the same bytes', RUNS, t.hashMap(t.string, t.vector(Thing)), {
  sameBytes: true,
})

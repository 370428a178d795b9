import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'

const RUNS = 170

const Word = t.struct({
  text: t.string,
  count: t.u64,
  forms: t.vector(t.string),
  more: t.optional(t.orderedSet(t.f64)),
})
const Row = t.struct({ id: t.u8, name: t.string, tags: t.hashSet(t.string) })
const Rows = t.multiIndex(Row, { id: t.hashedUnique('id'), name: t.orderedNonUnique(['name', t.desc('id')]) })

const types = {
  'hashMap(string, vector(struct))': t.hashMap(t.string, t.vector(Word)),
  'orderedMap(i16, hashMap(string, hashSet(u32)))': t.orderedMap(t.i16, t.hashMap(t.string, t.hashSet(t.u32))),
  'vector(vector(string))': t.vector(t.vector(t.string)),
  'vector(orderedMap(bytes, optional(struct)))': t.vector(t.orderedMap(t.bytes, t.optional(Word))),
  'hashMap(enumeration, multiIndex)': t.hashMap(t.enumeration('a', 'b', 'c'), Rows),
  'struct of containers': t.struct({
    words: t.array(t.vector(Word), 2),
    rows: Rows,
    sets: t.optional(t.orderedSet(t.i64)),
  }),
}

for (const [name, type] of Object.entries(types))
  testModel(`${name} changes at every depth as plain values do`, RUNS, type)

testMet(1000, ['splits', 'merges', 'resizes', 'coalescings'])

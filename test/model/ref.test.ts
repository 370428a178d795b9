import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'

const RUNS = 110

const types = {
  'a string': t.string,
  bytes: t.bytes,
  'a bool': t.bool,
  'an f32': t.f32,
  'a u64': t.u64,
  'an enumeration': t.enumeration('a', 'b', 'c'),
  'an optional string': t.optional(t.string),
  'optional bytes': t.optional(t.bytes),
  'an optional struct': t.optional(t.struct({ n: t.u16, name: t.string, at: t.optional(t.f64) })),
  'an optional vector': t.optional(t.vector(t.string)),
}

for (const [name, type] of Object.entries(types)) testModel(`${name} reads as it was written last`, RUNS, type)

testMet(1000, ['coalescings'])

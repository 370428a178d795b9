import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'
import { Thing } from './support/value-types.js'

const RUNS = 150

testModel('an array of 1 u8 does what an Array does', RUNS, t.array(t.u8, 1))
testModel('an array of 9 f32 does what an Array does', RUNS, t.array(t.f32, 9))
testModel('an array of 5 strings does what an Array does', RUNS, t.array(t.string, 5))
testModel('an array of 3 structs does what an Array does', RUNS, t.array(Thing, 3))
testModel('an array of 4 optionals does what an Array does', RUNS, t.array(t.optional(t.u16), 4))
testModel('an array of 2 arrays does what an Array does', RUNS, t.array(t.array(t.i64, 2), 2))
testModel('an array of 3 vectors does what an Array does', RUNS, t.array(t.vector(t.bytes), 3))

testMet(1000, ['coalescings'])

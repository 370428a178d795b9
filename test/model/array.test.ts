import * as t from '../../src/t.js'
import { arrayScenario } from './support/array-scenario.js'
import { testMet, testModel } from './support/run.js'
import { Thing } from './support/value-types.js'

const RUNS = 150
const emptyThing = { flag: false, big: 0n, name: '', small: 0, at: { x: 0 }, raw: new Uint8Array() }

testModel('an array of 1 u8 does what an Array does', RUNS, arrayScenario(t.u8, 1, 0))
testModel('an array of 9 f32 does what an Array does', RUNS, arrayScenario(t.f32, 9, 0))
testModel('an array of 5 strings does what an Array does', RUNS, arrayScenario(t.string, 5, ''))
testModel('an array of 3 structs does what an Array does', RUNS, arrayScenario(Thing, 3, emptyThing))
testModel('an array of 4 optionals does what an Array does', RUNS, arrayScenario(t.optional(t.u16), 4, undefined))
testModel('an array of 2 arrays does what an Array does', RUNS, arrayScenario(t.array(t.i64, 2), 2, [0n, 0n]))
testModel('an array of 3 vectors does what an Array does', RUNS, arrayScenario(t.vector(t.bytes), 3, []))

testMet(1000, ['coalescings'])

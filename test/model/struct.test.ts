import * as t from '../../src/t.js'
import { testMet, testModel } from './support/run.js'

const RUNS = 350

const Scalars = t.struct({
  flag: t.bool,
  u8: t.u8,
  i8: t.i8,
  u16: t.u16,
  i16: t.i16,
  u32: t.u32,
  i32: t.i32,
  f32: t.f32,
  f64: t.f64,
  u64: t.u64,
  i64: t.i64,
  mood: t.enumeration('glad', 'sad'),
  inner: t.struct({ x: t.f32, big: t.i64 }),
  pair: t.array(t.u16, 2),
})
testModel('a struct of scalars does what an object does', RUNS, Scalars)

const Texts = t.struct({
  flag: t.bool,
  text: t.string,
  raw: t.bytes,
  inner: t.struct({ label: t.string, bytes: t.bytes }),
  list: t.vector(t.string),
  lookup: t.hashMap(t.string, t.string),
})
testModel('a struct of strings and bytes does what an object does', RUNS, Texts)

const Missing = t.struct({
  number: t.optional(t.u16),
  big: t.optional(t.u64),
  text: t.optional(t.string),
  raw: t.optional(t.bytes),
  mood: t.optional(t.enumeration('glad', 'sad')),
  inner: t.optional(t.struct({ n: t.u32, name: t.string, deeper: t.optional(t.string) })),
  pair: t.optional(t.array(t.string, 2)),
  list: t.optional(t.vector(t.bytes)),
})
testModel('a struct of optionals does what an object does', RUNS, Missing)

const Defaults = t.struct({
  number: t.withDefault(t.i32, -5),
  text: t.withDefault(t.string, 'fallback'),
  raw: t.withDefault(t.bytes, Uint8Array.of(1, 2)),
  mood: t.withDefault(t.enumeration('glad', 'sad'), 'sad'),
  inner: t.withDefault(t.struct({ z: t.string, f: t.withDefault(t.f32, 0.5) }), { z: 'q' }),
  list: t.withDefault(t.vector(t.u8), [7]),
  required: t.u8,
})
testModel('a struct of fields with defaults does what an object does', RUNS, Defaults)

testMet(1000, ['coalescings'])

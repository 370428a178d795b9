import * as t from '../../../src/t.js'
import type { Type } from '../../../src/core.js'

/** A struct with fields of every size, and with texts, optionals and defaults. */
export const Thing = t.struct({
  flag: t.bool,
  big: t.u64,
  name: t.string,
  small: t.i16,
  at: t.struct({ x: t.f64, label: t.optional(t.string) }),
  raw: t.bytes,
  kind: t.withDefault(t.enumeration('a', 'b', 'c'), 'b'),
})

/** Value types by what they are called in the names of tests. */
export const VALUE_TYPES: Readonly<Record<string, Type>> = {
  u8: t.u8,
  u16: t.u16,
  f64: t.f64,
  string: t.string,
  bytes: t.bytes,
  struct: Thing,
  'optional string': t.optional(t.string),
  'optional struct': t.optional(t.struct({ n: t.u32, name: t.string })),
  'uniquePtr to struct': t.uniquePtr(t.struct({ n: t.u32, name: t.string })),
  'array of i64': t.array(t.i64, 3),
  'vector of strings': t.vector(t.string),
  'list of strings': t.list(t.string),
  'deque of structs': t.deque(t.struct({ n: t.u32, name: t.string })),
  'hashMap of bytes': t.hashMap(t.string, t.bytes),
  'orderedSet of f64': t.orderedSet(t.f64),
}

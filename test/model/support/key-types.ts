import * as t from '../../../src/t.js'
import type { KeyType } from '../../../src/core.js'

/** Key types by what they are called in the names of tests. */
export const KEY_TYPES: Readonly<Record<string, KeyType>> = {
  string: t.string,
  bytes: t.bytes,
  bool: t.bool,
  u8: t.u8,
  i16: t.i16,
  u32: t.u32,
  i32: t.i32,
  f32: t.f32,
  f64: t.f64,
  u64: t.u64,
  i64: t.i64,
  enumeration: t.enumeration('noun', 'verb', 'adjective'),
  struct: t.struct({ name: t.string, at: t.struct({ x: t.f32, big: t.i64 }), kind: t.withDefault(t.u8, 7) }),
  array: t.array(t.string, 2),
}

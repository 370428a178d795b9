import { makeType } from './make-type.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { Type, TypeInfo } from './type.js'

/** What the compiler knows about a type that reads and writes the same JavaScript value. */
export interface PlainInfo<T extends Type, Value> extends TypeInfo {
  readonly value: Value
  readonly input: Value
  readonly view: Value
  readonly readonlyView: Value
  readonly opened: Ref<T>
  readonly readonlyOpened: ReadonlyRef<T>
  readonly key: true
  readonly assignable: true
}

/** The type of `bool`. */
export interface BoolType extends Type {
  readonly kind: 'bool'
  readonly '~': PlainInfo<BoolType, boolean>
}
/** The type of `u8`. */
export interface U8Type extends Type {
  readonly kind: 'u8'
  readonly '~': PlainInfo<U8Type, number>
}
/** The type of `i8`. */
export interface I8Type extends Type {
  readonly kind: 'i8'
  readonly '~': PlainInfo<I8Type, number>
}
/** The type of `u16`. */
export interface U16Type extends Type {
  readonly kind: 'u16'
  readonly '~': PlainInfo<U16Type, number>
}
/** The type of `i16`. */
export interface I16Type extends Type {
  readonly kind: 'i16'
  readonly '~': PlainInfo<I16Type, number>
}
/** The type of `u32`. */
export interface U32Type extends Type {
  readonly kind: 'u32'
  readonly '~': PlainInfo<U32Type, number>
}
/** The type of `i32`. */
export interface I32Type extends Type {
  readonly kind: 'i32'
  readonly '~': PlainInfo<I32Type, number>
}
/** The type of `f32`. */
export interface F32Type extends Type {
  readonly kind: 'f32'
  readonly '~': PlainInfo<F32Type, number>
}
/** The type of `f64`. */
export interface F64Type extends Type {
  readonly kind: 'f64'
  readonly '~': PlainInfo<F64Type, number>
}
/** The type of `u64`. */
export interface U64Type extends Type {
  readonly kind: 'u64'
  readonly '~': PlainInfo<U64Type, bigint>
}
/** The type of `i64`. */
export interface I64Type extends Type {
  readonly kind: 'i64'
  readonly '~': PlainInfo<I64Type, bigint>
}

/** `true` or `false`, one byte. As a key `false` comes first. */
export const bool: BoolType = makeType<BoolType>({ kind: 'bool' })
/** An integer from 0 to 255. */
export const u8: U8Type = makeType<U8Type>({ kind: 'u8' })
/** An integer from -128 to 127. */
export const i8: I8Type = makeType<I8Type>({ kind: 'i8' })
/** An integer from 0 to 65,535. */
export const u16: U16Type = makeType<U16Type>({ kind: 'u16' })
/** An integer from -32,768 to 32,767. */
export const i16: I16Type = makeType<I16Type>({ kind: 'i16' })
/** An integer from 0 to 4,294,967,295. */
export const u32: U32Type = makeType<U32Type>({ kind: 'u32' })
/** An integer from -2,147,483,648 to 2,147,483,647. */
export const i32: I32Type = makeType<I32Type>({ kind: 'i32' })
/** A number of single precision; writing rounds to the nearest. */
export const f32: F32Type = makeType<F32Type>({ kind: 'f32' })
/** Any JavaScript number. As a key `-0` equals `0`, and `NaN` equals itself and sorts last. */
export const f64: F64Type = makeType<F64Type>({ kind: 'f64' })
/** A bigint from 0 to 2^64 - 1. */
export const u64: U64Type = makeType<U64Type>({ kind: 'u64' })
/** A bigint from -2^63 to 2^63 - 1. */
export const i64: I64Type = makeType<I64Type>({ kind: 'i64' })

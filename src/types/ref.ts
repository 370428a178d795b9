import type { Infer, Input, ReadonlyView, Type, View } from './type.js'

/** An object that is a single value (scalar, string, bytes, enumeration, optional, pointer), where nothing is written. */
export interface ReadonlyRef<T extends Type> {
  /** The type of the value. */
  readonly valueType: T
  /** Reads the value. Bytes are a fresh copy each time. */
  readonly value: ReadonlyView<T>
  /** The plain value, copied out of the segment. */
  toObject(): Infer<T>
  /** The value for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
}

/** An object that is a single value (scalar, string, bytes, enumeration, optional, pointer) in a writable segment. */
export interface Ref<T extends Type> {
  /** The type of the value. */
  readonly valueType: T
  /** Reads the value; assigning writes it in place. */
  get value(): View<T>
  /** Writes the value in place. @throws InvalidValueError when it does not fit; nothing is written */
  set value(value: Input<T>)
  /** The plain value, copied out of the segment. */
  toObject(): Infer<T>
  /** The value for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
}

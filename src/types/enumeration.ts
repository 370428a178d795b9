import { InvalidOptionError } from '../errors/errors.js'
import { makeType, quote } from './make-type.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { Type, TypeInfo } from './type.js'

/** One of a fixed list of strings. */
export interface EnumerationType<Value extends string> extends Type {
  readonly kind: 'enumeration'
  /** The strings, in their order as keys. */
  readonly values: readonly Value[]
  readonly '~': EnumerationInfo<Value>
}

/** What the compiler knows about an enumeration. */
export interface EnumerationInfo<Value extends string> extends TypeInfo {
  readonly value: Value
  readonly input: Value
  readonly view: Value
  readonly readonlyView: Value
  readonly opened: Ref<EnumerationType<Value>>
  readonly readonlyOpened: ReadonlyRef<EnumerationType<Value>>
  readonly key: true
  readonly assignable: true
}

const VALUES_MAX = 65_536

/**
 * One of the given strings, stored as its position: one byte, or two above 256 values. As a key it orders by position.
 *
 * @param values - 1 to 65,536 different strings
 * @throws InvalidOptionError when there are none, too many, or one twice
 */
export function enumeration<const Values extends readonly [string, ...string[]]>(
  ...values: Values
): EnumerationType<Values[number]> {
  if (values.length < 1 || values.length > VALUES_MAX)
    throw new InvalidOptionError(
      `enumeration has a wrong number of values: count=${values.length}, allowed=1..65536.`,
      {
        actual: values.length,
      },
    )
  const seen = new Set<unknown>()
  for (const value of values as readonly unknown[]) {
    if (typeof value !== 'string')
      throw new InvalidOptionError(`enumeration value is not a string: value=${quote(value)}.`, { actual: value })
    if (seen.has(value))
      throw new InvalidOptionError(`enumeration names a value twice: value=${quote(value)}. Remove one.`, {
        actual: value,
      })
    seen.add(value)
  }
  return makeType<EnumerationType<Values[number]>>({ kind: 'enumeration', values: Object.freeze([...values]) })
}

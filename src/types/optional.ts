import { InvalidOptionError } from '../errors/errors.js'
import { makeType, requireType } from './make-type.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { Infer, Input, Kind, Opened, ReadonlyOpened, ReadonlyView, Type, TypeInfo, View } from './type.js'

/** A value that may be missing. */
export interface OptionalType<T extends Type> extends Type {
  readonly kind: 'optional'
  /** The type of the value when there is one. */
  readonly value: T
  readonly '~': OptionalInfo<T>
}

/** What the compiler knows about an optional. */
export interface OptionalInfo<T extends Type> extends TypeInfo {
  readonly value: Infer<T> | undefined
  readonly input: Input<T> | undefined
  readonly view: View<T> | undefined
  readonly readonlyView: ReadonlyView<T> | undefined
  readonly opened: Ref<OptionalType<T>>
  readonly readonlyOpened: ReadonlyRef<OptionalType<T>>
  readonly key: false
  readonly assignable: T['~']['assignable']
}

/** A value that may be left out when written and then is a given one. */
export interface WithDefaultType<T extends Type> extends Type {
  readonly kind: 'withDefault'
  /** The type of the value. */
  readonly value: T
  /** What is written where a value is left out, and read from files that lack the field. */
  readonly default: Input<T>
  readonly '~': WithDefaultInfo<T>
}

/** What the compiler knows about a type with a default: all as without, but that a struct may lack the field. */
export interface WithDefaultInfo<T extends Type> extends TypeInfo {
  readonly value: Infer<T>
  readonly input: Input<T>
  readonly view: View<T>
  readonly readonlyView: ReadonlyView<T>
  readonly opened: Opened<T>
  readonly readonlyOpened: ReadonlyOpened<T>
  readonly key: T['~']['key']
  readonly assignable: T['~']['assignable']
}

/** Types that may stand inside `optional` and `withDefault`: all but these two. */
export interface DefiniteType {
  readonly kind: Exclude<Kind, 'optional' | 'withDefault'>
}

/**
 * A value of the type, or none: `undefined` or left out, never `null`.
 *
 * @throws InvalidOptionError when the type itself is optional or has a default
 */
export function optional<T extends Type>(value: T & DefiniteType): OptionalType<T> {
  requireDefinite(value, 'optional')
  return makeType<OptionalType<T>>({ kind: 'optional', value })
}

/**
 * A value of the type that may be left out when it is written.
 *
 * @param fallback - what is used then; a value of the type
 * @throws InvalidOptionError when the type itself is optional or has a default
 */
export function withDefault<T extends Type>(value: T & DefiniteType, fallback: Input<T>): WithDefaultType<T> {
  requireDefinite(value, 'withDefault')
  return makeType<WithDefaultType<T>>({ kind: 'withDefault', value, default: fallback })
}

/**
 * Refuses an argument that is no type, or one that says a value may be missing.
 *
 * @throws InvalidOptionError when it is
 */
export function requireDefinite(value: unknown, place: string): asserts value is Type & DefiniteType {
  requireType(value, `type inside ${place}`)
  if (value.kind !== 'optional' && value.kind !== 'withDefault') return
  throw new InvalidOptionError(`${place} cannot hold ${value.kind}: it says itself what a missing value is.`, {
    actual: value.kind,
  })
}

import { InvalidOptionError } from '../errors/errors.js'
import { ALTERNATIVES_MOST } from './description.js'
import { makeType } from './make-type.js'
import { copyNamedTypes, type Naming } from './named-types.js'
import { isAlternativeName } from './names.js'
import type { PlainFields } from './struct.js'
import type { Infer, Input, ReadonlyView, Type, TypeInfo, TypeOf, View } from './type.js'

/** Any variant type, its alternatives unknown. */
export interface AnyVariantType extends Type {
  readonly kind: 'variant'
  readonly alternatives: object
}

/** One of several alternatives. Name the type of an exported recursive one: `interface JsonType extends VariantType<...> {}`. */
export interface VariantType<Alternatives extends object> extends AnyVariantType {
  /** The types of the alternatives by name, in order of declaration. Those that were getters still are. */
  readonly alternatives: Alternatives
  readonly '~': VariantInfo<this>
}

/** What the compiler knows about a variant. */
export interface VariantInfo<T extends AnyVariantType> extends TypeInfo {
  readonly value: VariantValue<T>
  readonly input: VariantInput<T>
  readonly view: VariantView<T>
  readonly readonlyView: ReadonlyVariantView<T>
  readonly opened: VariantView<T>
  readonly readonlyOpened: ReadonlyVariantView<T>
  readonly key: false
  readonly assignable: false
}

/** The name of an alternative as `kind` has it: a number among the names is text. */
export type KindOf<K> = K extends number ? `${K}` : K

/** The type of one alternative. */
export type AlternativeType<T extends AnyVariantType, K extends keyof T['alternatives']> = TypeOf<T['alternatives'][K]>

/** The plain value of a variant: what `toObject()` gives. `kind` tells the alternatives apart. */
export type VariantValue<T extends AnyVariantType> = {
  [K in keyof T['alternatives']]: { kind: KindOf<K>; value: Infer<AlternativeType<T, K>> }
}[keyof T['alternatives']]

/** What writing a variant accepts. */
export type VariantInput<T extends AnyVariantType> = {
  [K in keyof T['alternatives']]: { readonly kind: KindOf<K>; readonly value: Input<AlternativeType<T, K>> }
}[keyof T['alternatives']]

/** What every view of a variant can do. */
export interface ReadonlyVariantMethods<T extends AnyVariantType> {
  /** Copies the value out of the segment. */
  toObject(): VariantValue<T>
  /** The value for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
  /**
   * Walks through the value.
   *
   * @throws CorruptionError when the segment contradicts itself
   */
  checkInvariants(): void
}

/** What a view of a variant can do in a writable segment. */
export interface VariantMethods<T extends AnyVariantType> extends ReadonlyVariantMethods<T> {
  /**
   * Writes another value in place. When it is of another alternative, views of what was there are stale.
   *
   * @throws InvalidValueError when it does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  assign(value: VariantInput<T>): void
}

/**
 * A variant in a writable segment, read in place: `kind` says which alternative it is now, `value` is the value or a view of
 * it.
 */
export type VariantView<T extends AnyVariantType> = {
  [K in keyof T['alternatives']]: {
    readonly kind: KindOf<K>
    readonly value: View<AlternativeType<T, K>>
  } & VariantMethods<T>
}[keyof T['alternatives']]

/** A variant that is not written through this view. */
export type ReadonlyVariantView<T extends AnyVariantType> = {
  [K in keyof T['alternatives']]: {
    readonly kind: KindOf<K>
    readonly value: ReadonlyView<AlternativeType<T, K>>
  } & ReadonlyVariantMethods<T>
}[keyof T['alternatives']]

/** What the alternatives of a variant must be. */
export type AlternativeTypes<A> = {
  [K in PlainFields<A>]: K extends '' | '__proto__' ? 'this name is not for alternatives' : Type
}

/**
 * One of several alternatives, each a type under a name: a value is `{ kind: 'text', value: 'hi' }`. It takes the room of the
 * largest alternative and a byte. An alternative that refers to a type defined later, or to the variant itself, is a getter:
 * `const Json = variant({ text: string, get list() { return vector(Json) } })`. Getters are not called here. What is made
 * without a value is the first alternative, empty.
 *
 * @param alternatives - 1 to 256; no name is empty or `__proto__`. An alternative without content is `optional` of any type:
 * `{ kind: 'none', value: undefined }`
 * @throws InvalidOptionError when their number or a name is not allowed, or one is not a type
 *
 * @example
 * ```ts
 * const Answer = variant({ text: string, code: u32 })
 * const answers = Segment.inMemory().construct('answers', vector(Answer), [{ kind: 'text', value: 'hi' }])
 * const first = answers.at(0)
 * if (first?.kind === 'text') first.value.toUpperCase() // 'HI'
 * first?.assign({ kind: 'code', value: 404 })
 * ```
 */
export function variant<Alternatives extends object>(
  alternatives: Alternatives & AlternativeTypes<Alternatives>,
): VariantType<Alternatives> {
  const copied = copyNamedTypes<Alternatives>(alternatives, ALTERNATIVES)
  const count = Object.keys(copied).length
  if (count > ALTERNATIVES_MOST) {
    throw new InvalidOptionError(`variant has too many alternatives: count=${count}, allowed=${ALTERNATIVES_MOST}.`, {
      expected: ALTERNATIVES_MOST,
      actual: count,
    })
  }
  return makeType<VariantType<Alternatives>>({ kind: 'variant', alternatives: copied })
}

const ALTERNATIVES: Naming = {
  kind: 'variant',
  member: 'alternative',
  isName: isAlternativeName,
  refused: 'symbols, the empty name and __proto__',
}

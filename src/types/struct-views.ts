import type { Infer, Input, ReadonlyView, Type, TypeOf, View } from './type.js'

/**
 * The mapped types of a struct, over its type `T` rather than over its fields, so that a named type
 * (`interface CityType extends StructType<...> {}`) names its views in messages and hovers as well.
 */

/** Any struct type, its fields unknown. */
export interface AnyStructType extends Type {
  readonly kind: 'struct'
  readonly fields: object
}

/** The types of the fields. */
export type FieldsOf<T extends AnyStructType> = T['fields']

/** The type of one field. */
export type FieldType<T extends AnyStructType, K extends keyof FieldsOf<T>> = TypeOf<FieldsOf<T>[K]>

type FieldsOfKind<T extends AnyStructType, Kinds> = {
  [K in keyof FieldsOf<T>]-?: FieldsOf<T>[K] extends { readonly kind: Kinds } ? K : never
}[keyof FieldsOf<T>]

type OptionalFields<T extends AnyStructType> = FieldsOfKind<T, 'optional' | 'uniquePtr'>
type PointerKind = 'offsetPtr' | 'weakPtr' | 'sharedPtr' | 'uniquePtr'
type OmissibleFields<T extends AnyStructType> = FieldsOfKind<T, 'optional' | 'withDefault' | PointerKind>

type AssignableFields<T extends AnyStructType> = {
  [K in keyof FieldsOf<T>]-?: FieldType<T, K>['~']['assignable'] extends true ? K : never
}[keyof FieldsOf<T>]

type ValueShape<T extends AnyStructType> = {
  -readonly [K in Exclude<keyof FieldsOf<T>, OptionalFields<T>>]: Infer<FieldType<T, K>>
} & {
  -readonly [K in OptionalFields<T>]?: Infer<FieldType<T, K>> | undefined
}

type InputShape<T extends AnyStructType> = {
  readonly [K in Exclude<keyof FieldsOf<T>, OmissibleFields<T>>]: Input<FieldType<T, K>>
} & {
  readonly [K in OmissibleFields<T>]?: Input<FieldType<T, K>> | undefined
}

// One mapped type over both halves, rather than a helper's, so that messages say StructValue and StructInput.

/** The plain object of a struct: what `toObject()` gives. Optional fields are optional properties. */
export type StructValue<T extends AnyStructType> = { [K in keyof ValueShape<T>]: ValueShape<T>[K] }

/** What writing a struct accepts. Optional fields, those with a default, and pointers may be left out. */
export type StructInput<T extends AnyStructType> = { [K in keyof InputShape<T>]: InputShape<T>[K] }

/** Some fields of a struct, as `assign` and `modify` take them. A field that is left out keeps its value. */
export type StructPatch<T extends AnyStructType> = {
  readonly [K in keyof FieldsOf<T>]?: Input<FieldType<T, K>>
}

/** What every view of a struct can do. */
export interface ReadonlyStructMethods<T extends AnyStructType> {
  /** Copies the struct out of the segment. */
  toObject(): StructValue<T>
  /** The struct for `JSON.stringify`: bigint as decimal string, bytes as base64. */
  toJSON(): unknown
}

/** What a view of a struct can do in a writable segment. */
export interface StructMethods<T extends AnyStructType> extends ReadonlyStructMethods<T> {
  /**
   * Writes the fields given, all or none.
   *
   * @throws InvalidValueError when one does not fit; nothing is written
   * @throws OutOfSpaceError when there is no room; nothing is written
   */
  // eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- only for the unknown fields of any struct
  assign(patch: StructPatch<T>): void
}

/**
 * A struct in a writable segment, read in place. Scalars, strings, bytes, enumerations, pointers and optionals of these
 * are written by assigning; other fields are live themselves, and replaced by `assign`.
 */
export type StructView<T extends AnyStructType> = {
  -readonly [K in AssignableFields<T>]: View<FieldType<T, K>>
} & {
  readonly [K in Exclude<keyof FieldsOf<T>, AssignableFields<T>>]: View<FieldType<T, K>>
} & StructMethods<T>

/** A struct that is not written through this view: in a sealed segment, a row, an element of a set, or a key. */
export type ReadonlyStructView<T extends AnyStructType> = {
  readonly [K in keyof FieldsOf<T>]: ReadonlyView<FieldType<T, K>>
} & ReadonlyStructMethods<T>

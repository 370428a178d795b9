import { makeType } from './make-type.js'
import { copyNamedTypes, type Naming } from './named-types.js'
import { isFieldName, type ReservedFieldName } from './names.js'
import type {
  AnyStructType,
  FieldsOf,
  FieldType,
  ReadonlyStructView,
  StructInput,
  StructValue,
  StructView,
} from './struct-views.js'
import type { Type, TypeInfo } from './type.js'

/** Named fields, each of a type. Name the type of an exported recursive one: `interface NodeType extends StructType<...> {}`. */
export interface StructType<Fields extends object> extends AnyStructType {
  /** The types of the fields in order of declaration. Fields that were getters still are. */
  readonly fields: Fields
  readonly '~': StructInfo<this>
}

/** What the compiler knows about a struct. */
export interface StructInfo<T extends AnyStructType> extends TypeInfo {
  readonly value: StructValue<T>
  readonly input: StructInput<T>
  readonly view: StructView<T>
  readonly readonlyView: ReadonlyStructView<T>
  readonly opened: StructView<T>
  readonly readonlyOpened: ReadonlyStructView<T>
  readonly key: StructKey<T>
  readonly assignable: false
}

/** `true` when all fields can be keys, so that the struct can be one. */
export type StructKey<T extends AnyStructType> = {
  [K in keyof FieldsOf<T>]: FieldType<T, K>['~']['key']
}[keyof FieldsOf<T>] extends true
  ? true
  : false

// A constraint such as Record<string, Type> would ask for the types of getters while those are being inferred. Getters
// are the read-only fields of the literal; so only the others are checked, and telling them apart asks for no type.
type Marks<F> = { [K in keyof F]: 1 }
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the only comparison that sees `readonly`
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** The names of the fields that are not getters. */
export type PlainFields<F> = {
  [K in keyof F]-?: Same<Pick<Marks<F>, K>, { -readonly [P in K]: 1 }> extends true ? K : never
}[keyof F]

/** What the fields of a struct must be. */
export type FieldTypes<F> = {
  [K in PlainFields<F>]: K extends ReservedFieldName | `${string}.${string}` ? 'this name is not for fields' : Type
}

/**
 * Named fields, stored side by side. A field that refers to a type defined later, or to the struct itself, is a getter:
 * `const Node = struct({ value: u32, get next() { return offsetPtr(Node) } })`. Getters are not called here.
 *
 * @param fields - at least one; no name is empty, contains a dot, or is `toObject`, `toJSON`, `assign`, `constructor` or
 * `__proto__`
 * @throws InvalidOptionError when a name is not allowed or a field is not a type
 */
export function struct<Fields extends object>(fields: Fields & FieldTypes<Fields>): StructType<Fields> {
  return makeType<StructType<Fields>>({ kind: 'struct', fields: copyNamedTypes<Fields>(fields, FIELDS) })
}

const FIELDS: Naming = {
  kind: 'struct',
  member: 'field',
  isName: isFieldName,
  refused: 'symbols, the empty name, names with a dot, toObject, toJSON, assign, constructor and __proto__',
}

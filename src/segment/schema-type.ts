import type { ReadonlyView, Type, TypeOf, View } from '../types/type.js'

/** The tables of a store by name. */
export type Schema = Readonly<Record<string, Type>>

/**
 * What a schema must be. `function open<S extends SchemaOf<S>>` accepts interfaces too, which `S extends Schema` does not:
 * `type S = typeof schema; interface AppSchema extends S {}` gives a schema a name for messages and hovers.
 */
export type SchemaOf<S> = { readonly [N in keyof S]: Type }

/** What a version of a store holds for its readers: values, read-only views and read-only containers. */
export type Tables<S extends object> = { readonly [N in keyof S]: ReadonlyView<TypeOf<S[N]>> }

type AssignableTables<S extends object> = {
  [N in keyof S]-?: TypeOf<S[N]>['~']['assignable'] extends true ? N : never
}[keyof S]

type DraftShape<S extends object> = {
  -readonly [N in AssignableTables<S>]: View<TypeOf<S[N]>>
} & {
  readonly [N in Exclude<keyof S, AssignableTables<S>>]: View<TypeOf<S[N]>>
}

/** What a version of a store holds while it is built. Scalars, strings and the like are written by assigning. */
export type Draft<S extends object> = { [N in keyof DraftShape<S>]: DraftShape<S>[N] }

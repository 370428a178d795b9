import type { IndexSpecs } from '../../types/index-spec.js'
import type { Type } from '../../types/type.js'

/** What the kinds of types hold, as the command looks at them. */
interface Parts {
  readonly fields: Readonly<Record<string, Type>>
  readonly alternatives: Readonly<Record<string, Type>>
  readonly values: readonly string[]
  readonly value: Type
  readonly element: Type
  readonly key: Type
  readonly target: Type
  readonly row: Type
  readonly indexes: IndexSpecs
}

/** The members of a type; which of them are there follows from its kind. */
export function partsOf(type: Type): Parts {
  return type as unknown as Parts
}

/** The type behind `optional` and `withDefault`. */
export function withoutOptional(type: Type): Type {
  return isOptional(type) ? withoutOptional(partsOf(type).value) : type
}

/** Whether there may be nothing in place of a value. */
export function isOptional({ kind }: Type): boolean {
  return kind === 'optional' || kind === 'withDefault'
}

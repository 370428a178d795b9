import type { Kind, Type } from '../../../src/core.js'

/** What types of any kind hold, for functions that go by `kind` at run time. */
export interface Members {
  readonly kind: Kind
  /** struct */
  readonly fields: Readonly<Record<string, Type>>
  /** array, vector */
  readonly element: Type
  /** array */
  readonly length: number
  /** enumeration */
  readonly values: readonly string[]
  /** hashMap, orderedMap, hashSet, orderedSet */
  readonly key: Type
  /** hashMap, orderedMap, optional, withDefault */
  readonly value: Type
  /** withDefault */
  readonly default: unknown
  /** offsetPtr, weakPtr, sharedPtr, uniquePtr */
  readonly target: Type
  /** multiIndex */
  readonly row: Type
  /** multiIndex */
  readonly indexes: Readonly<Record<string, IndexMembers>>
}

/** What an index holds. */
export interface IndexMembers {
  readonly kind: string
  readonly key: unknown
  readonly where?: { readonly test: (row: unknown) => boolean }
}

/** A key that is computed. */
export interface ComputedMembers {
  readonly type: Type
  readonly compute: (row: unknown) => unknown
}

/** The members of a type; which of them are there depends on its kind. */
export function membersOf(type: Type): Members {
  return type as unknown as Members
}

/** Least and greatest value of the integer types. */
export const INTEGER_RANGES: Readonly<Partial<Record<Kind, readonly [bigint, bigint]>>> = {
  u8: [0n, 255n],
  i8: [-128n, 127n],
  u16: [0n, 65_535n],
  i16: [-32_768n, 32_767n],
  u32: [0n, 4_294_967_295n],
  i32: [-2_147_483_648n, 2_147_483_647n],
  u64: [0n, 2n ** 64n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
}

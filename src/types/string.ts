import { makeType } from './make-type.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { PlainInfo } from './scalars.js'
import type { Type, TypeInfo } from './type.js'

/** The type of `string`. */
export interface StringType extends Type {
  readonly kind: 'string'
  readonly '~': PlainInfo<StringType, string>
}

/** The type of `bytes`. */
export interface BytesType extends Type {
  readonly kind: 'bytes'
  readonly '~': BytesInfo
}

/** What the compiler knows about `bytes`: reading gives a copy, so never memory that is shared. */
export interface BytesInfo extends TypeInfo {
  readonly value: Uint8Array<ArrayBuffer>
  readonly input: Uint8Array
  readonly view: Uint8Array<ArrayBuffer>
  readonly readonlyView: Uint8Array<ArrayBuffer>
  readonly opened: Ref<BytesType>
  readonly readonlyOpened: ReadonlyRef<BytesType>
  readonly key: true
  readonly assignable: true
}

/**
 * A string of any length. Every JavaScript string comes back as it was written, lone surrogates too. As keys strings
 * order by UTF-16 code unit, as `<` does.
 */
export const string: StringType = makeType<StringType>({ kind: 'string' })

/** Bytes of any length. Reading gives a fresh `Uint8Array`, never the memory of the segment. */
export const bytes: BytesType = makeType<BytesType>({ kind: 'bytes' })

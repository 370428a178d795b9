import { makeType } from './make-type.js'
import { requireDefinite } from './optional.js'
import type { DefiniteType } from './optional.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { Opened, ReadonlyOpened, Type, TypeInfo } from './type.js'

/** A pointer to an object of a type. */
export interface OffsetPtrType<T extends Type> extends Type {
  readonly kind: 'offsetPtr'
  /** The type of the object pointed at. */
  readonly target: T
  readonly '~': OffsetPtrInfo<T>
}

/**
 * What the compiler knows about a pointer. Writing takes read-only views as well, so that `assign({ city: row })` accepts
 * rows of a multi-index.
 */
export interface OffsetPtrInfo<T extends Type> extends TypeInfo {
  readonly value: ReadonlyOpened<T> | undefined
  readonly input: Opened<T> | ReadonlyOpened<T> | undefined
  readonly view: Opened<T> | undefined
  readonly readonlyView: ReadonlyOpened<T> | undefined
  readonly opened: Ref<OffsetPtrType<T>>
  readonly readonlyOpened: ReadonlyRef<OffsetPtrType<T>>
  readonly key: false
  readonly assignable: true
}

/**
 * A pointer to an object that never moves: an unnamed or named object, a row of a multi-index, an element of a map or
 * set. Reading gives a view of it, or `undefined` for none.
 *
 * @param target - the type pointed at; inside a struct that points at itself, write the field as a getter:
 * `get next() { return offsetPtr(Node) }`
 * @throws InvalidOptionError when the target is optional or has a default: `undefined` is a pointer to nothing already
 */
export function offsetPtr<T extends Type>(target: T & DefiniteType): OffsetPtrType<T> {
  requireDefinite(target, 'offsetPtr')
  return makeType<OffsetPtrType<T>>({ kind: 'offsetPtr', target })
}

import { makeType } from './make-type.js'
import { requireDefinite } from './optional.js'
import type { DefiniteType } from './optional.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { Opened, ReadonlyOpened, Type, TypeInfo } from './type.js'

/** A pointer to an object that does not keep it. */
export interface WeakPtrType<T extends Type> extends Type {
  readonly kind: 'weakPtr'
  /** The type of the object pointed at. */
  readonly target: T
  readonly '~': WeakPtrInfo<T>
}

/** What the compiler knows about a weak pointer. Writing takes read-only views as well. */
export interface WeakPtrInfo<T extends Type> extends TypeInfo {
  readonly value: ReadonlyOpened<T> | undefined
  readonly input: Opened<T> | ReadonlyOpened<T> | undefined
  readonly view: Opened<T> | undefined
  readonly readonlyView: ReadonlyOpened<T> | undefined
  readonly opened: Ref<WeakPtrType<T>>
  readonly readonlyOpened: ReadonlyRef<WeakPtrType<T>>
  readonly key: false
  readonly assignable: true
}

/**
 * A pointer that does not keep its target: reading gives a view of it, or `undefined` once it is gone. Where shared
 * pointers lead from a parent to its children, weak ones lead back. What is read may be given to a shared pointer,
 * which then owns it too. It takes all that an {@link offsetPtr} takes, and is stored alike.
 *
 * @param target - the type pointed at; a getter where it is defined later
 * @throws InvalidOptionError when the target is optional or has a default: `undefined` is a pointer to nothing already
 */
export function weakPtr<T extends Type>(target: T & DefiniteType): WeakPtrType<T> {
  requireDefinite(target, 'weakPtr')
  return makeType<WeakPtrType<T>>({ kind: 'weakPtr', target })
}

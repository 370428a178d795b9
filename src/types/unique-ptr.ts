import { makeType } from './make-type.js'
import { requireDefinite } from './optional.js'
import type { DefiniteType } from './optional.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { Infer, Input, Opened, ReadonlyOpened, Type, TypeInfo } from './type.js'

/** A pointer that alone owns an object. */
export interface UniquePtrType<T extends Type> extends Type {
  readonly kind: 'uniquePtr'
  /** The type of the object owned. */
  readonly target: T
  readonly '~': UniquePtrInfo<T>
}

/** What the compiler knows about a unique pointer: written by value or by a view, which is copied; read as a view. */
export interface UniquePtrInfo<T extends Type> extends TypeInfo {
  readonly value: Infer<T> | undefined
  readonly input: Input<T> | Opened<T> | ReadonlyOpened<T> | undefined
  readonly view: Opened<T> | undefined
  readonly readonlyView: ReadonlyOpened<T> | undefined
  readonly opened: Ref<UniquePtrType<T>>
  readonly readonlyOpened: ReadonlyRef<UniquePtrType<T>>
  readonly key: false
  readonly assignable: false
}

/**
 * A value in a block of its own, or none: it is written and copied by value, and read as a view of a place that never moves,
 * to which an {@link offsetPtr} may lead. It is destroyed when it is overwritten and with what it stands in. The natural way
 * to write trees and lists.
 *
 * @param target - the type of the value; inside a struct that holds itself, a getter: `get next() { return uniquePtr(Node) }`
 * @throws InvalidOptionError when the target is optional or has a default: `undefined` is no value already
 *
 * @example
 * ```ts
 * const Tree = struct({
 *   value: u32,
 *   get left() {
 *     return uniquePtr(Tree)
 *   },
 *   get right() {
 *     return uniquePtr(Tree)
 *   },
 * })
 * const segment = Segment.inMemory()
 * const tree = segment.construct('tree', Tree, { value: 2, left: { value: 1 } })
 * tree.assign({ right: { value: 3 } })
 * tree.right?.value // 3
 * ```
 */
export function uniquePtr<T extends Type>(target: T & DefiniteType): UniquePtrType<T> {
  requireDefinite(target, 'uniquePtr')
  return makeType<UniquePtrType<T>>({ kind: 'uniquePtr', target })
}

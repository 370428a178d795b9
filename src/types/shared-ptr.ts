import { makeType } from './make-type.js'
import { requireDefinite } from './optional.js'
import type { DefiniteType } from './optional.js'
import type { ReadonlyRef, Ref } from './ref.js'
import type { Input, Opened, ReadonlyOpened, Type, TypeInfo } from './type.js'

/** A pointer that owns an object together with others. */
export interface SharedPtrType<T extends Type> extends Type {
  readonly kind: 'sharedPtr'
  /** The type of the object owned. */
  readonly target: T
  readonly '~': SharedPtrInfo<T>
}

/** What the compiler knows about a shared pointer. Writing takes a view, to own what it shows, or a value, to make one. */
export interface SharedPtrInfo<T extends Type> extends TypeInfo {
  readonly value: ReadonlyOpened<T> | undefined
  readonly input: Opened<T> | ReadonlyOpened<T> | Input<T> | undefined
  readonly view: Opened<T> | undefined
  readonly readonlyView: ReadonlyOpened<T> | undefined
  readonly opened: Ref<SharedPtrType<T>>
  readonly readonlyOpened: ReadonlyRef<SharedPtrType<T>>
  readonly key: false
  readonly assignable: true
}

/**
 * A pointer that owns an object without a name together with other shared pointers, which are counted in the segment. When
 * the last of them is overwritten or erased, or what it stands in is destroyed, the object is destroyed with all it holds.
 * Reading gives a view, or `undefined` for none; a view owns nothing and is stale once the object is gone.
 *
 * Writing takes the view of an object that `segment.make` has made or another shared pointer owns, or a plain value, of
 * which an object is made. Objects that own each other in a circle are never destroyed: lead back by {@link weakPtr}.
 *
 * @param target - the type of the object; a getter where it is defined later
 * @throws InvalidOptionError when the target is optional or has a default: `undefined` is a pointer to nothing already
 *
 * @example
 * ```ts
 * const Style = struct({ color: string })
 * const Shape = struct({ name: string, style: sharedPtr(Style) })
 * const segment = Segment.inMemory()
 * const shapes = segment.construct('shapes', vector(Shape))
 * shapes.push({ name: 'circle', style: { color: 'red' } })
 * shapes.push({ name: 'square', style: shapes.at(0)!.style })
 * shapes.at(1)!.style!.color = 'blue'
 * shapes.at(0)!.style!.color // 'blue'
 * ```
 */
export function sharedPtr<T extends Type>(target: T & DefiniteType): SharedPtrType<T> {
  requireDefinite(target, 'sharedPtr')
  return makeType<SharedPtrType<T>>({ kind: 'sharedPtr', target })
}

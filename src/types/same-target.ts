import { InvalidValueError } from '../errors/errors.js'
import { quote } from './make-type.js'
import { memoryOf, View } from './view.js'

/** A view of a struct, a container or a `Ref`: what can be copied out. */
export interface Viewed {
  /** Copies what it shows out of the segment. */
  toObject(): unknown
}

/**
 * Whether two pointers lead to the same target: whether two views show the same place, not only equal values. Each read
 * makes a new view, so `===` does not tell. Works for all views, those of rows and elements included.
 *
 * @param a - what reading a pointer, a field or a container gave; `undefined` is a pointer to nothing
 * @param b - likewise; two pointers to nothing are the same
 * @throws StaleViewError, ClosedError when a view cannot be read any more; InvalidValueError when a value is no view
 *
 * @example
 * ```ts
 * const Node = struct({ value: u32, get next() { return offsetPtr(Node) } })
 * const segment = Segment.inMemory()
 * const first = segment.make(Node, { value: 1 })
 * const second = segment.make(Node, { value: 2, next: first })
 * sameTarget(second.next, first) // true
 * ```
 */
export function sameTarget(a: Viewed | undefined, b: Viewed | undefined): boolean {
  const first = placeOf(a)
  const second = placeOf(b)
  if (first === undefined || second === undefined) return first === second
  if (first.memory !== second.memory || first.address !== second.address) return false
  // The first part of a struct is where the struct is, and still another thing.
  return first.layout.isSame(second.layout)
}

function placeOf(view: unknown) {
  if (view === undefined) return undefined
  if (view instanceof View) {
    return { memory: memoryOf(view), address: view['hotseg.at'].address, layout: view['hotseg.layout'] }
  }
  throw new InvalidValueError(
    `not a view: value=${quote(view)}. Pass what reading a pointer or a container has given.`,
    {
      path: 'view',
      expected: 'a view, or undefined',
      actual: view,
    },
  )
}

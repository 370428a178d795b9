import { View } from '../types/view.js'

/** The plain value of what reading gave: views are copied out, all else is plain already. */
export function plainOf(value: unknown): unknown {
  return isView(value) ? value.toObject() : value
}

/** Whether reading gave a view or a live container, not a plain value. */
export function isView(value: unknown): value is { toObject(): unknown } {
  return typeof value === 'object' && value !== null && 'toObject' in value
}

/** Where in its segment a view stands, in bytes. Two views are of the same thing when it is the same. */
export function addressOf(view: unknown): number {
  if (view instanceof View) return view['hotseg.at'].address
  throw new Error('not a view')
}

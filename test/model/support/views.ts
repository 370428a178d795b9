/** The plain value of what reading gave: views are copied out, all else is plain already. */
export function plainOf(value: unknown): unknown {
  return isView(value) ? value.toObject() : value
}

/** Whether reading gave a view or a live container, not a plain value. */
export function isView(value: unknown): value is { toObject(): unknown } {
  return typeof value === 'object' && value !== null && 'toObject' in value
}

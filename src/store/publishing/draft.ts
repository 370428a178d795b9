import { ValueRef } from '../../types/value-ref.js'
import type { Draft, Schema } from '../../segment/schema-type.js'
import type { FileSegment as Segment } from '../../segment/file-segment.js'

/**
 * A private segment with all tables of `schema`, those it has not yet made empty, as an object to change: containers are members,
 * scalars, strings and the like are read and assigned by value (`draft.edition = 4`), structs and variants are views that can be
 * assigned as a whole.
 *
 * @throws SchemaMismatchError when a table is there under another type
 */
export function makeDraft<S extends object>(schema: Schema, segment: Segment): Draft<S> {
  const draft: Record<string, unknown> = {}
  for (const [name, type] of Object.entries(schema)) {
    const handle: unknown = segment.findOrConstruct(name, type)
    if (handle instanceof ValueRef) {
      const reference = handle
      Object.defineProperty(draft, name, {
        enumerable: true,
        get: () => reference.value,
        set: (value: unknown) => {
          reference.value = value
        },
      })
    } else if (type.kind === 'struct' || type.kind === 'variant') {
      Object.defineProperty(draft, name, {
        enumerable: true,
        get: () => handle,
        set: (value: unknown) => {
          ;(handle as { assign(value: unknown): void }).assign(value)
        },
      })
    } else {
      Object.defineProperty(draft, name, { enumerable: true, value: handle })
    }
  }
  return draft as Draft<S>
}

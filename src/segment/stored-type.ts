import { CorruptionError, InvalidOptionError, SchemaMismatchError } from '../errors/errors.js'
import { Description } from '../types/description.js'
import type { Layout } from '../types/layout.js'
import { typeFrom } from '../types/type-from.js'
import type { Type } from '../types/type.js'
import { layoutFor } from './kinds.js'

const storedTypes = new Map<string, Type>()
const STORED_TYPES_MOST = 1000

/** The type that a description describes; the same object for the same text, so that layouts are found again. */
export function storedType(text: string): Type {
  let type = storedTypes.get(text)
  if (type === undefined) {
    type = typeFrom(Description.parse(text))
    if (storedTypes.size >= STORED_TYPES_MOST) storedTypes.clear()
    storedTypes.set(text, type)
  }
  return type
}

/** The layout of an object by what its segment says of it. @throws CorruptionError when that contradicts itself */
export function storedLayout(text: string): Layout {
  try {
    return layoutFor(storedType(text), text, true, 'object')
  } catch (cause) {
    if (!(cause instanceof SchemaMismatchError || cause instanceof InvalidOptionError)) throw cause
    throw new CorruptionError(`segment is damaged: a description contradicts itself: ${cause.message}`, { cause })
  }
}

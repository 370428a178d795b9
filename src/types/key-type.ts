import { InvalidOptionError } from '../errors/errors.js'
import { isKeyed } from './keyed-kinds.js'
import { isType, requireType } from './make-type.js'

/**
 * Whether values of a type can be keys, as far as that is known without calling getters.
 *
 * @returns `undefined` when it depends on a field that is a getter
 */
export function isKeyType(type: unknown): boolean | undefined {
  if (!isType(type)) return false
  switch (type.kind) {
    case 'optional':
    case 'variant':
    case 'vector':
    case 'offsetPtr':
    case 'weakPtr':
    case 'sharedPtr':
    case 'uniquePtr':
    case 'multiIndex':
      return false
    case 'array':
      return isKeyType('element' in type ? type.element : undefined)
    case 'withDefault':
      return isKeyType('value' in type ? type.value : undefined)
    case 'struct':
      return areKeyFields('fields' in type ? type.fields : undefined)
    default:
      return !isKeyed(type.kind)
  }
}

function areKeyFields(fields: unknown): boolean | undefined {
  let known = true
  for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(fields))) {
    const field = descriptor.get === undefined ? isKeyType(descriptor.value) : undefined
    if (field === false) return false
    if (field === undefined) known = false
  }
  return known ? true : undefined
}

/**
 * Refuses a type whose values cannot be keys. What depends on getters passes here and is refused when the type is laid out.
 *
 * @param place - what the argument is, as the message names it: `key of hashMap`
 * @throws InvalidOptionError when they cannot
 */
export function requireKeyType(type: unknown, place: string): void {
  requireType(type, place)
  if (isKeyType(type) === false) refuseKey(type.kind, place)
}

/** Throws the error for a type whose values cannot be keys. */
export function refuseKey(kind: string, place: string): never {
  throw new InvalidOptionError(
    `${place} cannot be a key: type=${kind}. Keys are scalars, string, bytes, enumerations, and structs and arrays of those.`,
    { actual: kind },
  )
}

import { InvalidOptionError } from '../errors/errors.js'
import { isType, quote, requireType } from './make-type.js'

/** How messages name a type with named members, and which names it allows. */
export interface Naming {
  /** The kind of the type: `struct`. */
  readonly kind: string
  /** One member: `field`. */
  readonly member: string
  /** Whether a member can have this name. */
  readonly isName: (name: string) => boolean
  /** The names that are not allowed, as a message lists them. */
  readonly refused: string
}

/**
 * Copies named types. Getters stay getters and are not called: they lead to types that are defined later.
 *
 * @throws InvalidOptionError when a name is not allowed, a member is no type, or there is none
 */
export function copyNamedTypes<Members extends object>(members: Members, naming: Naming): Members {
  const { kind, member } = naming
  const given: unknown = members
  if (typeof given !== 'object' || given === null || Array.isArray(given) || isType(given)) {
    throw new InvalidOptionError(`${kind} takes an object of ${member}s: value=${quote(given)}.`, { actual: given })
  }
  // `{ __proto__: u32 }` sets the prototype instead of naming a member.
  if (isType(Object.getPrototypeOf(given))) refuseName('__proto__', naming)
  const descriptors = Object.getOwnPropertyDescriptors(given) as Record<string | symbol, PropertyDescriptor>
  const names = Reflect.ownKeys(descriptors)
  if (names.length === 0) throw new InvalidOptionError(`${kind} has no ${member}s. Give it at least one.`)
  const copy = {}
  for (const name of names) {
    if (typeof name === 'symbol' || !naming.isName(name)) refuseName(name, naming)
    const descriptor = descriptors[name] ?? {}
    if (descriptor.get === undefined) requireType(descriptor.value, `${member} of ${kind}, name=${quote(name)},`)
    Object.defineProperty(copy, name, descriptor)
  }
  return Object.freeze(copy) as Members
}

function refuseName(name: string | symbol, { kind, member, refused }: Naming): never {
  throw new InvalidOptionError(
    `${kind} cannot have ${member === 'field' ? 'a' : 'an'} ${member} of this name: name=${quote(name)}. Not allowed are ${refused}.`,
    { actual: name },
  )
}

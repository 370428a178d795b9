/** Names no field can have: members of views, and names with a meaning of their own on every object. */
export type ReservedFieldName = 'toObject' | 'toJSON' | 'assign' | 'constructor' | '__proto__'

const RESERVED: ReadonlySet<string> = new Set<ReservedFieldName>([
  'toObject',
  'toJSON',
  'assign',
  'constructor',
  '__proto__',
])

/** Whether a field of a struct can have this name. */
export function isFieldName(name: string): boolean {
  return name !== '' && !name.includes('.') && !RESERVED.has(name)
}

/** Whether an alternative of a variant can have this name. */
export function isAlternativeName(name: string): boolean {
  return name !== '' && name !== '__proto__'
}

/** Whether an index of a multi-index can have this name. */
export function isIndexName(name: string): boolean {
  return name !== '' && name !== 'constructor' && name !== '__proto__'
}

import fc from 'fast-check'
import type { HashMap, HashSet, KeyType, StructView, Type, Vector } from '../../../src/core.js'
import { patchesOf, valuesOf } from './arbitraries.js'
import { membersOf } from './members.js'

/** A change made through the view of a value, in place. */
export interface Edit {
  /** Does it. */
  readonly with: unknown
  /** For structs: by assigning to one field, not by `assign`. */
  readonly byField: boolean
}

/** Changes for values of a type; those of types without views change nothing. */
export function editsOf(type: Type): fc.Arbitrary<Edit> {
  const { kind, key, value, element } = membersOf(type)
  const given =
    kind === 'struct'
      ? patchesOf(type)
      : kind === 'vector'
        ? valuesOf(element)
        : kind === 'hashMap' || kind === 'orderedMap'
          ? fc.tuple(valuesOf(key), valuesOf(value))
          : kind === 'hashSet' || kind === 'orderedSet'
            ? valuesOf(key)
            : fc.constant(undefined)
  return fc.record({ with: given, byField: fc.boolean() }, { noNullPrototype: true })
}

/** Makes a change through a view. @param plain - what the view shows before @returns what it shows then */
export function applyEdit(type: Type, view: unknown, plain: unknown, edit: Edit): unknown {
  const given = edit.with
  switch (type.kind) {
    case 'struct':
      return applyPatch(type, view as Record<string, unknown>, plain as object, edit)
    case 'vector':
      ;(view as Vector<Type>).push(given)
      return [...(plain as Iterable<unknown>), given]
    case 'hashMap':
    case 'orderedMap': {
      const [key, value] = given as [unknown, unknown]
      ;(view as HashMap<KeyType, Type>).set(key, value)
      return [...(plain as Iterable<unknown>), given]
    }
    case 'hashSet':
    case 'orderedSet':
      ;(view as HashSet<KeyType>).add(given)
      return [...(plain as Iterable<unknown>), given]
    default:
      return plain
  }
}

function applyPatch(type: Type, view: Record<string, unknown>, plain: object, edit: Edit): object {
  const patch = edit.with as Record<string, unknown>
  const name = Object.keys(patch).find((each) => isAssignable(membersOf(type).fields[each]!))
  if (edit.byField && name !== undefined) {
    view[name] = patch[name]
    return { ...plain, [name]: patch[name] }
  }
  ;(view as unknown as StructView<never>).assign(patch)
  return { ...plain, ...patch }
}

/** Whether `view.field = value` is for fields of the type. */
function isAssignable(type: Type): boolean {
  const { kind, value } = membersOf(type)
  if (kind === 'optional' || kind === 'withDefault') return isAssignable(value)
  return !['struct', 'array', 'vector', 'hashMap', 'orderedMap', 'hashSet', 'orderedSet', 'multiIndex'].includes(kind)
}

import type { Description, IndexNode, MultiIndexNode, TypeRef } from './description.js'
import { isComputed, isWhole, keyOf, partsOf, type ComputedSpec, type IndexSpec, type PartSpec } from './index-spec.js'
import { isKeyed, KEYED } from './keyed-kinds.js'
import { isType, makeType } from './make-type.js'
import * as scalars from './scalars.js'
import { bytes, string } from './string.js'
import type { Type } from './type.js'

const SIMPLE_TYPES: Readonly<Record<string, Type>> = { ...scalars, string, bytes }

/**
 * The logical type that a description describes, so that a segment can be read without its schema.
 *
 * @param root - a part of the description instead of the whole
 */
export function typeFrom(description: Description, root: TypeRef = description.root): Type {
  const made = new Map<number, Type>()
  const typeOf = (ref: TypeRef): Type => {
    if (typeof ref === 'string') return SIMPLE_TYPES[ref]!
    const type = made.get(ref) ?? make(ref)
    made.set(ref, type)
    return type
  }
  // Members are getters: types may contain themselves. `kind` is plain, which is how types are told.
  const lazily = (kind: string, refs: Readonly<Record<string, TypeRef>>): Type => {
    const type = { kind }
    for (const [name, ref] of Object.entries(refs)) Object.defineProperty(type, name, { get: () => typeOf(ref) })
    return makeType<Type>(type as Type)
  }
  const make = (ref: number): Type => {
    const node = description.node(ref)!
    switch (node.kind) {
      case 'struct': {
        const fields = {}
        for (const [name, field] of node.fields) {
          Object.defineProperty(fields, name, { enumerable: true, get: () => typeOf(field) })
        }
        return makeType<Type>({ kind: 'struct', fields } as unknown as Type)
      }
      case 'variant': {
        const alternatives = {}
        for (const [name, alternative] of node.alternatives) {
          Object.defineProperty(alternatives, name, { enumerable: true, get: () => typeOf(alternative) })
        }
        return makeType<Type>({ kind: 'variant', alternatives } as unknown as Type)
      }
      case 'enumeration':
        return makeType<Type>({ kind: 'enumeration', values: node.values } as unknown as Type)
      case 'array': {
        const type = { kind: 'array', length: node.length }
        Object.defineProperty(type, 'element', { get: () => typeOf(node.element) })
        return makeType<Type>(type as unknown as Type)
      }
      case 'multiIndex': {
        const indexes = Object.fromEntries(node.indexes.map((index) => [index[0], specFrom(node, index, typeOf)]))
        const type = { kind: 'multiIndex', indexes }
        Object.defineProperty(type, 'row', { get: () => typeOf(node.row) })
        return makeType<Type>(type as unknown as Type)
      }
      default: {
        const { kind, ...refs } = node
        return lazily(kind, refs)
      }
    }
  }
  return typeOf(root)
}

/** What an index of a description would be written as, without functions. */
export function specFrom(
  { computed, predicates }: MultiIndexNode,
  [, kind, parts, where]: IndexNode,
  typeOf: (ref: TypeRef) => Type,
): IndexSpec {
  const key = keyOf(
    parts.map(([source, isDescending]): PartSpec => {
      if (typeof source === 'string') return { source: source === '' ? { whole: true } : source, isDescending }
      const [name, version, ref] = computed[source]!
      // A getter, as all members are: in a damaged file it may lead back here.
      const spec = Object.defineProperty({ computed: name, version }, 'type', { get: () => typeOf(ref) })
      return { source: spec as ComputedSpec, isDescending }
    }),
  )
  if (where === undefined) return { kind, key }
  const [predicate, version] = predicates[where]!
  return { kind, key, where: { predicate, version } }
}

/** A type as one would write it: `hashMap(string, vector(u32))`. */
export function typeText(type: Type, depth = 0): string {
  const data = type as unknown as Record<string, unknown>
  const text = (name: string): string => {
    const member = data[name]
    return isType(member) ? typeText(member, depth + 1) : String(member)
  }
  // What leads back to itself would be endless.
  if (depth > 4) return '…'
  switch (type.kind) {
    case 'struct':
    case 'variant': {
      const members = data[type.kind === 'struct' ? 'fields' : 'alternatives'] as Record<string, Type>
      return `${type.kind}({ ${Object.keys(members)
        .map((name) => `${name}: ${typeText(members[name]!, depth + 1)}`)
        .join(', ')} })`
    }
    case 'array':
      return `array(${text('element')}, ${text('length')})`
    case 'enumeration':
      return `enumeration(${(data['values'] as string[]).map((value) => JSON.stringify(value)).join(', ')})`
    case 'optional':
    case 'withDefault':
      return `${type.kind}(${text('value')})`
    case 'vector':
    case 'deque':
    case 'list':
      return `${type.kind}(${text('element')})`
    case 'offsetPtr':
    case 'weakPtr':
    case 'sharedPtr':
    case 'uniquePtr':
      return `${type.kind}(${text('target')})`
    case 'multiIndex': {
      const indexes = Object.entries(data['indexes'] as Record<string, IndexSpec>)
      return `multiIndex(${text('row')}, { ${indexes.map(([name, index]) => `${name}: ${indexText(index, (type) => typeText(type, depth + 1))}`).join(', ')} })`
    }
    default:
      if (!isKeyed(type.kind)) return type.kind
      return `${type.kind}(${text('key')}${KEYED[type.kind].isMap ? `, ${text('value')}` : ''})`
  }
}

/**
 * An index as one would write it: `orderedNonUnique(['country', desc('population')])`.
 *
 * @param typeOf - the text of the type of what is computed; left out without it
 */
export function indexText({ kind, key, where }: IndexSpec, typeOf?: (type: Type) => string): string {
  const parts = partsOf(key).map((part) => partText(part, typeOf))
  const keyText = parts.length === 1 ? parts[0]! : `[${parts.join(', ')}]`
  const whereText = where === undefined ? '' : `, { where: predicate('${where.predicate}', ${where.version}) }`
  return `${kind}(${keyText}${whereText})`
}

function partText({ source, isDescending }: PartSpec, typeOf?: (type: Type) => string): string {
  const text = sourceText(source, typeOf)
  return isDescending ? `desc(${text})` : text
}

function sourceText(source: PartSpec['source'], typeOf?: (type: Type) => string): string {
  if (isWhole(source)) return 'whole'
  if (!isComputed(source)) return `'${source}'`
  const type = typeOf === undefined ? '' : `, ${typeOf(source.type)}`
  return `computed('${source.computed}', ${source.version}${type})`
}

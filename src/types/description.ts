import { CorruptionError, InvalidOptionError } from '../errors/errors.js'
import { isKeyed, KEYED, type MapKind, type SetKind } from './keyed-kinds.js'
import { isAlternativeName, isFieldName, isIndexName } from './names.js'
import { quote } from './make-type.js'
import type { ScalarKind } from './type.js'

/**
 * The full description of a type as a segment carries it (docs/format.md, "Objects and types"), parsed and checked: what
 * follows from it may be relied on, whoever wrote the file.
 */

/** A type within a description: the name of a scalar, `string`, `bytes`, or an index into the list of types. */
export type TypeRef = string | number

/** A field of a struct. */
export type FieldNode = readonly [name: string, type: TypeRef, byteOffset: number]

/** A key that is computed from rows. */
export type ComputedNode = readonly [name: string, version: number, type: TypeRef]

/** What decides whether a row is in an index. */
export type PredicateNode = readonly [name: string, version: number]

/** A part of a key of an index: the path of a field, empty for the row itself, or a position in the list of what is computed. */
export type PartNode = readonly [source: string | number, isDescending: boolean]

/** An alternative of a variant. */
export type AlternativeNode = readonly [name: string, type: TypeRef]

/** An index of a multi-index; `where` is a position in the list of predicates, `undefined` when all rows are in the index. */
export type IndexNode = readonly [name: string, kind: string, parts: readonly PartNode[], where: number | undefined]

/** A multi-index. */
export interface MultiIndexNode {
  readonly kind: 'multiIndex'
  readonly row: TypeRef
  readonly computed: readonly ComputedNode[]
  readonly predicates: readonly PredicateNode[]
  readonly indexes: readonly IndexNode[]
}

/** One type of a description. */
export type TypeNode =
  | {
      readonly kind: 'struct'
      readonly byteLength: number
      readonly alignment: number
      readonly fields: readonly FieldNode[]
    }
  | { readonly kind: 'array'; readonly element: TypeRef; readonly length: number }
  | { readonly kind: 'enumeration'; readonly values: readonly string[] }
  | { readonly kind: 'optional'; readonly value: TypeRef }
  | { readonly kind: 'variant'; readonly alternatives: readonly AlternativeNode[] }
  | { readonly kind: 'vector' | 'deque' | 'list'; readonly element: TypeRef }
  | { readonly kind: MapKind; readonly key: TypeRef; readonly value: TypeRef }
  | { readonly kind: SetKind; readonly key: TypeRef }
  | { readonly kind: 'offsetPtr' | 'weakPtr' | 'sharedPtr' | 'uniquePtr'; readonly target: TypeRef }
  | MultiIndexNode

/** How many bytes a value takes, and at a multiple of what it begins. */
export interface Measure {
  readonly byteLength: number
  readonly alignment: number
}

const measureOf = (bytes: number): Measure => ({ byteLength: bytes, alignment: bytes })
const OFFSET = measureOf(4)
/** Size of a pointer that knows the serial of its target. */
export const POINTER: Measure = { byteLength: 8, alignment: 4 }

/** Sizes of the types that are named, not listed. */
export const SIMPLE: Readonly<Record<ScalarKind | 'string' | 'bytes', Measure>> = {
  bool: measureOf(1),
  u8: measureOf(1),
  i8: measureOf(1),
  u16: measureOf(2),
  i16: measureOf(2),
  u32: measureOf(4),
  i32: measureOf(4),
  f32: measureOf(4),
  f64: measureOf(8),
  u64: measureOf(8),
  i64: measureOf(8),
  string: OFFSET,
  bytes: OFFSET,
}

const TEXT_UNITS_MOST = 4 << 20
const TYPES_MOST = 10_000
/** How many alternatives one byte tells apart. */
export const ALTERNATIVES_MOST = 256
const VALUE_BYTES_MOST = 2 ** 31 - 1
const INDEX_KINDS: ReadonlySet<unknown> = new Set([
  'hashedUnique',
  'hashedNonUnique',
  'orderedUnique',
  'orderedNonUnique',
  'rankedUnique',
  'rankedNonUnique',
  'sequenced',
  'randomAccess',
])

/** Whether indexes of a kind have an order that users choose, and so no key. */
export function isPositional(kind: string): boolean {
  return kind === 'sequenced' || kind === 'randomAccess'
}

/** The distance of elements that stand side by side; at least 1, so that no number of them fits nowhere. */
export function strideOf({ byteLength, alignment }: Measure): number {
  return Math.max(1, Math.ceil(byteLength / alignment) * alignment)
}

/** Size of a variant: room for the largest alternative, and the byte that says which it is. */
export function measureVariant(alternatives: readonly Measure[]): Measure {
  return {
    byteLength: Math.max(...alternatives.map(({ byteLength }) => byteLength)) + 1,
    alignment: Math.max(...alternatives.map(({ alignment }) => alignment)),
  }
}

/** A parsed description. */
export class Description {
  readonly text: string
  readonly root: TypeRef
  readonly #nodes: readonly TypeNode[]
  readonly #measures: (Measure | 'measuring' | undefined)[] = []

  private constructor(text: string, root: TypeRef, nodes: readonly TypeNode[]) {
    this.text = text
    this.root = root
    this.#nodes = nodes
    for (let i = 0; i < nodes.length; i++) this.measure(i)
  }

  /** Parses and checks a description out of a segment. @throws CorruptionError when it is none */
  static parse(text: string): Description {
    try {
      if (text.length > TEXT_UNITS_MOST) refuse('it is too long', text.length)
      const { types } = JSON.parse(text) as { types: unknown }
      if (!Array.isArray(types) || types.length === 0 || types.length > TYPES_MOST) refuse('it has no list of types', 0)
      const list = types as readonly unknown[]
      const [first] = list
      if (typeof first === 'string') return new Description(text, parseRef(first, 0), [])
      return new Description(
        text,
        0,
        list.map((node) => parseNode(node, list.length)),
      )
    } catch (cause) {
      if (cause instanceof CorruptionError) throw cause
      throw new CorruptionError('description of a type is damaged: it cannot be read. Run verify.', { cause })
    }
  }

  /** The node of a listed type, `undefined` for a named one. */
  node(ref: TypeRef): TypeNode | undefined {
    return typeof ref === 'number' ? this.#nodes[ref] : undefined
  }

  /** The kind of a type. */
  kind(ref: TypeRef): string {
    return this.node(ref)?.kind ?? String(ref)
  }

  /** Size of a value of the type. */
  measure(ref: TypeRef): Measure {
    if (typeof ref === 'string') return SIMPLE[ref as keyof typeof SIMPLE]
    const known = this.#measures[ref]
    if (known === 'measuring') refuse('a type contains itself by value', ref)
    if (known !== undefined) return known
    this.#measures[ref] = 'measuring'
    const measure = this.#measureNode(this.#nodes[ref]!, ref)
    if (measure.byteLength > VALUE_BYTES_MOST) refuse('a type is too large', ref)
    this.#measures[ref] = measure
    return measure
  }

  #measureNode(node: TypeNode, ref: number): Measure {
    switch (node.kind) {
      case 'struct':
        for (const [, type, byteOffset] of node.fields) {
          const { byteLength, alignment } = this.measure(type)
          const fits = byteOffset % alignment === 0 && byteOffset + byteLength <= node.byteLength
          if (!fits || alignment > node.alignment) refuse('a field lies outside of its struct', ref)
        }
        return node
      case 'array': {
        const element = this.measure(node.element)
        return { byteLength: strideOf(element) * node.length, alignment: element.alignment }
      }
      case 'enumeration':
        return measureOf(node.values.length > 256 ? 2 : 1)
      case 'optional': {
        const { byteLength, alignment } = this.measure(node.value)
        return { byteLength: byteLength + 1, alignment }
      }
      case 'variant':
        return measureVariant(node.alternatives.map(([, type]) => this.measure(type)))
      case 'offsetPtr':
      case 'weakPtr':
      case 'sharedPtr':
        return POINTER
      default:
        return OFFSET
    }
  }
}

function parseRef(ref: unknown, count: number): TypeRef {
  if (typeof ref === 'string' ? Object.hasOwn(SIMPLE, ref) : isIndex(ref) && ref < count) return ref as TypeRef
  return refuse('it names an unknown type', ref)
}

function parseNode(node: unknown, count: number): TypeNode {
  const { kind, ...data } = node as Record<string, unknown>
  const ref = (name: string): TypeRef => parseRef(data[name], count)
  switch (kind) {
    case 'struct': {
      const { byteLength, alignment, fields } = data
      if (!isIndex(byteLength) || (alignment !== 4 && alignment !== 8)) refuse('a struct has no size', byteLength)
      const parsed = listOf(fields).map((field): FieldNode => {
        const [name, type, byteOffset] = listOf(field)
        return isIndex(byteOffset)
          ? [textOf(name), parseRef(type, count), byteOffset]
          : refuse('a field has no place', name)
      })
      if (parsed.length === 0) refuse('a struct has no fields', 0)
      for (const [name] of parsed) if (!isFieldName(name)) refuse('a field has a name that none can have', name)
      distinct(parsed)
      return { kind, byteLength: byteLength, alignment: alignment, fields: parsed }
    }
    case 'array':
      if (!isIndex(data['length'])) refuse('an array has no length', data['length'])
      return { kind, element: ref('element'), length: data['length'] }
    case 'enumeration': {
      const values = listOf(data['values']).map(textOf)
      if (values.length === 0 || values.length > 65_536) refuse('an enumeration has no values', values.length)
      return { kind, values }
    }
    case 'optional':
      return { kind, value: ref('value') }
    case 'variant': {
      const alternatives = listOf(data['alternatives']).map((alternative): AlternativeNode => {
        const [name, type] = listOf(alternative)
        return isAlternativeName(textOf(name))
          ? [textOf(name), parseRef(type, count)]
          : refuse('an alternative has a name that none can have', name)
      })
      if (alternatives.length === 0 || alternatives.length > ALTERNATIVES_MOST) {
        refuse('a variant has no alternatives, or too many', alternatives.length)
      }
      distinct(alternatives)
      return { kind, alternatives }
    }
    case 'vector':
    case 'deque':
    case 'list':
      return { kind, element: ref('element') }
    case 'offsetPtr':
    case 'weakPtr':
    case 'sharedPtr':
    case 'uniquePtr':
      return { kind, target: ref('target') }
    case 'multiIndex':
      return { kind, row: ref('row'), ...parseIndexes(data, count) }
    default:
      if (!isKeyed(kind)) return refuse('it has a type of an unknown kind', kind)
      return KEYED[kind].isMap
        ? { kind: kind as MapKind, key: ref('key'), value: ref('value') }
        : { kind: kind as SetKind, key: ref('key') }
  }
}

function parseIndexes(data: Readonly<Record<string, unknown>>, count: number): Omit<MultiIndexNode, 'kind' | 'row'> {
  const { computed: given = [], predicates: tests = [] } = data
  const computed = listOf(given).map((item): ComputedNode => {
    const [name, version, type] = listOf(item)
    return [textOf(name), positionOf(version), parseRef(type, count)]
  })
  const predicates = listOf(tests).map((item): PredicateNode => {
    const [name, version] = listOf(item)
    return [textOf(name), positionOf(version)]
  })
  const indexes = listOf(data['indexes']).map((index): IndexNode => {
    const [name, kind, parts, where] = listOf(index)
    if (!INDEX_KINDS.has(kind)) refuse('an index is of an unknown kind', kind)
    const isPlaced = isPositional(kind as string)
    if (listOf(parts).length > 0 === isPlaced) refuse('an index has another number of parts', parts)
    if (isPlaced && where !== undefined) refuse('an index has a predicate that its kind has not', kind)
    const sources = listOf(parts).map((part): PartNode => {
      const [source, isDescending] = listOf(part)
      return [typeof source === 'string' ? source : positionOf(source, computed.length), isDescending === true]
    })
    return [textOf(name), kind as string, sources, where === undefined ? where : positionOf(where, predicates.length)]
  })
  for (const [name] of indexes) if (!isIndexName(name)) refuse('an index has a name that none can have', name)
  for (const named of [computed, predicates, indexes]) distinct(named)
  if (indexes.every(([, , , where]) => where !== undefined)) refuse('a multi-index has no index of all rows', 0)
  return { computed, predicates, indexes }
}

/** A number from 0 on, below `end`. */
function positionOf(value: unknown, end = Infinity): number {
  return isIndex(value) && value < end ? value : refuse('a number is missing', value)
}

function distinct(named: readonly (readonly [string, ...unknown[]])[]): void {
  if (new Set(named.map(([name]) => name)).size !== named.length) refuse('a name occurs twice', named.length)
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= VALUE_BYTES_MOST
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse('a list is missing', value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : refuse('a name is missing', value)
}

function refuse(what: string, actual: unknown): never {
  throw new CorruptionError(`description of a type is damaged: ${what}, value=${quote(actual)}. Run verify.`, {
    actual,
  })
}

/** The 64-bit FNV-1a hash (Fowler, Noll, Vo) of a description, over its UTF-8 bytes, as 16 hexadecimal digits. */
export function fingerprintOf(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

/** Refuses a type that contains itself by value. */
export function refuseRecursion(kind: string): never {
  throw new InvalidOptionError(
    `${kind} contains itself by value, so it has no size. Use uniquePtr, another pointer or a container; optional does not help.`,
    { actual: kind },
  )
}

import { DequeLayout } from '../containers/deque.js'
import { KeyedContainerLayout } from '../containers/keyed-container.js'
import { ListLayout } from '../containers/list-layout.js'
import { UniqueLayout } from '../containers/unique-layout.js'
import { VectorLayout } from '../containers/vector.js'
import { makeIndexes } from '../multi-index/make-indexes.js'
import { MultiIndexLayout } from '../multi-index/multi-index-layout.js'
import { ArrayLayout } from '../types/array-layout.js'
import type { ArrayType } from '../types/array.js'
import { alternativesOf, fieldsOf } from '../types/describe.js'
import { Description, type TypeNode, type TypeRef } from '../types/description.js'
import { EnumerationLayout } from '../types/enumeration-layout.js'
import type { EnumerationType } from '../types/enumeration.js'
import type { KeyedKind } from '../types/keyed-kinds.js'
import { LayoutBuilder, type Layout, type LayoutMaker, type LayoutMakers } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import { OptionalLayout } from '../types/optional-layout.js'
import { PointerLayout } from '../types/pointer-layout.js'
import { ScalarLayout } from '../types/scalar-layout.js'
import { Fallback, StructLayout, type Field } from '../types/struct-layout.js'
import type { AnyStructType } from '../types/struct-views.js'
import { BytesLayout, StringLayout } from '../types/text-layout.js'
import type { Kind, ScalarKind, Type } from '../types/type.js'
import { VariantLayout } from '../types/variant-layout.js'
import type { AnyVariantType } from '../types/variant.js'
import { SharedLayout } from './shared-layout.js'

/** The node of the description that a maker is called for; its kind has been compared with the type's. */
type NodeOf<K extends TypeNode['kind']> = Extract<TypeNode, { kind: K }>

const nodeOf = <K extends TypeNode['kind']>(builder: LayoutBuilder, ref: TypeRef, _kind: K): NodeOf<K> =>
  builder.description.node(ref) as NodeOf<K>

const scalar: LayoutMaker = (_builder, type) => new ScalarLayout(type.kind as ScalarKind)

const keyed: LayoutMaker = (builder, type, ref) => {
  const layout = new KeyedContainerLayout(type.kind as KeyedKind)
  const { key, value } = type as unknown as { key: Type; value?: Type }
  const node = builder.description.node(ref) as unknown as { key: TypeRef; value: TypeRef }
  builder.later(() => {
    layout.complete(
      builder.layoutOf(key, node.key),
      value === undefined ? undefined : builder.layoutOf(value, node.value),
    )
  })
  return layout
}

function pointing(layout: Layout & { target: Layout }, builder: LayoutBuilder, type: Type, ref: TypeRef): Layout {
  const { target } = type as unknown as { target: Type }
  const node = builder.description.node(ref) as unknown as { target: TypeRef }
  builder.later(() => {
    layout.target = builder.layoutOf(target, node.target)
  })
  return layout
}

const sequence = (make: () => VectorLayout | DequeLayout | ListLayout): LayoutMaker => {
  return (builder, type, ref) => {
    const layout = make()
    const { element } = type as unknown as { element: Type }
    builder.later(() => {
      layout.element = builder.layoutOf(element, nodeOf(builder, ref, layout.kind).element)
    })
    return layout
  }
}

/** Kind by kind how layouts are made. The one place where all kinds are named: registering by import would be a side effect. */
const MAKERS: LayoutMakers = {
  bool: scalar,
  u8: scalar,
  i8: scalar,
  u16: scalar,
  i16: scalar,
  u32: scalar,
  i32: scalar,
  f32: scalar,
  f64: scalar,
  u64: scalar,
  i64: scalar,
  string: () => new StringLayout(),
  bytes: () => new BytesLayout(),
  struct: makeStruct,
  array(builder, type, ref) {
    const { element, length } = type as ArrayType<Type>
    const node = nodeOf(builder, ref, 'array')
    if (node.length !== length) builder.mismatch(`array of ${node.length}`, `array of ${length}`)
    return new ArrayLayout(builder.layoutOf(element, node.element), length)
  },
  enumeration(builder, type, ref) {
    const { values } = type as EnumerationType<string>
    const { values: found } = nodeOf(builder, ref, 'enumeration')
    const isKnown = found.every((value) => values.includes(value))
    if (!isKnown || (builder.isExact && values.length !== found.length)) {
      builder.mismatch(
        `enumeration of ${found.map(quote).join(', ')}`,
        `enumeration of ${values.map(quote).join(', ')}`,
      )
    }
    return new EnumerationLayout(found)
  },
  optional(builder, type, ref) {
    const { value } = type as unknown as { value: Type }
    return new OptionalLayout(builder.layoutOf(value, nodeOf(builder, ref, 'optional').value))
  },
  variant(builder, type, ref) {
    const known = new Map(alternativesOf(type as AnyVariantType))
    const { alternatives } = nodeOf(builder, ref, 'variant')
    const isKnown = alternatives.every(([name]) => known.has(name))
    if (!isKnown || (builder.isExact && known.size !== alternatives.length)) {
      const text = (names: Iterable<string>): string => `variant of ${Array.from(names, quote).join(', ')}`
      builder.mismatch(text(alternatives.map(([name]) => name)), text(known.keys()))
    }
    return new VariantLayout(
      builder.description.measure(ref),
      alternatives.map(([name, each]) => ({ name, layout: builder.layoutOf(known.get(name)!, each) })),
    )
  },
  vector: sequence(() => new VectorLayout()),
  deque: sequence(() => new DequeLayout()),
  list: sequence(() => new ListLayout()),
  hashMap: keyed,
  hashMultimap: keyed,
  hashSet: keyed,
  hashMultiset: keyed,
  orderedMap: keyed,
  orderedMultimap: keyed,
  orderedSet: keyed,
  orderedMultiset: keyed,
  flatMap: keyed,
  flatSet: keyed,
  offsetPtr: (builder, type, ref) => pointing(new PointerLayout('offsetPtr'), builder, type, ref),
  weakPtr: (builder, type, ref) => pointing(new PointerLayout('weakPtr'), builder, type, ref),
  sharedPtr: (builder, type, ref) => pointing(new SharedLayout(), builder, type, ref),
  uniquePtr: (builder, type, ref) => pointing(new UniqueLayout(), builder, type, ref),
  multiIndex(builder, type, ref) {
    const layout = new MultiIndexLayout()
    const node = nodeOf(builder, ref, 'multiIndex')
    builder.later(() => makeIndexes(builder, layout, type, node))
    return layout
  },
}

function makeStruct(builder: LayoutBuilder, type: Type, ref: TypeRef): Layout {
  const node = nodeOf(builder, ref, 'struct')
  const places = new Map(node.fields.map(([name, , byteOffset], position) => [name, { position, byteOffset }]))
  const wanted = fieldsOf(type as AnyStructType)
  const isMissing = (name: string): boolean => !places.has(name)
  const fields = wanted.map(([name, fieldType]): Field => {
    const place = places.get(name)
    const found = node.fields[place?.position ?? -1]
    if (found === undefined && !mayBeAbsent(fieldType, builder))
      builder.mismatch('a struct', `one with the field ${quote(name)}`)
    const layout = found === undefined ? builder.own(fieldType) : builder.layoutOf(fieldType, found[1])
    return { name, layout, byteOffset: place?.byteOffset, ...leavingOut(fieldType, layout) }
  })
  if (builder.isExact && fields.length !== node.fields.length) {
    const known = new Set(wanted.map(([name]) => name))
    const unknown = node.fields.find(([name]) => !known.has(name))
    builder.mismatch(`a struct with the field ${quote(unknown?.[0])}`, 'one without it')
  }
  const rank = ({ name }: Field): number => places.get(name)?.position ?? Infinity
  const isComplete = fields.length === node.fields.length && !wanted.some(([name]) => isMissing(name))
  return new StructLayout(
    node,
    fields.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b))),
    isComplete,
  )
}

function mayBeAbsent(type: Type, builder: LayoutBuilder): boolean {
  return !builder.isExact && (type.kind === 'optional' || type.kind === 'withDefault')
}

const OMISSIBLE: ReadonlySet<Kind> = new Set<Kind>([
  ...(['optional', 'withDefault', 'offsetPtr', 'weakPtr', 'sharedPtr', 'uniquePtr'] as const),
])

function leavingOut(type: Type, layout: Layout): Pick<Field, 'isOmissible' | 'fallback'> {
  const isOmissible = OMISSIBLE.has(type.kind)
  const fallback =
    type.kind === 'withDefault' ? new Fallback(layout, (type as unknown as { default: unknown }).default) : undefined
  return { isOmissible, fallback }
}

const known = new WeakMap<Type, Map<string, Layout>>()

/**
 * The layout of a type where a segment has what `text` describes. The same for every segment with this description, so that
 * views of all versions of a store have the same classes.
 *
 * @param isExact - whether reader and file must agree in everything, because the reader may also write
 * @param place - what is looked for, as messages name it
 * @throws SchemaMismatchError, CorruptionError when `text` is no description, InvalidOptionError when the type is none
 */
export function layoutFor(type: Type, text: string, isExact: boolean, place: string): Layout {
  const layouts = known.get(type) ?? new Map<string, Layout>()
  known.set(type, layouts)
  const name = `${isExact ? 'exact' : 'neighbour'} ${text}`
  let layout = layouts.get(name)
  if (layout === undefined) {
    layout = new LayoutBuilder(MAKERS, Description.parse(text), isExact, place).build(type)
    layouts.set(name, layout)
  }
  return layout
}

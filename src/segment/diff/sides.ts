import { GrowingLayout } from '../../containers/growing-layout.js'
import { KeyedLayout } from '../../containers/keyed-layout.js'
import { ListLayout } from '../../containers/list-layout.js'
import { GRANULE_BYTES, type Memory } from '../../memory/memory.js'
import { structureOf, type IndexLayout } from '../../multi-index/index-layout.js'
import { MultiIndexLayout } from '../../multi-index/multi-index-layout.js'
import type { KeyedStructure, Structure } from '../../structures/structure.js'
import { ArrayLayout } from '../../types/array-layout.js'
import type { IndexSpecs } from '../../types/index-spec.js'
import type { KeyCodec } from '../../types/key-codec.js'
import type { Layout } from '../../types/layout.js'
import { indexText } from '../../types/type-from.js'

/** Elements by position. */
export interface SequenceSide {
  readonly form: 'sequence'
  readonly element: Layout
  readonly length: number
  /** Byte addresses of the elements, one after the other; -1 at the end. */
  readonly addresses: () => () => number
}

/** Entries by key. */
export interface KeyedSide {
  readonly form: 'unique' | 'multi'
  readonly structure: KeyedStructure
  readonly header: number
  readonly codec: KeyCodec
  /** What lies at the start of each node besides the key; `undefined` in sets. */
  readonly value: Layout | undefined
}

/** Rows that no key tells apart. */
export interface RowsSide {
  readonly form: 'rows'
  readonly row: Layout
  readonly structure: Structure
  readonly header: number
}

/** A container as one of the two versions has it. */
export type Side = SequenceSide | KeyedSide | RowsSide

/** A value and where it lies; without an address it is an empty container. */
export interface Place {
  readonly layout: Layout
  readonly memory: Memory
  readonly address: number | undefined
}

/** Whether values of a layout have elements. */
export function isContainer(layout: Layout): boolean {
  return (
    layout instanceof KeyedLayout ||
    layout instanceof GrowingLayout ||
    layout instanceof ListLayout ||
    layout instanceof ArrayLayout ||
    layout instanceof MultiIndexLayout
  )
}

/** Two containers, so that their elements can be compared; `undefined` when they are of kinds that have nothing in common. */
export function sidesOf(before: Place, after: Place): readonly [Side, Side] | undefined {
  if (before.layout instanceof MultiIndexLayout && after.layout instanceof MultiIndexLayout) {
    const indexes = commonIndex(before.layout, after.layout)
    return [tableOf(before.layout, before, indexes?.[0]), tableOf(after.layout, after, indexes?.[1])]
  }
  const [a, b] = [sideOf(before), sideOf(after)]
  if (a === undefined || b?.form !== a.form) return undefined
  if (a.form === 'sequence' || b.form === 'sequence') return [a, b]
  if (a.form === 'rows' || b.form === 'rows') return [a, b]
  const isComparable = (a.value === undefined) === (b.value === undefined) && a.codec.isSame(b.codec)
  return isComparable ? [a, b] : undefined
}

/** The first unique index that has all rows, and the other table's by the same key. */
function commonIndex(a: MultiIndexLayout, b: MultiIndexLayout): readonly [IndexLayout, IndexLayout] | undefined {
  const tells = ({ isUnique, where }: IndexLayout): boolean => isUnique && where === undefined
  for (const own of a.indexes.filter(tells)) {
    const other = b.indexes.find(
      (index) => tells(index) && keyText(b, index) === keyText(a, own) && index.codec.isSame(own.codec),
    )
    if (other !== undefined) return [own, other]
  }
  return undefined
}

function keyText({ type }: MultiIndexLayout, { name }: IndexLayout): string {
  const { indexes } = type as unknown as { readonly indexes: IndexSpecs }
  return indexText({ kind: 'by', key: indexes[name]!.key })
}

function tableOf(layout: MultiIndexLayout, { memory, address }: Place, index: IndexLayout | undefined): Side {
  const table = address === undefined ? 0 : memory.word(address)
  const header = layout.indexHeader(memory, table, index ?? layout.main)
  const structure = structureOf(index ?? layout.main, memory)
  if (index === undefined) return { form: 'rows', row: layout.row, structure, header }
  return { form: 'unique', structure: structure as KeyedStructure, header, codec: index.codec, value: layout.row }
}

function sideOf({ layout, memory, address }: Place): Side | undefined {
  const header = address === undefined || layout instanceof ArrayLayout ? 0 : memory.word(address)
  if (layout instanceof KeyedLayout) {
    const { traits, codec, value } = layout
    return { form: traits.isUnique ? 'unique' : 'multi', structure: layout.structure(memory), header, codec, value }
  }
  if (layout instanceof ListLayout) {
    const chain = layout.chain(memory)
    const addresses = (): (() => number) => {
      const cursor = chain.cursor(header)
      return () => {
        const node = cursor.next()
        return node === 0 ? -1 : node * GRANULE_BYTES
      }
    }
    return { form: 'sequence', element: layout.element, length: chain.size(header), addresses }
  }
  if (layout instanceof GrowingLayout) {
    const length = layout.lengthOf(memory, header)
    return sequenceOf(layout.element, length, (index) => layout.addressOf(memory, header, index))
  }
  if (layout instanceof ArrayLayout) {
    const { element, length } = layout
    return sequenceOf(element, address === undefined ? 0 : length, (index) => address! + index * element.stride)
  }
  return undefined
}

function sequenceOf(element: Layout, length: number, addressOf: (index: number) => number): SequenceSide {
  const addresses = (): (() => number) => {
    let index = 0
    return () => (index < length ? addressOf(index++) : -1)
  }
  return { form: 'sequence', element, length, addresses }
}

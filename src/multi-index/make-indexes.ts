import { CHAIN_LINK_BYTES } from '../structures/chain.js'
import { RING_LINK_BYTES } from '../structures/hash-layout.js'
import { ARRAY_LINK_BYTES } from '../structures/offset-array.js'
import { isPositional, type IndexNode, type MultiIndexNode } from '../types/description.js'
import { derivedOf, type IndexSpec, type IndexSpecs } from '../types/index-spec.js'
import { KeyCodec, type KeyComponent } from '../types/key-codec.js'
import type { LayoutBuilder } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import { bool, u32 } from '../types/scalars.js'
import { StructLayout } from '../types/struct-layout.js'
import type { Type } from '../types/type.js'
import { indexText, specFrom, typeFrom } from '../types/type-from.js'
import { Derived, type DerivedValue } from './derived.js'
import type { IndexLayout } from './index-layout.js'
import type { MultiIndexLayout } from './multi-index-layout.js'

/** Bytes of the words that indexes of a kind keep in each row. */
const LINK_BYTES: Readonly<Record<string, number>> = {
  hashedNonUnique: RING_LINK_BYTES,
  sequenced: CHAIN_LINK_BYTES,
  randomAccess: ARRAY_LINK_BYTES,
}

/** What a multi-index type has at run time. */
interface Given {
  readonly row: Type
  readonly indexes: IndexSpecs
}

/** Completes the layout of a multi-index: its row, and the reader's indexes among those of the file. */
export function makeIndexes(builder: LayoutBuilder, layout: MultiIndexLayout, type: Type, node: MultiIndexNode): void {
  const { row, indexes } = type as unknown as Given
  const rowLayout = builder.layoutOf(row, node.row)
  if (!(rowLayout instanceof StructLayout)) return builder.mismatch(rowLayout.kind, 'struct')
  const names = Object.keys(indexes)
  if (builder.isExact && names.length !== node.indexes.length) {
    builder.mismatch(`a multi-index with ${node.indexes.length} indexes`, `one with ${names.length}`)
  }
  const maker = new IndexMaker(builder, rowLayout, node, indexes)
  layout.row = rowLayout
  layout.derived = new Derived(maker.derived)
  layout.indexCount = node.indexes.length
  layout.rowBytes = maker.rowBytes
  layout.indexes = names.map((name) => maker.make(name, indexes[name]!))
  layout.main = layout.indexes.find(({ where }) => where === undefined) ?? maker.makeUnknown()
  const effort = layout.indexes.map(({ kind, isUnique, isOrdered, where }): number =>
    where !== undefined ? Infinity : isPositional(kind) ? 0 : isUnique || isOrdered ? 1 : 2,
  )
  layout.telling = effort.indexOf(Math.min(...effort))
}

class IndexMaker {
  readonly #builder: LayoutBuilder
  readonly #row: StructLayout
  readonly #node: MultiIndexNode
  /** Byte offsets of links in a row, by index of the file; -1 where there are none. */
  readonly #linkOffsets: number[] = []
  readonly rowBytes: number
  /** The file's derived values that the reader knows. */
  readonly derived: DerivedValue[] = []
  // Positions in `derived`, by position in the file.
  readonly #computed = new Map<number, number>()
  readonly #predicates = new Map<number, number>()

  constructor(builder: LayoutBuilder, row: StructLayout, node: MultiIndexNode, indexes: IndexSpecs) {
    this.#builder = builder
    this.#row = row
    this.#node = node
    // What the file has behind the row, also for indexes the reader does not know: links, computed keys, answers of predicates.
    let end = Math.ceil(row.byteLength / 4) * 4
    for (const [, kind] of node.indexes) {
      const bytes = LINK_BYTES[kind]
      this.#linkOffsets.push(bytes === undefined ? -1 : end)
      end += bytes ?? 0
    }
    const { computed, predicates } = derivedOf(indexes)
    node.computed.forEach(([name, , ref], i) => {
      const { byteLength, alignment } = builder.description.measure(ref)
      const byteOffset = Math.ceil(end / alignment) * alignment
      end = byteOffset + byteLength
      const spec = computed.get(name)
      if (spec === undefined) return
      this.#computed.set(i, this.derived.length)
      this.derived.push({ name, layout: builder.layoutOf(spec.type, ref), byteOffset, compute: spec.compute })
    })
    node.predicates.forEach(([name], i) => {
      const byteOffset = end++
      const spec = predicates.get(name)
      if (spec === undefined) return
      this.#predicates.set(i, this.derived.length)
      this.derived.push({ name, layout: builder.layoutOf(bool, 'bool'), byteOffset, compute: spec.test })
    })
    this.rowBytes = end
  }

  /** An index of the reader's. */
  make(name: string, spec: IndexSpec): IndexLayout {
    const position = this.#node.indexes.findIndex(([found]) => found === name)
    const found = this.#node.indexes[position]
    if (found === undefined) return this.#builder.mismatch('a multi-index', `one with the index ${quote(name)}`)
    this.#requireSame(found, spec)
    const components = found[2].map((part) => this.#component(...part))
    return this.#layoutOf(found, position, components, Array.isArray(spec.key))
  }

  /** An index of the file that has all rows, to go through them; by its keys nothing can be found. */
  makeUnknown(): IndexLayout {
    const position = this.#node.indexes.findIndex(([, , , where]) => where === undefined)
    const layout = this.#builder.layoutOf(u32, 'u32')
    const nothing: KeyComponent = { layout, byteOffset: 0, isDescending: false, steps: [] }
    return this.#layoutOf(this.#node.indexes[position]!, position, [nothing], false)
  }

  #layoutOf(
    [name, kind, , where]: IndexNode,
    position: number,
    components: readonly KeyComponent[],
    isList: boolean,
  ): IndexLayout {
    return {
      name,
      kind,
      position,
      codec: new KeyCodec(components, isList),
      isUnique: kind.endsWith('edUnique'),
      isOrdered: kind.startsWith('ordered') || kind.startsWith('ranked'),
      isRanked: kind.startsWith('ranked'),
      linkOffset: this.#linkOffsets[position]!,
      fields: new Set(components.flatMap(({ steps }) => steps[0] ?? [...this.#row.fields.keys()])),
      where: where === undefined ? undefined : this.#placeOf(this.#predicates.get(where)!),
    }
  }

  #requireSame(found: IndexNode, given: IndexSpec): void {
    const stored = specFrom(this.#node, found, (ref) => typeFrom(this.#builder.description, ref))
    const [actual, expected] = [indexText(stored), indexText(given)]
    if (expected !== actual) this.#builder.mismatch(`index ${quote(found[0])}: ${actual}`, expected)
  }

  #placeOf(derived: number): { readonly byteOffset: number; readonly step: number } {
    return { byteOffset: this.derived[derived]!.byteOffset, step: this.#row.fields.length + derived }
  }

  #component(source: string | number, isDescending: boolean): KeyComponent {
    if (typeof source === 'string') return this.#fieldAt(source, isDescending)
    const derived = this.#computed.get(source)!
    const { byteOffset, step } = this.#placeOf(derived)
    return { layout: this.derived[derived]!.layout, byteOffset, isDescending, steps: [step] }
  }

  #fieldAt(path: string, isDescending: boolean): KeyComponent {
    let layout = this.#row
    if (path === '') return { layout, byteOffset: 0, isDescending, steps: [] }
    let byteOffset = 0
    const steps: number[] = []
    const names = path.split('.')
    for (const [depth, name] of names.entries()) {
      const field = layout.field(name)
      if (field?.byteOffset === undefined) break
      steps.push(layout.fields.indexOf(field))
      byteOffset += field.byteOffset
      if (depth === names.length - 1) return { layout: field.layout, byteOffset, isDescending, steps }
      if (!(field.layout instanceof StructLayout)) break
      layout = field.layout
    }
    return this.#builder.mismatch('a row', `one with the field ${quote(path)}`)
  }
}

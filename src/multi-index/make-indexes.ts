import { partsOf } from '../types/describe.js'
import { isPositional, type IndexNode, type TypeNode } from '../types/description.js'
import { KeyCodec, type KeyComponent } from '../types/key-codec.js'
import type { LayoutBuilder } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import { StructLayout } from '../types/struct-layout.js'
import type { Type } from '../types/type.js'
import { ARRAY_LINK_BYTES } from '../structures/offset-array.js'
import { CHAIN_LINK_BYTES } from '../structures/chain.js'
import { RING_LINK_BYTES } from '../structures/hash-table.js'
import type { IndexLayout, MultiIndexLayout } from './multi-index-layout.js'

/** Bytes of the words that indexes of a kind keep in each row. */
const LINK_BYTES: Readonly<Record<string, number>> = {
  hashedNonUnique: RING_LINK_BYTES,
  sequenced: CHAIN_LINK_BYTES,
  randomAccess: ARRAY_LINK_BYTES,
}

/** What a multi-index type has at run time. */
interface Given {
  readonly row: Type
  readonly indexes: Readonly<Record<string, { readonly kind: string; readonly key: unknown }>>
}

/** Completes the layout of a multi-index: its row, and the reader's indexes among those of the file. */
export function makeIndexes(
  builder: LayoutBuilder,
  layout: MultiIndexLayout,
  type: Type,
  node: Extract<TypeNode, { kind: 'multiIndex' }>,
): void {
  const { row, indexes } = type as unknown as Given
  const rowLayout = builder.layoutOf(row, node.row)
  if (!(rowLayout instanceof StructLayout)) return builder.mismatch(rowLayout.kind, 'struct')
  layout.row = rowLayout
  layout.indexCount = node.indexes.length
  // The links of the file's indexes, also of those the reader does not know, stand behind the row in their order.
  const linkOffsets: number[] = []
  let end = Math.ceil(rowLayout.byteLength / 4) * 4
  for (const [, kind] of node.indexes) {
    const bytes = LINK_BYTES[kind]
    linkOffsets.push(bytes === undefined ? -1 : end)
    end += bytes ?? 0
  }
  layout.rowBytes = end
  const names = Object.keys(indexes)
  if (builder.isExact && names.length !== node.indexes.length) {
    builder.mismatch(`a multi-index with ${node.indexes.length} indexes`, `one with ${names.length}`)
  }
  layout.indexes = names.map((name) => {
    const position = node.indexes.findIndex(([found]) => found === name)
    const found = node.indexes[position]
    if (found === undefined) return builder.mismatch('a multi-index', `one with the index ${quote(name)}`)
    requireSame(builder, name, found, indexes[name]!)
    return makeIndex(builder, rowLayout, found, position, linkOffsets[position]!, indexes[name]!.key)
  })
  const effort = layout.indexes.map(({ kind, isUnique, isOrdered }): number =>
    isPositional(kind) ? 0 : isUnique || isOrdered ? 1 : 2,
  )
  layout.telling = effort.indexOf(Math.min(...effort))
}

function requireSame(
  builder: LayoutBuilder,
  name: string,
  found: IndexNode,
  given: { kind: string; key: unknown },
): void {
  const [, kind, parts] = found
  const expected = `${given.kind}(${JSON.stringify(partsOf(given.key))})`
  const actual = `${kind}(${JSON.stringify(parts)})`
  if (expected !== actual) builder.mismatch(`index ${quote(name)}: ${actual}`, expected)
}

function makeIndex(
  builder: LayoutBuilder,
  row: StructLayout,
  [name, kind, parts]: IndexNode,
  position: number,
  linkOffset: number,
  key: unknown,
): IndexLayout {
  const components = parts.map(([path, isDescending]) => componentAt(builder, row, path, isDescending))
  return {
    name,
    kind,
    position,
    codec: new KeyCodec(components, Array.isArray(key)),
    isUnique: kind.endsWith('edUnique'),
    isOrdered: kind.startsWith('ordered'),
    linkOffset,
    fields: new Set(components.map(({ steps }) => steps[0]!)),
  }
}

function componentAt(builder: LayoutBuilder, row: StructLayout, path: string, isDescending: boolean): KeyComponent {
  let struct = row
  let byteOffset = 0
  const steps: number[] = []
  const names = path.split('.')
  for (const [depth, name] of names.entries()) {
    const field = struct.field(name)
    if (field?.byteOffset === undefined) return builder.mismatch('a row', `one with the field ${quote(path)}`)
    steps.push(struct.fields.indexOf(field))
    byteOffset += field.byteOffset
    if (depth === names.length - 1) return { layout: field.layout, byteOffset, isDescending, steps }
    if (!(field.layout instanceof StructLayout)) break
    struct = field.layout
  }
  return builder.mismatch('a row', `one with the field ${quote(path)}`)
}

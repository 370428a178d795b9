import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { BTree } from '../structures/btree.js'
import { Chain } from '../structures/chain.js'
import { makeHashTable } from '../structures/hash-lookup.js'
import { OffsetArray } from '../structures/offset-array.js'
import type { Structure } from '../structures/structure.js'
import type { KeyCodec } from '../types/key-codec.js'

/** One index as a reader sees it. */
export interface IndexLayout {
  readonly name: string
  readonly kind: string
  /** Among all indexes in the file. */
  readonly position: number
  readonly codec: KeyCodec
  readonly isUnique: boolean
  /** Whether it is a tree; also when it is ranked. */
  readonly isOrdered: boolean
  readonly isRanked: boolean
  /** Byte offset of the index's words in a row; -1 when there are none. */
  readonly linkOffset: number
  /** Positions in a prepared row of what the key is made of. */
  readonly fields: ReadonlySet<number>
  /** Where it stands whether a row is in the index: in the row block, and in a prepared row. `undefined` when all rows are. */
  readonly where: { readonly byteOffset: number; readonly step: number } | undefined
}

/** Whether a row is in an index. */
export function isMember({ where }: IndexLayout, memory: Memory, row: number): boolean {
  return where === undefined || (memory.u8[row * GRANULE_BYTES + where.byteOffset] ?? 0) !== 0
}

/** The structure of an index in `memory`. */
export function structureOf(index: IndexLayout, memory: Memory): Structure {
  switch (index.kind) {
    case 'sequenced':
      return new Chain(memory, index.linkOffset)
    case 'randomAccess':
      return new OffsetArray(memory, index.linkOffset)
    default:
      return index.isOrdered
        ? new BTree(memory, index.codec.policy, index.isUnique, index.isRanked)
        : makeHashTable(memory, index.codec.policy, index.linkOffset)
  }
}

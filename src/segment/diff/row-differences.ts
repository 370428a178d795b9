import { GRANULE_BYTES, type Memory } from '../../memory/memory.js'
import type { Comparison } from './comparison.js'
import { added, copyLater, nothing, removed, type Difference } from './differences.js'
import { ValueHash } from './value-hash.js'
import type { RowsSide } from './sides.js'

// A double holds 53 bits: the offset of a row, and above it 21 bits of the row's hash.
const OFFSETS = 2 ** 32
const HASH_SHIFT = 11

/**
 * Compares tables of which no key tells the rows apart: how often each row is there. Rows are brought together by hashes of all
 * they hold, 8 bytes a row on the JavaScript heap; O(rows log rows), and more only where many different rows have one hash.
 */
export function* differencesOfRows(comparison: Comparison, a: RowsSide, b: RowsSide): Generator<Difference, void> {
  const { before, after } = comparison
  const [own, others] = [hashesOf(comparison, a, before), hashesOf(comparison, b, after)]
  let [i, j] = [0, 0]
  while (i < own.length || j < others.length) {
    const hash = Math.min(hashAt(own, i), hashAt(others, j))
    // Those of the newer table with this hash, each of which may be the same as one of the older.
    const open: number[] = []
    for (; hashAt(others, j) === hash; j++) open.push(others[j]! % OFFSETS)
    for (; hashAt(own, i) === hash; i++) {
      comparison.step()
      const row = own[i]! % OFFSETS
      const match = open.findIndex((other) =>
        comparison.isSame(a.row, row * GRANULE_BYTES, b.row, other * GRANULE_BYTES),
      )
      if (match < 0) yield removed(nothing, copyLater(a.row, before, row * GRANULE_BYTES))
      else {
        open[match] = open.at(-1)!
        open.pop()
      }
    }
    for (const row of open) yield added(nothing, copyLater(b.row, after, row * GRANULE_BYTES))
  }
}

const hashAt = (hashes: Float64Array, index: number): number =>
  index < hashes.length ? Math.floor(hashes[index]! / OFFSETS) : Infinity

function hashesOf(comparison: Comparison, { row, structure, header }: RowsSide, memory: Memory): Float64Array {
  const hash = new ValueHash(comparison, memory)
  let hashes = new Float64Array(Math.min(structure.size(header), memory.byteLength / GRANULE_BYTES))
  let count = 0
  const cursor = structure.cursor(header)
  for (let offset = cursor.next(); offset !== 0 && count < hashes.length; offset = cursor.next()) {
    comparison.step()
    hashes[count++] = (hash.of(row, offset * GRANULE_BYTES) >>> HASH_SHIFT) * OFFSETS + offset
  }
  hashes = hashes.subarray(0, count)
  return hashes.sort()
}

import { expect, test } from 'vitest'
import {
  desc,
  hashedNonUnique,
  hashedUnique,
  multiIndex,
  orderedNonUnique,
  orderedUnique,
  randomAccess,
  rankedNonUnique,
  Segment,
  sequenced,
  string,
  struct,
  u32,
  vector,
} from '../../../src/index.js'
import { tuning } from '../../../src/memory/tuning.js'

const Row = struct({ id: u32, name: string, group: u32, words: vector(string) })
const Rows = multiIndex(Row, {
  id: hashedUnique('id'),
  name: orderedUnique(['name', 'id']),
  group: hashedNonUnique('group'),
  place: orderedNonUnique([desc('group'), 'name']),
  queue: sequenced(),
  slot: randomAccess(),
  size: rankedNonUnique('group'),
})

const rowOf = (id: number) => ({ id, name: `name ${id % 7}`, group: id % 3, words: [`word ${id}`] })
const full = expect.objectContaining({ code: 'ERR_HOTSEG_OUT_OF_SPACE_ERROR' })

// Sizes one granule apart, so that room ends at every single allocation of an operation.
test('where room ends in the middle of an operation, nothing of it remains', () => {
  const { nodeCapacity } = tuning
  tuning.nodeCapacity = 4
  try {
    let modified = 0
    for (let capacity = 9000; capacity < 10_200; capacity += 8) {
      const segment = Segment.inMemory({ capacity })
      const rows = segment.construct('rows', Rows)
      let id = 0
      const insert = (): void => {
        for (; id < 1000; id++) rows.insert(rowOf(id))
      }
      expect(insert).toThrow(full)
      expect(rows.size).toBe(id)
      expect(segment.verify().objects).toBe(1)
      expect([...rows].map((row) => row.toObject()).sort((a, b) => a.id - b.id)).toEqual(
        Array.from({ length: id }, (_, index) => rowOf(index)),
      )
      // Changing a row allocates, too; what is refused leaves the row as it was.
      for (const row of [...rows]) {
        const before = row.toObject()
        try {
          rows.modify(row, { name: `another name, longer than before, ${row.id}`, group: row.id + 10 })
          modified++
        } catch (error) {
          expect(error).toEqual(full)
          expect(row.toObject()).toEqual(before)
          break
        }
      }
      segment.verify()
      segment.close()
    }
    expect(modified).toBeGreaterThan(0)
  } finally {
    tuning.nodeCapacity = nodeCapacity
  }
})

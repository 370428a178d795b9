import { CorruptionError } from '../errors/errors.js'
import { GRANULE_BYTES } from '../memory/memory.js'
import { LEAST_ELEMENT_BYTES } from './hash-cursor.js'
import { COUNT, KEYS, LOAD_PARTS, LOAD_USED, TABLE } from './hash-layout.js'
import type { HashTable } from './hash-table.js'

/**
 * Walks all slots and rings.
 *
 * @param claim - called once with each block of the table itself
 * @param visit - called once with each element
 * @throws CorruptionError naming the first contradiction
 */
export function checkHashTable(
  table: HashTable,
  header: number,
  claim: (block: number) => void,
  visit: (offset: number) => void,
): void {
  const require = (holds: boolean, what: string): void => {
    if (holds) return
    const offset = header * GRANULE_BYTES
    throw new CorruptionError(`hash table is damaged: ${what}, offset=${offset}`, { offset })
  }
  if (header === 0) return
  claim(header)
  if (table.word(header, TABLE) !== 0) claim(table.word(header, TABLE))
  const { memory, policy } = table
  const slots = table.slotCount(header)
  const most = memory.byteLength / LEAST_ELEMENT_BYTES
  let keys = 0
  let count = 0
  for (let slot = 0; slot < slots; slot++) {
    const offset = table.slotAt(header, slot)
    if (offset === 0) continue
    keys++
    const key = policy.decode(memory, offset)
    const found = table.slotOf(header, key)
    require(found === table.word(header, TABLE) * 2 + slot * 2, 'a key is not found in its slot')
    let element = offset
    do {
      require(count++ < most, 'a ring of equal keys does not close')
      visit(element)
      if (table.linkOffset < 0) break
      const next = table.next(element)
      require(table.previous(next) === element, 'a ring of equal keys is wrong about its way back')
      if (next !== offset) {
        require(table.age(next) > table.age(element), 'equal keys are not in the order of insertion')
        require(policy.compare(memory, key, next, policy.parts.length, false) === 0, 'a ring holds another key')
      }
      element = next
    } while (element !== offset)
  }
  require(keys === table.word(header, KEYS), 'the number of keys is wrong')
  require(count === table.word(header, COUNT), 'the number of elements is wrong')
  require(keys * LOAD_PARTS <= slots * LOAD_USED, 'too many slots are in use')
}

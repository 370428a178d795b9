import { CorruptionError } from '../errors/errors.js'
import { checkHeap } from '../heap/check-heap.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { CheckWalk } from '../types/layout.js'
import type { Directory, Entry } from './directory.js'
import type { VerifySummary } from './segment-info.js'
import { storedLayout } from './stored-type.js'

/** Walks through heap, directory and every object; each block must be owned once. O(segment). @throws CorruptionError */
export function checkObjects(memory: Memory, directory: Directory, origin: string): VerifySummary {
  const blocks = checkHeap(memory)
  const { count } = blocks
  const walk = new CheckWalk(blocks)
  directory.check(walk)
  const entries = directory.entries()
  for (const entry of entries) {
    walk.claim(entry.object)
    walk.later(storedLayout(directory.textOf(entry.description)), memory, entry.object * GRANULE_BYTES)
    walk.run()
  }
  compareOwners(directory, entries, walk.owners)
  if (blocks.count > 0) {
    throw new CorruptionError(`segment is damaged: ${blocks.count} blocks belong to no object, ${origin}.`)
  }
  return { objects: entries.length, blocks: count, bytes: Heap.of(memory).endOffset * GRANULE_BYTES }
}

/** Every unnamed object has as many owners as it counts, and shared pointers own nothing else. */
function compareOwners(directory: Directory, entries: readonly Entry[], owners: Map<number, number>): void {
  for (const { name, object } of entries) {
    if (name !== undefined) continue
    const counted = directory.ownersOf(object)
    const met = owners.get(object) ?? 0
    owners.delete(object)
    if (counted === met) continue
    throw new CorruptionError(
      `segment is damaged: an object counts other owners than it has, counted=${counted}, found=${met}, ` +
        `offset=${object * GRANULE_BYTES}.`,
      { offset: object * GRANULE_BYTES, expected: counted, actual: met },
    )
  }
  for (const object of owners.keys()) {
    throw new CorruptionError(
      `segment is damaged: a shared pointer leads to no object, offset=${object * GRANULE_BYTES}.`,
      { offset: object * GRANULE_BYTES },
    )
  }
}

/** All that an object owns, in bytes. */
export function bytesOf(memory: Memory, directory: Directory, entry: Entry): number {
  const heap = Heap.of(memory)
  let bytes = 0
  const met = new Set<number>()
  const walk = new CheckWalk({
    take(block) {
      bytes += heap.payloadBytes(block) + GRANULE_BYTES
      const before = met.size
      return met.add(block).size > before
    },
  })
  walk.claim(entry.object)
  walk.later(storedLayout(directory.textOf(entry.description)), memory, entry.object * GRANULE_BYTES)
  walk.run()
  return bytes
}

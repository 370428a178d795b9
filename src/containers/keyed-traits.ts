/** What some kinds of maps and sets can do besides; `keyed-container.ts` puts the handles of each kind together. */
import { CorruptionError, InvalidValueError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { SortedArray } from '../structures/sorted-array.js'
import { quote } from '../types/make-type.js'
import { memoryOf, View } from '../types/view.js'
import { elementsOf, EqualElements } from './equal-elements.js'
import { KeyedHandle } from './keyed.js'
import { boundOf, equalRangeOf, firstOf, lastOf, rangeOf } from './ordered.js'
import type { LazyRange } from './range.js'
import { requireCount } from './reserve.js'

/** Of those whose entries are in order. */
export abstract class OrderedTrait extends KeyedHandle {
  /** The entries between bounds. */
  range(options?: unknown): LazyRange<unknown> {
    return rangeOf(this, options ?? {})
  }

  /** The entries of a key. */
  equalRange(key: unknown): LazyRange<unknown> {
    return equalRangeOf(this, key)
  }

  /** The first entry not before a key. */
  lowerBound(key: unknown): unknown {
    return boundOf(this, key, false)
  }

  /** The first entry after a key. */
  upperBound(key: unknown): unknown {
    return boundOf(this, key, true)
  }

  /** The first entry. */
  first(): unknown {
    return firstOf(this)
  }

  /** The last entry. */
  last(): unknown {
    return lastOf(this)
  }
}

/** Of those that may have equal keys. */
export abstract class MultiTrait extends KeyedHandle {
  /** What `get` gives, for each entry of a key. */
  getAll(key: unknown): unknown[] {
    const wanted = this.codec.toKey(key)
    return elementsOf(this, this.header(), wanted).map((node) => this.found(node))
  }

  /** The number of entries of a key. */
  count(key: unknown): number {
    const wanted = this.codec.toKey(key)
    const header = this.header()
    if (wanted === undefined) return 0
    const cursor = this.structure.equal(header, wanted)
    let count = 0
    while (cursor.next() !== 0) count++
    return count
  }

  /** The entries of a key. */
  equalRange(key: unknown): LazyRange<unknown> {
    return new EqualElements(this, key)
  }

  /** Erases one entry: that of a view, or the one at a position among those of a key. */
  erase(viewOrKey: unknown, index?: unknown): boolean {
    const memory = this.writableMemory()
    if (index === undefined) {
      const node = nodeOf(this, memory, viewOrKey)
      this.removeAll(this.codec.policy.decode(memory, node), [node])
      return true
    }
    if (!Number.isInteger(index)) {
      throw new InvalidValueError(`not a position among the entries of a key: index=${quote(index)}.`, {
        path: 'index',
        expected: 'an integer',
        actual: index,
      })
    }
    const key = this.codec.toKey(viewOrKey)
    const node = elementsOf(this, this.header(), key).at(index as number)
    if (key === undefined || node === undefined) return false
    this.removeAll(key, [node])
    return true
  }
}

/** Offset of the node that a user's view of a key or value stands for. @throws StaleViewError, InvalidValueError */
function nodeOf(handle: KeyedHandle, memory: Memory, view: unknown): number {
  const { key, value, keyOffset } = handle['hotseg.layout']
  if (view instanceof View && memoryOf(view) === memory) {
    const { block, address } = view['hotseg.at']
    const place = address - block * GRANULE_BYTES
    const layout = view['hotseg.layout']
    const isWhole = (layout === value && place === 0) || (layout === key && place === keyOffset)
    if (block !== 0 && isWhole && isNode(handle, memory, block)) return block
  }
  throw new InvalidValueError(
    `not a view of an entry of this container: value=${quote(view)}. Pass one that get, getAll or iterating has given, or a key and a position among its entries.`,
    { path: 'view', expected: 'a view of an entry', actual: view },
  )
}

function isNode(handle: KeyedHandle, memory: Memory, block: number): boolean {
  if (Heap.of(memory).payloadBytes(block) < handle['hotseg.layout'].nodeBytes) return false
  const header = handle.header()
  try {
    return handle.structure.contains(header, handle.codec.policy.decode(memory, block), block)
  } catch (error) {
    // What is no node of this container holds anything where nodes have their key.
    if (error instanceof CorruptionError) return false
    throw error
  }
}

/** Of those that can make room beforehand. */
export abstract class RoomTrait extends KeyedHandle {
  /** Makes room. */
  reserve(count: number): void {
    const memory = this.writableMemory()
    requireCount(count)
    const heap = Heap.of(memory)
    const present = this.header()
    heap.atomically(() => {
      const header = present === 0 ? this.structure.create(heap) : present
      this.structure.reserveTotal(heap, header, count)
      this.structure.adoptTotal(heap, header)
      if (present === 0) memory.setU32(this['hotseg.at'].address, header)
    })
  }
}

type Roomy = Pick<SortedArray, 'capacity' | 'shrink'>

/** Of those whose elements stand side by side. */
export abstract class FlatTrait extends KeyedHandle {
  /** The number of elements that fit. */
  get capacity(): number {
    const header = this.header()
    return (this.structure as unknown as Roomy).capacity(header)
  }

  /** Gives back the room that no element uses. */
  shrinkToFit(): void {
    const heap = Heap.of(this.writableMemory())
    const header = this.header()
    if (header !== 0) (this.structure as unknown as Roomy).shrink(heap, header)
  }
}

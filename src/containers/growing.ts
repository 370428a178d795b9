import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES } from '../memory/memory.js'
import { Walk } from '../types/layout.js'
import { requireRun } from '../types/positions.js'
import { Sequence } from '../types/sequence.js'
import { memoryOf, Position, serialAt } from '../types/view.js'
import { replaceValues } from '../types/write.js'
import type { GrowingLayout } from './growing-layout.js'
import { requireCount } from './reserve.js'

/** What handles of vectors and deques have in common. */
export abstract class GrowingHandle extends Sequence {
  declare readonly 'hotseg.layout': GrowingLayout

  protected header(): number {
    return memoryOf(this).word(this['hotseg.at'].address)
  }

  override get length(): number {
    return this['hotseg.layout'].lengthOf(memoryOf(this), this.header())
  }

  /** The number of elements that fit. */
  get capacity(): number {
    const header = this.header()
    return this['hotseg.layout'].capacityOf(memoryOf(this), header)
  }

  protected override placeAt(index: number): Position {
    const memory = memoryOf(this)
    const header = this.header()
    const block = memory.writable ? header : 0
    const address = this['hotseg.layout'].addressOf(memory, header, index)
    return new Position(memory, address, block, block === 0 ? 0 : serialAt(memory, block))
  }

  /** Writes an element in place. */
  set(index: number, value: unknown): void {
    this.writableMemory()
    const layout = this['hotseg.layout']
    const prepared = layout.element.prepare(value, [index], 1)
    const memory = this.writableMemory()
    const position = this.position(index, this.length)
    replaceValues(memory, layout.addressOf(memory, this.header(), position), [
      { layout: layout.element, byteOffset: 0, prepared },
    ])
  }

  /** Replaces all elements. */
  assign(values: unknown): void {
    this.writableMemory()
    const layout = this['hotseg.layout']
    const prepared = layout.prepare(values, [], 0)
    replaceValues(this.writableMemory(), this['hotseg.at'].address, [{ layout, byteOffset: 0, prepared }])
  }

  /** Appends. */
  push(...values: unknown[]): number {
    this.writableMemory()
    this.put(undefined, this['hotseg.layout'].prepare(values, [], 0))
    return this.length
  }

  /** Inserts before a position. */
  insert(index: number, value: unknown): void {
    this.writableMemory()
    this.put(index, [this['hotseg.layout'].element.prepare(value, [index], 1)])
  }

  // The new elements are written before the first or behind the last one, where nobody looks, and then brought to their place.
  protected put(index: number | undefined, prepared: readonly unknown[]): void {
    const heap = Heap.of(this.writableMemory())
    const layout = this['hotseg.layout']
    const { memory } = heap
    const length = this.length
    const position = index === undefined ? length : this.position(index, length + 1)
    const count = prepared.length
    if (count === 0) return
    const { capacity } = this
    heap.atomically(() => {
      try {
        const header = this.#withRoom(heap, length + count)
        const isAtFront = layout.isShorter(position, length - position)
        const place = isAtFront ? -count : length
        for (let i = 0; i < count; i++) {
          layout.element.init(heap, layout.addressOf(memory, header, place + i), prepared[i])
        }
        if (isAtFront) this.#exchange(heap, header, -count, count, position)
        else this.#exchange(heap, header, position, length - position, count)
        if (isAtFront) layout.turn(memory, header, -count)
        memory.setU32(header * GRANULE_BYTES, length + count)
        this.#adopt(heap, header)
      } catch (error) {
        this.#shrinkTo(heap, capacity)
        throw error
      }
    })
  }

  /** Exchanges `before` elements at `index` with the `behind` elements that follow them. */
  #exchange(heap: Heap, header: number, index: number, before: number, behind: number): void {
    if (before === 0 || behind === 0) return
    const layout = this['hotseg.layout']
    const { memory } = heap
    if (before < behind) {
      const moved = layout.copyOut(memory, header, index, before)
      layout.move(memory, header, index, index + before, behind)
      layout.copyIn(memory, header, index + behind, moved)
    } else {
      const moved = layout.copyOut(memory, header, index + before, behind)
      layout.move(memory, header, index + behind, index, before)
      layout.copyIn(memory, header, index, moved)
    }
    heap.renew(header)
  }

  /** A header block with room for `needed` elements: the present one, or a copy that `#adopt` puts in its place. */
  #withRoom(heap: Heap, needed: number): number {
    const header = this.header()
    const { capacity } = this
    return needed <= capacity ? header : this.#enlarge(heap, header, Math.max(needed, capacity * 2, 4), needed)
  }

  #enlarge(heap: Heap, header: number, wanted: number, needed: number): number {
    const layout = this['hotseg.layout']
    const { memory } = heap
    const capacity = layout.fitting(wanted)
    if (header !== 0 && layout.growsInPlace && heap.resize(header, layout.blockBytes(capacity))) {
      memory.setU32(header * GRANULE_BYTES + 4, capacity)
      return header
    }
    const grown = this.#create(heap, capacity, layout.fitting(needed))
    layout.copyTo(memory, grown, header)
    return grown
  }

  // Where there is no room for as much as would be good, what is needed may still fit.
  #create(heap: Heap, capacity: number, needed: number): number {
    try {
      return this['hotseg.layout'].create(heap, capacity)
    } catch (error) {
      if (capacity === needed) throw error
      return this['hotseg.layout'].create(heap, needed)
    }
  }

  #adopt(heap: Heap, header: number): void {
    const old = this.header()
    if (old === header) return
    heap.memory.setU32(this['hotseg.at'].address, header)
    if (old !== 0) heap.free(old)
  }

  /** Takes the last element off. */
  pop(): unknown {
    return this.takeOff(-1)
  }

  protected takeOff(index: 0 | -1): unknown {
    const memory = this.writableMemory()
    const layout = this['hotseg.layout']
    const { length } = this
    if (length === 0) return undefined
    const address = layout.addressOf(memory, this.header(), index < 0 ? length - 1 : 0)
    const taken = layout.element.toValue(memory, address, new Walk(memory))
    this.erase(index)
    return taken
  }

  /** Erases elements. */
  erase(index: number, count = 1): void {
    const heap = Heap.of(this.writableMemory())
    const { length } = this
    const layout = this['hotseg.layout']
    const position = requireRun(index, count, length, layout.kind)
    if (count === 0) return
    const header = this.header()
    const { memory } = heap
    const behind = length - position - count
    heap.atomically(() => {
      layout.releaseElements(heap, header, position, position + count)
      if (layout.isShorter(position, behind)) {
        layout.move(memory, header, count, 0, position)
        layout.turn(memory, header, count)
      } else layout.move(memory, header, position, position + count, behind)
      memory.setU32(header * GRANULE_BYTES, length - count)
      heap.renew(header)
    })
  }

  /** Erases all elements; the room is kept. */
  clear(): void {
    this.writableMemory()
    if (this.length > 0) this.erase(0, this.length)
  }

  /** Makes room. */
  reserve(count: number): void {
    const heap = Heap.of(this.writableMemory())
    requireCount(count)
    if (count <= this.capacity) return
    heap.atomically(() => {
      this.#adopt(heap, this.#enlarge(heap, this.header(), count, count))
    })
  }

  /** Gives back the room that no element uses. */
  shrinkToFit(): void {
    const heap = Heap.of(this.writableMemory())
    const header = this.header()
    if (header === 0) return
    const { length } = this
    if (length > 0) {
      this.#shrinkTo(heap, this['hotseg.layout'].fitting(length))
      return
    }
    heap.memory.setU32(this['hotseg.at'].address, 0)
    heap.free(header)
  }

  #shrinkTo(heap: Heap, capacity: number): void {
    const header = this.header()
    const layout = this['hotseg.layout']
    if (capacity >= this.capacity) return
    if (layout.pack(heap.memory, header)) heap.renew(header)
    if (!heap.resize(header, layout.blockBytes(capacity))) return
    heap.memory.setU32(header * GRANULE_BYTES + 4, capacity)
  }
}

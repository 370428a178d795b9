/**
 * ```
 * header block | length | capacity | element | element | ...        elements from byte 8, at multiples of the stride
 * ```
 */
import { CorruptionError, InvalidOptionError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { prepareElements } from '../types/array-layout.js'
import { Layout, Walk, type CheckWalk, type ValuePath } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import { Sequence } from '../types/sequence.js'
import { memoryOf, serialAt } from '../types/view.js'
import { replaceValues } from '../types/write.js'
import { releaseContainer, type Releasing } from './release.js'
import { requireCount } from './reserve.js'

const ELEMENTS_BYTES = 8
const LEAST_CAPACITY = 4

/** A sequence that grows: offset of its header block, 0 when it is empty. */
export class VectorLayout extends Layout implements Releasing {
  readonly kind = 'vector'
  readonly isPlain = false
  override readonly isDeep = true
  element!: Layout

  constructor() {
    super({ byteLength: 4, alignment: 4 })
  }

  /** Bytes of the header block for `capacity` elements. */
  blockBytes(capacity: number): number {
    return ELEMENTS_BYTES + capacity * this.element.stride
  }

  /** Byte address of an element. */
  addressOf(header: number, index: number): number {
    return header * GRANULE_BYTES + ELEMENTS_BYTES + index * this.element.stride
  }

  /** Number of elements. @throws CorruptionError when they are not all inside the segment */
  lengthOf(memory: Memory, header: number): number {
    if (header === 0) return 0
    const length = memory.word(header * GRANULE_BYTES)
    if (this.addressOf(header, length) > memory.byteLength) throw memory.fault(this.addressOf(header, length))
    return length
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    return new VectorHandle(this, memory, address, block, serial, isWritable)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): readonly unknown[] {
    return prepareElements(this.element, value, path, depth)
  }

  override prepareEmpty(): readonly never[] {
    return []
  }

  override toPlain(prepared: unknown): unknown {
    return (prepared as readonly unknown[]).map((element) => this.element.toPlain(element))
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const values = prepared as readonly unknown[]
    const header = values.length === 0 ? 0 : this.create(heap, values.length)
    for (let i = 0; i < values.length; i++) this.element.init(heap, this.addressOf(header, i), values[i])
    if (header !== 0) heap.memory.setU32(header * GRANULE_BYTES, values.length)
    heap.memory.setU32(address, header)
  }

  /** A new header block without elements. */
  create(heap: Heap, capacity: number): number {
    const header = heap.allocateZeroed(this.blockBytes(capacity))
    heap.memory.setU32(header * GRANULE_BYTES + 4, capacity)
    return header
  }

  override release(heap: Heap, address: number): void {
    const header = heap.memory.word(address)
    if (header !== 0) releaseContainer(heap, this, header)
  }

  releaseContents(heap: Heap, header: number): void {
    this.releaseElements(heap, header, 0, this.lengthOf(heap.memory, header))
    heap.free(header)
  }

  /** Frees what some of the elements own. */
  releaseElements(heap: Heap, header: number, from: number, to: number): void {
    if (this.element.isPlain) return
    for (let i = from; i < to; i++) this.element.release(heap, this.addressOf(header, i))
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(memory, address, walk, (at) => this.element.toValue(memory, at, walk))
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(memory, address, walk, (at) => this.element.toJson(memory, at, walk))
  }

  #map(memory: Memory, address: number, walk: Walk, copy: (address: number) => unknown): unknown[] {
    const header = memory.word(address)
    const length = this.lengthOf(memory, header)
    walk.spend(length)
    walk.enter()
    const values = Array.from({ length }, (_, i) => copy(this.addressOf(header, i)))
    walk.leave()
    return values
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const header = memory.word(address)
    if (header === 0) return
    walk.claim(header)
    const length = this.lengthOf(memory, header)
    const capacity = memory.word(header * GRANULE_BYTES + 4)
    if (length > capacity || this.blockBytes(capacity) > Heap.of(memory).payloadBytes(header)) {
      throw new CorruptionError(
        `vector is damaged: length=${length}, capacity=${capacity}, offset=${header * GRANULE_BYTES}`,
        {
          offset: header * GRANULE_BYTES,
        },
      )
    }
    for (let i = 0; i < length; i++) walk.visit(this.element, memory, this.addressOf(header, i))
  }
}

/** A handle of a vector; its public face is `Vector` in `vector-type.ts`. */
export class VectorHandle extends Sequence {
  declare readonly 'hotseg.layout': VectorLayout

  get #header(): number {
    return memoryOf(this).word(this['hotseg.at'].address)
  }

  override get length(): number {
    return this['hotseg.layout'].lengthOf(memoryOf(this), this.#header)
  }

  /** The number of elements that fit. */
  get capacity(): number {
    const header = this.#header
    return header === 0 ? 0 : memoryOf(this).word(header * GRANULE_BYTES + 4)
  }

  protected override elementAt(index: number): unknown {
    const memory = memoryOf(this)
    const layout = this['hotseg.layout']
    const header = this.#header
    const block = memory.writable ? header : 0
    const serial = block === 0 ? 0 : serialAt(memory, block)
    return layout.element.read(memory, layout.addressOf(header, index), block, serial, this.mayWrite)
  }

  /** Writes an element in place. */
  set(index: number, value: unknown): void {
    this.writableMemory()
    const layout = this['hotseg.layout']
    const prepared = layout.element.prepare(value, [index], 1)
    const memory = this.writableMemory()
    const position = this.position(index, this.length, 'index of vector')
    replaceValues(memory, layout.addressOf(this.#header, position), [
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
    this.#insert(undefined, this['hotseg.layout'].prepare(values, [], 0))
    return this.length
  }

  /** Inserts before a position. */
  insert(index: number, value: unknown): void {
    this.writableMemory()
    this.#insert(index, [this['hotseg.layout'].element.prepare(value, [index], 1)])
  }

  // The new elements are written behind the last one, where nobody looks, and then brought to their place.
  #insert(index: number | undefined, prepared: readonly unknown[]): void {
    const heap = Heap.of(this.writableMemory())
    const layout = this['hotseg.layout']
    const { memory } = heap
    const length = this.length
    const position = index === undefined ? length : this.position(index, length + 1, 'index of vector')
    if (prepared.length === 0) return
    const { capacity } = this
    heap.atomically(() => {
      try {
        const header = this.#withRoom(heap, length + prepared.length)
        for (let i = 0; i < prepared.length; i++) {
          layout.element.init(heap, layout.addressOf(header, length + i), prepared[i])
        }
        if (position < length) this.#rotate(heap, header, position, length, prepared.length)
        memory.setU32(header * GRANULE_BYTES, length + prepared.length)
        this.#adopt(heap, header)
      } catch (error) {
        this.#shrinkTo(heap, capacity)
        throw error
      }
    })
  }

  #rotate(heap: Heap, header: number, position: number, length: number, count: number): void {
    const { element } = this['hotseg.layout']
    const { memory } = heap
    const from = this['hotseg.layout'].addressOf(header, position)
    const inserted = memory.copyOut(this['hotseg.layout'].addressOf(header, length), count * element.stride)
    memory.move(from + count * element.stride, from, (length - position) * element.stride)
    memory.setBytes(from, inserted)
    heap.renew(header)
  }

  /** A header block with room for `needed` elements: the present one, or a copy that `#adopt` puts in its place. */
  #withRoom(heap: Heap, needed: number): number {
    const header = this.#header
    const { capacity } = this
    return needed <= capacity
      ? header
      : this.#enlarge(heap, header, Math.max(needed, capacity * 2, LEAST_CAPACITY), needed)
  }

  #enlarge(heap: Heap, header: number, capacity: number, needed: number): number {
    const layout = this['hotseg.layout']
    const { memory } = heap
    if (header !== 0 && heap.resize(header, layout.blockBytes(capacity))) {
      memory.setU32(header * GRANULE_BYTES + 4, capacity)
      return header
    }
    const grown = this.#create(heap, capacity, needed)
    const length = layout.lengthOf(memory, header)
    if (header !== 0)
      memory.move(layout.addressOf(grown, 0), layout.addressOf(header, 0), length * layout.element.stride)
    memory.setU32(grown * GRANULE_BYTES, length)
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
    const old = this.#header
    if (old === header) return
    heap.memory.setU32(this['hotseg.at'].address, header)
    if (old !== 0) heap.free(old)
  }

  /** Takes the last element off. */
  pop(): unknown {
    const memory = this.writableMemory()
    const { length } = this
    if (length === 0) return undefined
    const { element } = this['hotseg.layout']
    const last = element.toValue(memory, this['hotseg.layout'].addressOf(this.#header, length - 1), new Walk(memory))
    this.erase(length - 1)
    return last
  }

  /** Erases elements. */
  erase(index: number, count = 1): void {
    const heap = Heap.of(this.writableMemory())
    const { length } = this
    const position = this.position(index, length + (count === 0 ? 1 : 0), 'index of vector')
    if (!Number.isInteger(count) || count < 0 || position + count > length) {
      throw new InvalidOptionError(
        `vector has not so many elements there: index=${position}, count=${quote(count)}, length=${length}.`,
        { expected: length - position, actual: count },
      )
    }
    if (count === 0) return
    const layout = this['hotseg.layout']
    const header = this.#header
    const { memory } = heap
    heap.atomically(() => {
      layout.releaseElements(heap, header, position, position + count)
      const behind = layout.addressOf(header, position + count)
      memory.move(layout.addressOf(header, position), behind, layout.addressOf(header, length) - behind)
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
      this.#adopt(heap, this.#enlarge(heap, this.#header, count, count))
    })
  }

  /** Gives back the room that no element uses. */
  shrinkToFit(): void {
    const heap = Heap.of(this.writableMemory())
    const header = this.#header
    if (header === 0) return
    if (this.length > 0) {
      this.#shrinkTo(heap, this.length)
      return
    }
    heap.memory.setU32(this['hotseg.at'].address, 0)
    heap.free(header)
  }

  #shrinkTo(heap: Heap, capacity: number): void {
    const header = this.#header
    if (capacity >= this.capacity || !heap.resize(header, this['hotseg.layout'].blockBytes(capacity))) return
    heap.memory.setU32(header * GRANULE_BYTES + 4, capacity)
  }
}

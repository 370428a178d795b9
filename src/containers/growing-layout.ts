import { CorruptionError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { prepareElements } from '../types/array-layout.js'
import { Layout, type CheckWalk, type ValuePath, type Walk } from '../types/layout.js'
import type { Places, SealedSequenceClass } from '../types/sealed-sequence.js'
import { releaseContainer, type Releasing } from './release.js'

/**
 * What vectors and deques have in common: a header block whose first words are `length` and `capacity`, and in which the
 * elements lie in slots, side by side. Which slot an element is in is the difference.
 */
export abstract class GrowingLayout extends Layout implements Releasing {
  abstract override readonly kind: 'vector' | 'deque'
  readonly isPlain = false
  override readonly isDeep = true
  element!: Layout
  /** Bytes of the header block before the first slot. */
  abstract readonly slotsBytes: number
  /** Whether elements stay where they are when there are more slots behind the last one. */
  abstract readonly growsInPlace: boolean
  protected Sealed: SealedSequenceClass | undefined

  constructor() {
    super({ byteLength: 4, alignment: 4 })
  }

  /** The least capacity that a block may have for `count` elements. */
  abstract fitting(count: number): number

  /** Byte address of an element; also of those that are about to be, before the first and behind the last one. */
  abstract addressOf(memory: Memory, header: number, index: number): number

  /** How many of the `count` elements from `index` on lie side by side. */
  abstract runOf(memory: Memory, header: number, index: number, count: number): number

  /** Whether those before a position are moved rather than those behind it, given how many these are. */
  abstract isShorter(before: number, behind: number): boolean

  /** Makes the slot of the element at `by` that of the first one. */
  abstract turn(memory: Memory, header: number, by: number): void

  /** Brings the elements to the first slots. @returns whether they have moved */
  abstract pack(memory: Memory, header: number): boolean

  /** What a reader of a segment that is not written needs to know. @throws CorruptionError */
  abstract placesOf(memory: Memory, header: number): Places

  /** Number of elements. @throws CorruptionError when they are not all inside the segment */
  abstract lengthOf(memory: Memory, header: number): number

  /** Bytes of the header block for `capacity` elements. */
  blockBytes(capacity: number): number {
    return this.slotsBytes + capacity * this.element.stride
  }

  /** Byte address of a slot. */
  protected slotAddress(header: number, slot: number): number {
    return header * GRANULE_BYTES + this.slotsBytes + slot * this.element.stride
  }

  /** The number of elements that fit. */
  capacityOf(memory: Memory, header: number): number {
    return header === 0 ? 0 : memory.word(header * GRANULE_BYTES + 4)
  }

  /** A copy of the bytes of elements, in order. */
  copyOut(memory: Memory, header: number, index: number, count: number): Uint8Array {
    const { stride } = this.element
    const bytes = new Uint8Array(count * stride)
    for (let done = 0; done < count;) {
      const run = this.runOf(memory, header, index + done, count - done)
      bytes.set(memory.copyOut(this.addressOf(memory, header, index + done), run * stride), done * stride)
      done += run
    }
    return bytes
  }

  /** Writes bytes of elements, in order. */
  copyIn(memory: Memory, header: number, index: number, bytes: Uint8Array): void {
    const { stride } = this.element
    const count = bytes.length / stride
    for (let done = 0; done < count;) {
      const run = this.runOf(memory, header, index + done, count - done)
      memory.setBytes(
        this.addressOf(memory, header, index + done),
        bytes.subarray(done * stride, (done + run) * stride),
      )
      done += run
    }
  }

  /** Moves `count` elements from index `from` to index `to`; the ranges may overlap. */
  move(memory: Memory, header: number, to: number, from: number, count: number): void {
    if (count === 0) return
    const areRuns = this.runOf(memory, header, from, count) === count && this.runOf(memory, header, to, count) === count
    if (areRuns) {
      const [target, source] = [this.addressOf(memory, header, to), this.addressOf(memory, header, from)]
      memory.move(target, source, count * this.element.stride)
    } else this.copyIn(memory, header, to, this.copyOut(memory, header, from, count))
  }

  /** Copies all elements to the first slots of another block. */
  copyTo(memory: Memory, target: number, header: number): void {
    const length = this.lengthOf(memory, header)
    const { stride } = this.element
    for (let done = 0; done < length;) {
      const run = this.runOf(memory, header, done, length - done)
      memory.move(this.slotAddress(target, done), this.addressOf(memory, header, done), run * stride)
      done += run
    }
    memory.setU32(target * GRANULE_BYTES, length)
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
    const { memory } = heap
    const header = values.length === 0 ? 0 : this.create(heap, this.fitting(values.length))
    for (let i = 0; i < values.length; i++) this.element.init(heap, this.slotAddress(header, i), values[i])
    if (header !== 0) memory.setU32(header * GRANULE_BYTES, values.length)
    memory.setU32(address, header)
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
    for (let i = from; i < to; i++) this.element.release(heap, this.addressOf(heap.memory, header, i))
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
    const values = Array.from({ length }, (_, i) => copy(this.addressOf(memory, header, i)))
    walk.leave()
    return values
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const header = memory.word(address)
    if (header === 0) return
    walk.claim(header)
    const length = this.lengthOf(memory, header)
    const capacity = this.capacityOf(memory, header)
    if (length > capacity || this.blockBytes(capacity) > Heap.of(memory).payloadBytes(header)) {
      this.damaged(header, `length=${length}, capacity=${capacity}`)
    }
    for (let i = 0; i < length; i++) walk.visit(this.element, memory, this.addressOf(memory, header, i))
  }

  protected damaged(header: number, what: string): never {
    const offset = header * GRANULE_BYTES
    throw new CorruptionError(`${this.kind} is damaged: ${what}, offset=${offset}. Run verify.`, { offset })
  }
}

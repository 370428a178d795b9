/**
 * ```
 * header block | length | capacity | head | 0 | slot | slot | ...        slots from byte 16, at multiples of the stride
 * ```
 *
 * The capacity is a power of two; element i is in slot `(head + i) mod capacity`.
 */
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { makeSealedSequence, RING, type Places } from '../types/sealed-sequence.js'
import { GrowingLayout } from './growing-layout.js'
import { GrowingHandle } from './growing.js'

const HEAD_BYTES = 8
const LEAST_CAPACITY = 4

/** A sequence that grows at both ends: offset of its header block, 0 when it is empty. */
export class DequeLayout extends GrowingLayout {
  readonly kind = 'deque'
  readonly slotsBytes = 16
  // What stands at the end of the ring belongs before what stands at its start.
  readonly growsInPlace = false

  override fitting(count: number): number {
    let capacity = LEAST_CAPACITY
    while (capacity < count) capacity *= 2
    return capacity
  }

  #slotOf(memory: Memory, header: number, index: number): number {
    const head = memory.word(header * GRANULE_BYTES + HEAD_BYTES)
    return (head + index) & (this.capacityOf(memory, header) - 1)
  }

  override addressOf(memory: Memory, header: number, index: number): number {
    return this.slotAddress(header, this.#slotOf(memory, header, index))
  }

  override runOf(memory: Memory, header: number, index: number, count: number): number {
    return Math.min(count, this.capacityOf(memory, header) - this.#slotOf(memory, header, index))
  }

  override pack(memory: Memory, header: number): boolean {
    if (memory.word(header * GRANULE_BYTES + HEAD_BYTES) === 0) return false
    const elements = this.copyOut(memory, header, 0, this.lengthOf(memory, header))
    this.setHead(memory, header, 0)
    this.copyIn(memory, header, 0, elements)
    return true
  }

  private setHead(memory: Memory, header: number, slot: number): void {
    memory.setU32(header * GRANULE_BYTES + HEAD_BYTES, slot)
  }

  override isShorter(before: number, behind: number): boolean {
    return before < behind
  }

  override turn(memory: Memory, header: number, by: number): void {
    this.setHead(memory, header, this.#slotOf(memory, header, by))
  }

  override lengthOf(memory: Memory, header: number): number {
    if (header === 0) return 0
    const length = memory.word(header * GRANULE_BYTES)
    const capacity = this.capacityOf(memory, header)
    const head = memory.word(header * GRANULE_BYTES + HEAD_BYTES)
    // A ring of another size would lead outside of its block.
    if (length > capacity || head >= capacity || (capacity & (capacity - 1)) !== 0) {
      this.damaged(header, `length=${length}, capacity=${capacity}, head=${head}`)
    }
    if (this.slotAddress(header, capacity) > memory.byteLength) throw memory.fault(this.slotAddress(header, capacity))
    return length
  }

  override placesOf(memory: Memory, header: number): Places {
    const length = this.lengthOf(memory, header)
    if (length === 0) return { first: 0, length, head: 0, mask: 0 }
    const head = memory.word(header * GRANULE_BYTES + HEAD_BYTES)
    return { first: this.slotAddress(header, 0), length, head, mask: this.capacityOf(memory, header) - 1 }
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    if (memory.writable) return new DequeHandle(this, memory, address, block, serial, isWritable)
    this.Sealed ??= makeSealedSequence(this, DequeHandle.prototype, RING)
    return new this.Sealed(memory, address, this.placesOf(memory, memory.word(address)))
  }
}

/** A handle of a deque; its public face is `Deque` in `deque-type.ts`. */
export class DequeHandle extends GrowingHandle {
  declare readonly 'hotseg.layout': DequeLayout

  /** Takes the first element off. */
  shift(): unknown {
    return this.takeOff(0)
  }

  /** Prepends. */
  unshift(...values: unknown[]): number {
    this.writableMemory()
    this.put(0, this['hotseg.layout'].prepare(values, [], 0))
    return this.length
  }
}

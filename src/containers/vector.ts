/**
 * ```
 * header block | length | capacity | element | element | ...        elements from byte 8, at multiples of the stride
 * ```
 */
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { LINE, makeSealedSequence, type Places } from '../types/sealed-sequence.js'
import { GrowingLayout } from './growing-layout.js'
import { GrowingHandle } from './growing.js'

/** A sequence that grows at its end: offset of its header block, 0 when it is empty. */
export class VectorLayout extends GrowingLayout {
  readonly kind = 'vector'
  readonly slotsBytes = 8
  readonly growsInPlace = true

  override fitting(count: number): number {
    return count
  }

  override addressOf(_memory: Memory, header: number, index: number): number {
    return this.slotAddress(header, index)
  }

  override runOf(_memory: Memory, _header: number, _index: number, count: number): number {
    return count
  }

  override isShorter(): boolean {
    return false
  }

  override turn(): void {
    // The first element is in the first slot.
  }

  override pack(): boolean {
    return false
  }

  override lengthOf(memory: Memory, header: number): number {
    if (header === 0) return 0
    const length = memory.word(header * GRANULE_BYTES)
    if (this.slotAddress(header, length) > memory.byteLength) throw memory.fault(this.slotAddress(header, length))
    return length
  }

  override placesOf(memory: Memory, header: number): Places {
    return { first: this.slotAddress(header, 0), length: this.lengthOf(memory, header), head: 0, mask: 0 }
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    if (memory.writable) return new VectorHandle(this, memory, address, block, serial, isWritable)
    this.Sealed ??= makeSealedSequence(this, VectorHandle.prototype, LINE)
    return new this.Sealed(memory, address, this.placesOf(memory, memory.word(address)))
  }
}

/** A handle of a vector; its public face is `Vector` in `vector-type.ts`. */
export class VectorHandle extends GrowingHandle {}

import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { Layout, type CheckWalk, type ValuePath, type Walk } from '../types/layout.js'
import { openValue, ValueRef } from '../types/value-ref.js'
import { releaseContainer, type Releasing } from './release.js'

/** A value in a block of its own: the offset of the block, 0 when there is none. */
export class UniqueLayout extends Layout implements Releasing {
  readonly kind = 'uniquePtr'
  readonly isPlain = false
  override readonly isDeep = true
  target!: Layout

  constructor() {
    super({ byteLength: 4, alignment: 4 })
  }

  override read(memory: Memory, address: number, _block: number, _serial: number, isWritable: boolean): unknown {
    const block = memory.word(address)
    return block === 0 ? undefined : openValue(this.target, memory, block, isWritable)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): unknown {
    if (value === undefined) return undefined
    // What reading gives of a scalar, a text or a pointer; other views are values already.
    const isRef = value instanceof ValueRef && value['hotseg.layout'].isSame(this.target)
    return this.target.prepare(isRef ? value.value : value, path, depth)
  }

  override prepareEmpty(): undefined {
    return undefined
  }

  override toPlain(prepared: unknown): unknown {
    return prepared === undefined ? undefined : this.target.toPlain(prepared)
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const block = prepared === undefined ? 0 : heap.allocateZeroed(this.target.byteLength)
    if (block !== 0) this.target.init(heap, block * GRANULE_BYTES, prepared)
    heap.memory.setU32(address, block)
  }

  override release(heap: Heap, address: number): void {
    const block = heap.memory.word(address)
    if (block !== 0) releaseContainer(heap, this, block)
  }

  releaseContents(heap: Heap, block: number): void {
    this.target.release(heap, block * GRANULE_BYTES)
    heap.free(block)
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown {
    return this.#copy(memory, address, walk, (at) => this.target.toValue(memory, at, walk))
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown {
    return this.#copy(memory, address, walk, (at) => this.target.toJson(memory, at, walk))
  }

  #copy(memory: Memory, address: number, walk: Walk, copy: (address: number) => unknown): unknown {
    const block = memory.word(address)
    if (block === 0) return undefined
    walk.spend(1)
    walk.enter()
    const value = copy(block * GRANULE_BYTES)
    walk.leave()
    return value
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const block = memory.word(address)
    if (block === 0) return
    walk.claim(block)
    if (Heap.of(memory).payloadBytes(block) < this.target.byteLength) throw memory.fault(block * GRANULE_BYTES)
    walk.visit(this.target, memory, block * GRANULE_BYTES)
  }
}

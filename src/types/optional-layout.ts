import type { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import { guardRead } from './view.js'
import { Layout, refuseValue, type CheckWalk, type ValuePath, type Walk } from './layout.js'

/** A value and, behind it, a byte that is 1 when it is there. */
export class OptionalLayout extends Layout {
  readonly kind = 'optional'
  readonly value: Layout
  readonly isPlain: boolean
  override readonly isDeep: boolean

  /** @param value - layout of the value */
  constructor(value: Layout) {
    super({ byteLength: value.byteLength + 1, alignment: value.alignment })
    this.value = value
    this.isPlain = value.isPlain
    this.isDeep = value.isDeep
  }

  /** Whether the optional at `address` has a value; it begins there, too. @throws CorruptionError */
  isThere(memory: Memory, address: number): boolean {
    const flag = memory.u8[address + this.value.byteLength]
    if (flag === undefined) throw memory.fault(address)
    return flag !== 0
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    if (!this.isThere(memory, address)) return undefined
    const value = this.value.read(memory, address, block, serial, isWritable)
    return guardRead(value, memory, address, address + this.value.byteLength)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): unknown {
    if (value === undefined) return undefined
    if (value === null) refuseValue(path, depth, `${this.value.kind}, or undefined for none`, value)
    return this.value.prepare(value, path, depth)
  }

  override prepareEmpty(): undefined {
    return undefined
  }

  override toPlain(prepared: unknown): unknown {
    return prepared === undefined ? undefined : this.value.toPlain(prepared)
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    if (prepared === undefined) {
      heap.memory.clear(address, this.byteLength)
      // Views of a value that was there are to look at the flag.
      heap.memory.bumpEpoch()
    } else {
      this.value.init(heap, address, prepared)
      heap.memory.setU8(address + this.value.byteLength, 1)
    }
  }

  override release(heap: Heap, address: number): void {
    if (this.isThere(heap.memory, address)) this.value.release(heap, address)
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown {
    return this.isThere(memory, address) ? this.value.toValue(memory, address, walk) : undefined
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown {
    return this.isThere(memory, address) ? this.value.toJson(memory, address, walk) : undefined
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    if (this.isThere(memory, address)) this.value.check(memory, address, walk)
  }
}

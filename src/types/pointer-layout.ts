import { KEYED } from '../heap/heap-layout.js'
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { POINTER } from './description.js'
import { openValue } from './value-ref.js'
import { Layout, refuseValue, type ValuePath } from './layout.js'
import { memoryOf, serialAt, View } from './view.js'

/** A prepared pointer: where it leads, and the memory its target is in. */
export interface Target {
  readonly memory: Memory | undefined
  readonly offset: number
  readonly serial: number
}

/** A prepared pointer to nothing. */
export const NOTHING: Target = { memory: undefined, offset: 0, serial: 0 }

/** Offset and serial of a block; the serial tells when the target is gone. */
export class PointerLayout extends Layout {
  readonly kind: 'offsetPtr' | 'weakPtr' | 'sharedPtr'
  // Only its own bytes, but writing it may be refused.
  readonly isPlain = false
  target!: Layout

  /** @param kind - which of the pointers that know the serial of their target */
  constructor(kind: PointerLayout['kind']) {
    super(POINTER)
    this.kind = kind
  }

  /** Offset of what the pointer at `address` leads to; 0 when that is nothing, or not there any more. @throws CorruptionError */
  targetOf(memory: Memory, address: number): number {
    const offset = memory.u32[address / 4]
    if (offset === undefined) throw memory.fault(address)
    const serial = memory.u32[address / 4 + 1]!
    // The target was freed; something else may live there now, or the segment may end before it.
    return offset === 0 || memory.u32[offset * 2 - 2] !== serial ? 0 : offset
  }

  override read(memory: Memory, address: number, _block: number, _serial: number, isWritable: boolean): unknown {
    const offset = this.targetOf(memory, address)
    if (offset === 0) return undefined
    const mayWrite = isWritable && (memory.u32[offset * 2 - 1]! & KEYED) === 0
    return openValue(this.target, memory, offset, mayWrite)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): unknown {
    return this.prepareTarget(value, path, depth)
  }

  /** Where a value leads. @throws InvalidValueError when it is no view, or not of something that never moves */
  protected prepareTarget(value: unknown, path: ValuePath, depth: number): Target {
    if (value === undefined) return NOTHING
    const expected = `a view of ${this.target.kind}, or undefined`
    if (!(value instanceof View)) return refuseValue(path, depth, expected, value)
    const memory = memoryOf(value)
    if (!value['hotseg.layout'].isSame(this.target)) {
      return refuseValue(path, depth, expected, value, 'It is of another type.')
    }
    const offset = value['hotseg.at'].block
    if (offset === 0 || offset * GRANULE_BYTES !== value['hotseg.at'].address) {
      return refuseValue(
        path,
        depth,
        'a view of something that never moves',
        value,
        'Elements of vectors and parts of structs are named by what they are in.',
      )
    }
    if (value['hotseg.at'].guard !== undefined) {
      return refuseValue(
        path,
        depth,
        'a view of something that stays',
        value,
        'It is the value of an optional or variant, which may become another one.',
      )
    }
    return { memory, offset, serial: serialAt(memory, offset) }
  }

  override prepareEmpty(): unknown {
    return NOTHING
  }

  override toPlain(prepared: unknown): unknown {
    const { memory, offset } = prepared as Target
    return memory === undefined ? undefined : openValue(this.target, memory, offset, false)
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const { memory, offset, serial } = prepared as Target
    if (memory !== undefined && memory !== heap.memory) {
      refuseValue([], 0, 'a view of the same segment', 'a view of another one')
    }
    heap.memory.setU32(address, offset)
    heap.memory.setU32(address + 4, serial)
  }

  override toValue(memory: Memory, address: number): unknown {
    return this.read(memory, address, 0, 0, false)
  }

  override toJson(memory: Memory, address: number): unknown {
    const offset = memory.word(address)
    // A reference, not a copy: pointers may lead in circles.
    return this.toValue(memory, address) === undefined ? undefined : { offset: offset * GRANULE_BYTES }
  }
}

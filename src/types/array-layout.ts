import type { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import type { KeyBranch, KeyMember } from './key-codec.js'
import { Layout, refuseValue, requireDepth, type CheckWalk, type ValuePath, type Walk } from './layout.js'
import { LINE, makeSealedSequence, type SealedSequenceClass } from './sealed-sequence.js'
import { Sequence } from './sequence.js'
import { memoryOf, Position } from './view.js'
import { replaceValues } from './write.js'

/** A fixed number of elements side by side. */
export class ArrayLayout extends Layout implements KeyBranch {
  readonly kind = 'array'
  readonly element: Layout
  readonly length: number
  readonly isPlain: boolean
  override readonly isDeep: boolean
  #Sealed: SealedSequenceClass | undefined

  /** @param element - layout of the elements; @param length - their number */
  constructor(element: Layout, length: number) {
    super({ byteLength: element.stride * length, alignment: element.alignment })
    this.element = element
    this.length = length
    this.isPlain = element.isPlain
    this.isDeep = element.isDeep
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    if (memory.writable) return new ArrayHandle(this, memory, address, block, serial, isWritable)
    this.#Sealed ??= makeSealedSequence(this, ArrayHandle.prototype, LINE)
    return new this.#Sealed(memory, address, { first: address, length: this.length, head: 0, mask: 0 })
  }

  override prepare(value: unknown, path: ValuePath, depth: number): readonly unknown[] {
    const prepared = prepareElements(this.element, value, path, depth)
    if (prepared.length === this.length) return prepared
    return refuseValue(path, depth, `${this.length} elements`, `${prepared.length} elements`)
  }

  override prepareEmpty(): readonly unknown[] {
    return Array.from({ length: this.length }, () => this.element.prepareEmpty())
  }

  override toPlain(prepared: unknown): unknown {
    return (prepared as readonly unknown[]).map((element) => this.element.toPlain(element))
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const values = prepared as readonly unknown[]
    for (let i = 0; i < this.length; i++) this.element.init(heap, address + i * this.element.stride, values[i])
  }

  override release(heap: Heap, address: number): void {
    if (this.isPlain) return
    for (let i = 0; i < this.length; i++) this.element.release(heap, address + i * this.element.stride)
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(walk, (i) => this.element.toValue(memory, address + i * this.element.stride, walk))
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(walk, (i) => this.element.toJson(memory, address + i * this.element.stride, walk))
  }

  #map(walk: Walk, copy: (index: number) => unknown): unknown[] {
    walk.spend(this.length)
    return Array.from({ length: this.length }, (_, i) => copy(i))
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    if (address + this.byteLength > memory.byteLength) throw memory.fault(address + this.byteLength)
    for (let i = 0; i < this.length; i++) this.element.check(memory, address + i * this.element.stride, walk)
  }

  keyMembers(): readonly KeyMember[] {
    const { element, length } = this
    return Array.from({ length }, (_, i) => ({ layout: element, byteOffset: i * element.stride, name: i }))
  }

  split(value: unknown, path: ValuePath, depth: number): readonly unknown[] {
    const values = [...requireIterable(value, path, depth)]
    if (values.length === this.length) return values
    return refuseValue(path, depth, `${this.length} elements`, `${values.length} elements`)
  }
}

/** Checks that a value can be iterated and is no string. */
export function requireIterable(value: unknown, path: ValuePath, depth: number): Iterable<unknown> {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return value as Iterable<unknown>
  return refuseValue(path, depth, 'an array or another iterable, but not a string', value)
}

/** Checks and copies the elements of any iterable. */
export function prepareElements(element: Layout, value: unknown, path: ValuePath, depth: number): readonly unknown[] {
  const iterable = requireIterable(value, path, depth)
  requireDepth(path, depth)
  const prepared: unknown[] = []
  for (const item of iterable) {
    path[depth] = prepared.length
    prepared.push(element.prepare(item, path, depth + 1))
  }
  return prepared
}

/** A handle of an array; its public face is `FixedArray` in `array.ts`. */
export class ArrayHandle extends Sequence {
  declare readonly 'hotseg.layout': ArrayLayout

  override get length(): number {
    memoryOf(this)
    return this['hotseg.layout'].length
  }

  protected override placeAt(index: number): Position {
    const { block, serial, address, guard } = this['hotseg.at']
    const at = new Position(memoryOf(this), address + index * this['hotseg.layout'].element.stride, block, serial)
    at.guard = guard
    return at
  }

  /** Writes an element in place. */
  set(index: number, value: unknown): void {
    const memory = this.writableMemory()
    const { element, length } = this['hotseg.layout']
    const position = this.position(index, length)
    const prepared = element.prepare(value, [position], 1)
    memoryOf(this)
    replaceValues(memory, this['hotseg.at'].address + position * element.stride, [
      { layout: element, byteOffset: 0, prepared },
    ])
  }

  /** Writes all elements. */
  assign(values: unknown): void {
    const memory = this.writableMemory()
    const layout = this['hotseg.layout']
    const prepared = layout.prepare(values, [], 0)
    memoryOf(this)
    replaceValues(memory, this['hotseg.at'].address, [{ layout, byteOffset: 0, prepared }])
  }
}

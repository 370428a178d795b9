import { CorruptionError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import type { Measure } from './description.js'
import { Layout, refuseValue, requireDepth, type CheckWalk, type ValuePath, type Walk } from './layout.js'
import { quote } from './make-type.js'
import { Handle } from './sequence.js'
import { requireObject } from './struct-layout.js'
import { guardRead, memoryOf } from './view.js'
import { replaceValues } from './write.js'

/** One of the alternatives of a variant. */
export interface Alternative {
  readonly name: string
  readonly layout: Layout
}

interface Prepared {
  readonly tag: number
  readonly value: unknown
}

/**
 * Room for the largest alternative and, in the last byte, which one it is: its position in the list that the file has. Bytes
 * between the value and that one are zero.
 */
export class VariantLayout extends Layout {
  readonly kind = 'variant'
  readonly isPlain: boolean
  override readonly isDeep: boolean
  readonly #alternatives: readonly Alternative[]
  readonly #tags: ReadonlyMap<unknown, number>

  /** @param alternatives - in the order of the file, which has all of these and no other */
  constructor(measure: Measure, alternatives: readonly Alternative[]) {
    super(measure)
    this.isPlain = alternatives.every(({ layout }) => layout.isPlain)
    this.isDeep = alternatives.some(({ layout }) => layout.isDeep)
    this.#alternatives = alternatives
    this.#tags = new Map(alternatives.map(({ name }, tag) => [name, tag]))
  }

  /** Byte address of what says which alternative the variant at `address` is. */
  tagAddress(address: number): number {
    return address + this.byteLength - 1
  }

  /** Which alternative the variant at `address` is. @throws CorruptionError */
  alternativeAt(memory: Memory, address: number): Alternative {
    const tag = memory.u8[this.tagAddress(address)]
    if (tag === undefined) throw memory.fault(address)
    const found = this.#alternatives[tag]
    if (found !== undefined) return found
    throw new CorruptionError(
      `variant is damaged: alternative=${tag}, alternatives=${this.#alternatives.length}. Run verify.`,
      { offset: address },
    )
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    return new VariantHandle(this, memory, address, block, serial, isWritable)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): Prepared {
    const object = requireObject(value, path, depth)
    requireDepth(path, depth)
    const { kind } = object
    path[depth] = 'kind'
    const tag = this.#tags.get(kind) ?? this.#refuseKind(kind, path, depth + 1)
    path[depth] = 'value'
    return { tag, value: this.#alternatives[tag]!.layout.prepare(object['value'], path, depth + 1) }
  }

  #refuseKind(kind: unknown, path: ValuePath, depth: number): never {
    const names = this.#alternatives.slice(0, 10).map(({ name }) => quote(name))
    return refuseValue(path, depth, `one of ${names.join(', ')}${this.#alternatives.length > 10 ? ', …' : ''}`, kind)
  }

  override prepareEmpty(): Prepared {
    return { tag: 0, value: this.#alternatives[0]!.layout.prepareEmpty() }
  }

  override toPlain(prepared: unknown): unknown {
    const { tag, value } = prepared as Prepared
    const { name, layout } = this.#alternatives[tag]!
    return { kind: name, value: layout.toPlain(value) }
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const { tag, value } = prepared as Prepared
    // What a larger alternative has left.
    heap.memory.clear(address, this.byteLength)
    this.#alternatives[tag]!.layout.init(heap, address, value)
    heap.memory.setU8(this.tagAddress(address), tag)
    // Views of a value that was there are to look at the tag.
    heap.memory.bumpEpoch()
  }

  override release(heap: Heap, address: number): void {
    if (!this.isPlain) this.alternativeAt(heap.memory, address).layout.release(heap, address)
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown {
    const { name, layout } = this.alternativeAt(memory, address)
    walk.spend(1)
    return { kind: name, value: layout.toValue(memory, address, walk) }
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown {
    const { name, layout } = this.alternativeAt(memory, address)
    walk.spend(1)
    return { kind: name, value: layout.toJson(memory, address, walk) }
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    this.alternativeAt(memory, address).layout.check(memory, address, walk)
  }
}

/** A view of a variant; its public face is `VariantView` in `variant.ts`. */
export class VariantHandle extends Handle {
  declare readonly 'hotseg.layout': VariantLayout

  /** The name of the alternative that it is now. */
  get kind(): string {
    return this['hotseg.layout'].alternativeAt(memoryOf(this), this['hotseg.at'].address).name
  }

  /** The value, or a view of it. */
  get value(): unknown {
    const memory = memoryOf(this)
    const { address, block, serial, guard } = this['hotseg.at']
    const layout = this['hotseg.layout']
    const value = layout.alternativeAt(memory, address).layout.read(memory, address, block, serial, this.mayWrite)
    return guardRead(value, memory, address, layout.tagAddress(address), guard)
  }

  /** Writes another value in place. */
  assign(value: unknown): void {
    const memory = this.writableMemory()
    const layout = this['hotseg.layout']
    const prepared = layout.prepare(value, [], 0)
    // Preparing runs code of the user's.
    memoryOf(this)
    replaceValues(memory, this['hotseg.at'].address, [{ layout, byteOffset: 0, prepared }])
  }
}

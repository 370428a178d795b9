import { CorruptionError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import type { PartValue } from '../structures/key-policy.js'
import type { KeyLeaf } from './key-codec.js'
import { Layout, refuseValue, type CheckWalk, type ValuePath } from './layout.js'

/** A position in the list of names that the file has. */
export class EnumerationLayout extends Layout implements KeyLeaf {
  readonly kind = 'enumeration'
  readonly isPlain = true
  readonly partKind: 'u8' | 'u16'
  readonly #values: readonly string[]
  readonly #indexes: ReadonlyMap<unknown, number>

  /** @param values - the names in the order of the file */
  constructor(values: readonly string[]) {
    const isWide = values.length > 256
    super(isWide ? { byteLength: 2, alignment: 2 } : { byteLength: 1, alignment: 1 })
    this.partKind = isWide ? 'u16' : 'u8'
    this.#values = values
    this.#indexes = new Map(values.map((value, index) => [value, index]))
  }

  override read(memory: Memory, address: number): string {
    const index = this.byteLength === 1 ? memory.u8[address] : memory.u16[address / 2]
    const value = index === undefined ? undefined : this.#values[index]
    if (value !== undefined) return value
    if (index === undefined) throw memory.fault(address)
    throw new CorruptionError(`enumeration is damaged: index=${index}, values=${this.#values.length}. Run verify.`, {
      offset: address,
    })
  }

  override prepare(value: unknown, path: ValuePath, depth: number): number {
    return this.#indexes.get(value) ?? this.#refuse(value, path, depth)
  }

  override prepareEmpty(): number {
    return 0
  }

  #refuse(value: unknown, path: ValuePath, depth: number): never {
    const shown = this.#values.slice(0, 10).map((name) => JSON.stringify(name))
    return refuseValue(path, depth, `one of ${shown.join(', ')}${this.#values.length > 10 ? ', …' : ''}`, value)
  }

  override toPlain(prepared: unknown): unknown {
    return this.#values[prepared as number]
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    if (this.byteLength === 1) heap.memory.setU8(address, prepared as number)
    else heap.memory.setU16(address, prepared as number)
  }

  override toValue(memory: Memory, address: number): string {
    return this.read(memory, address)
  }

  override check(memory: Memory, address: number, _walk: CheckWalk): void {
    this.read(memory, address)
  }

  toPart(prepared: unknown): PartValue {
    return prepared as number
  }

  lookup(value: unknown, path: ValuePath, depth: number): PartValue | undefined {
    return typeof value === 'string' ? this.#indexes.get(value) : this.#refuse(value, path, depth)
  }

  nearest(value: unknown, path: ValuePath, depth: number): { part: PartValue; side: 0 } {
    return { part: this.prepare(value, path, depth), side: 0 }
  }
}

import type { Heap } from '../heap/heap.js'
import type { Memory } from '../memory/memory.js'
import { SIMPLE } from './description.js'
import { Layout, refuseValue, type ValuePath } from './layout.js'
import type { KeyLeaf } from './key-codec.js'
import type { PartKind, PartValue } from '../structures/key-policy.js'
import type { ScalarKind } from './type.js'

type Load = (memory: Memory, address: number) => number | bigint | undefined
type Store = (memory: Memory, address: number, value: number | bigint) => void

/** What is particular to each kind of scalar. */
interface ScalarKindData {
  readonly load: Load
  readonly store: Store
  /** Least and greatest value; absent for floating point. */
  readonly min?: number | bigint
  readonly max?: number | bigint
}

const store8: Store = (m, a, v) => m.setU8(a, v as number)
const store16: Store = (m, a, v) => m.setU16(a, v as number)
const store32: Store = (m, a, v) => m.setU32(a, v as number)
const store64: Store = (m, a, v) => m.setU64(a, BigInt.asUintN(64, v as bigint))

const DATA: Readonly<Record<ScalarKind, ScalarKindData>> = {
  bool: { load: (m, a) => m.u8[a], store: store8, min: 0, max: 1 },
  u8: { load: (m, a) => m.u8[a], store: store8, min: 0, max: 0xff },
  i8: { load: (m, a) => m.i8[a], store: store8, min: -0x80, max: 0x7f },
  u16: { load: (m, a) => m.u16[a / 2], store: store16, min: 0, max: 0xffff },
  i16: { load: (m, a) => m.i16[a / 2], store: store16, min: -0x8000, max: 0x7fff },
  u32: { load: (m, a) => m.u32[a / 4], store: store32, min: 0, max: 0xffffffff },
  i32: { load: (m, a) => m.i32[a / 4], store: store32, min: -0x80000000, max: 0x7fffffff },
  f32: { load: (m, a) => m.f32[a / 4], store: (m, a, v) => m.setF32(a, v as number) },
  f64: { load: (m, a) => m.f64[a / 8], store: (m, a, v) => m.setF64(a, v as number) },
  u64: { load: (m, a) => m.u64[a / 8], store: store64, min: 0n, max: 2n ** 64n - 1n },
  i64: { load: (m, a) => m.i64[a / 8], store: store64, min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

/** Booleans, numbers and bigints, in place. */
export class ScalarLayout extends Layout implements KeyLeaf {
  readonly kind: ScalarKind
  readonly isPlain = true
  readonly partKind: PartKind
  /** Least and greatest value as a key; absent for floating point. */
  readonly min: number | bigint | undefined
  readonly max: number | bigint | undefined
  readonly #load: Load
  readonly #store: Store
  readonly #jsType: 'boolean' | 'number' | 'bigint'

  /** @param kind - which scalar */
  constructor(kind: ScalarKind) {
    super(SIMPLE[kind])
    this.kind = kind
    this.partKind = kind === 'bool' ? 'u8' : kind
    const data = DATA[kind]
    this.#load = data.load
    this.#store = data.store
    this.min = data.min
    this.max = data.max
    this.#jsType = kind === 'bool' ? 'boolean' : kind === 'u64' || kind === 'i64' ? 'bigint' : 'number'
  }

  override read(memory: Memory, address: number): unknown {
    const value = this.#load(memory, address)
    if (value === undefined) throw memory.fault(address)
    return this.kind === 'bool' ? value !== 0 : value
  }

  override prepare(value: unknown, path: ValuePath, depth: number): number | bigint {
    const { kind } = this
    if (typeof value === this.#jsType) {
      if (kind === 'bool') return value === true ? 1 : 0
      if (this.#isInRange(value as number | bigint))
        return kind === 'f32' ? Math.fround(value as number) : (value as number)
    }
    return refuseValue(path, depth, this.#expected(), value)
  }

  override prepareEmpty(): number | bigint {
    return this.#jsType === 'bigint' ? 0n : 0
  }

  #isInRange(value: number | bigint): boolean {
    const { min, max } = this
    if (min === undefined || max === undefined) return true
    return value >= min && value <= max && (typeof value === 'bigint' || Number.isInteger(value))
  }

  #expected(): string {
    const { kind } = this
    if (kind === 'bool') return 'true or false'
    if (kind === 'f32' || kind === 'f64') return 'a number'
    const what = this.#jsType === 'bigint' ? 'bigint' : 'integer'
    return `${kind}, a${what === 'integer' ? 'n' : ''} ${what} from ${String(this.min)} to ${String(this.max)}`
  }

  override toPlain(prepared: unknown): unknown {
    return this.kind === 'bool' ? prepared !== 0 : prepared
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    this.#store(heap.memory, address, prepared as number | bigint)
  }

  override toValue(memory: Memory, address: number): unknown {
    return this.read(memory, address)
  }

  override toJson(memory: Memory, address: number): unknown {
    const value = this.read(memory, address)
    return typeof value === 'bigint' ? value.toString() : value
  }

  toPart(prepared: unknown): PartValue {
    // -0 becomes 0.
    return prepared === 0 ? 0 : (prepared as PartValue)
  }

  lookup(value: unknown, path: ValuePath, depth: number): PartValue | undefined {
    if (typeof value !== this.#jsType) return refuseValue(path, depth, this.#expected(), value)
    if (this.kind === 'bool') return value === true ? 1 : 0
    if (!this.#isInRange(value as number | bigint)) return undefined
    return this.toPart(this.kind === 'f32' ? Math.fround(value as number) : value)
  }

  nearest(value: unknown, path: ValuePath, depth: number): { part: PartValue; side: -1 | 0 | 1 } {
    const exact = this.lookup(value, path, depth)
    if (exact !== undefined) return { part: exact, side: 0 }
    const { min, max } = this
    if (min === undefined || max === undefined) return { part: 0, side: 0 }
    const given = value as number | bigint
    if (given < min) return { part: min, side: -1 }
    // NaN comes after all numbers.
    if (!(given <= max)) return { part: max, side: 1 }
    return { part: Math.floor(given as number), side: 1 }
  }
}

import { UniqueLayout } from '../../containers/unique-layout.js'
import { GRANULE_BYTES, type Memory } from '../../memory/memory.js'
import { mix, step, stepBytes, stepDouble, stepLong, stepText } from '../../structures/hash.js'
import type { Layout } from '../../types/layout.js'
import { PointerLayout } from '../../types/pointer-layout.js'
import { StructLayout } from '../../types/struct-layout.js'
import { VariantLayout } from '../../types/variant-layout.js'
import { presentAt, type Comparison } from './comparison.js'
import { isContainer, sidesOf, type Side } from './sides.js'

const NOTHING = 1
const NOT_A_NUMBER = 2
const POINTER = 3

/** Hashes values so that those which a {@link Comparison} finds equal have equal hashes, whichever segment they are in. */
export class ValueHash {
  readonly #comparison: Comparison
  readonly #memory: Memory
  readonly #names = new Map<string, number>()

  /** @param comparison - whose bounds hold here, too; @param memory - what the values are in */
  constructor(comparison: Comparison, memory: Memory) {
    this.#comparison = comparison
    this.#memory = memory
  }

  /** 32 bits for the value at an address. */
  of(layout: Layout, address: number): number {
    const memory = this.#memory
    const found = presentAt(layout, memory, address)
    if (found === undefined) return NOTHING
    if (found instanceof StructLayout) return this.#ofFields(found, address)
    if (found instanceof VariantLayout) {
      const { name, layout: inner } = found.alternativeAt(memory, address)
      return mix(this.#nameHash(name) + this.of(inner, address))
    }
    if (found instanceof UniqueLayout) {
      return this.#comparison.inside(() => this.of(found.target, memory.word(address) * GRANULE_BYTES))
    }
    if (found instanceof PointerLayout) return POINTER
    if (isContainer(found)) {
      const place = { layout: found, memory, address }
      const sides = sidesOf(place, place)
      return sides === undefined ? NOTHING : this.#comparison.inside(() => this.#ofElements(sides[0], found))
    }
    return ofPlain(found.read(memory, address, 0, 0, false))
  }

  // A sum, so that neither the order of fields nor a field without a value makes a difference.
  #ofFields({ fields }: StructLayout, address: number): number {
    let sum = 0
    for (const { name, layout, byteOffset } of fields) {
      const hash = this.of(layout, address + byteOffset!)
      if (hash !== NOTHING) sum = (sum + mix(this.#nameHash(name) ^ hash)) | 0
    }
    return mix(sum)
  }

  #ofElements(side: Side, { kind }: Layout): number {
    let sum = 0
    if (side.form === 'sequence') {
      const next = side.addresses()
      for (let address = next(); address >= 0; address = next()) {
        this.#comparison.step()
        sum = step(sum, this.of(side.element, address))
      }
      return mix(sum)
    }
    const value = side.form === 'rows' ? side.row : side.value
    const cursor = side.structure.cursor(side.header)
    for (let node = cursor.next(); node !== 0; node = cursor.next()) {
      this.#comparison.step()
      // Of a row all is hashed: by which index it is found depends on what the other segment has.
      const isRow = side.form === 'rows' || kind === 'multiIndex'
      const key = isRow ? 0 : side.codec.policy.hash(side.codec.policy.decode(this.#memory, node))
      const own = value === undefined ? 0 : this.of(value, node * GRANULE_BYTES)
      sum = (sum + mix(key ^ Math.imul(own, 0x9e3779b1))) | 0
    }
    return mix(sum)
  }

  #nameHash(name: string): number {
    let hash = this.#names.get(name)
    if (hash === undefined) {
      hash = mix(stepText(0, name))
      this.#names.set(name, hash)
    }
    return hash
  }
}

function ofPlain(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return value === value ? mix(stepDouble(0, value)) : NOT_A_NUMBER
    case 'bigint':
      return mix(stepLong(1, BigInt.asUintN(64, value)))
    case 'boolean':
      return value ? 5 : 4
    case 'string':
      return mix(stepText(2, value))
    default:
      return value instanceof Uint8Array ? mix(stepBytes(3, value)) : NOTHING
  }
}

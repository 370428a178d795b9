import { UniqueLayout } from '../../containers/unique-layout.js'
import { CorruptionError } from '../../errors/errors.js'
import { GRANULE_BYTES, type Memory } from '../../memory/memory.js'
import type { Layout } from '../../types/layout.js'
import { OptionalLayout } from '../../types/optional-layout.js'
import { PointerLayout } from '../../types/pointer-layout.js'
import { StructLayout } from '../../types/struct-layout.js'
import { VariantLayout } from '../../types/variant-layout.js'
import { differencesOf } from './differences.js'
import { isContainer, sidesOf } from './sides.js'

/** Values nested deeper than this cannot be written. */
const DEPTH_MOST = 1000

/**
 * Compares values of two segments where they lie. Structs are compared by the names of their fields; one that is missing is
 * equal to one that has no value. Numbers are equal as for `Object.is`, whatever their types. A pointer is compared by what it
 * leads to, but pointers in there only by whether they lead anywhere: so no circle and no chain is followed.
 *
 * What it may look at is bounded, for segments that are damaged.
 */
export class Comparison {
  readonly before: Memory
  readonly after: Memory
  readonly #most: number
  #left: number
  #depth = 0
  #isBehindPointer = false

  /** @param before - of the older segment; @param after - of the newer one */
  constructor(before: Memory, after: Memory) {
    this.before = before
    this.after = after
    this.#most = 4 * (before.byteLength + after.byteLength) + 1024
    this.#left = this.#most
  }

  /** Called for each element that is looked at. @throws CorruptionError when there are more than there can be */
  step(): void {
    if (this.#depth === 0) this.#left = this.#most
    if (--this.#left < 0) {
      throw new CorruptionError('segment is damaged: its containers hold themselves. Run verify.')
    }
  }

  /** Whether the values at two byte addresses are equal. @throws CorruptionError */
  isSame(a: Layout, aAt: number, b: Layout, bAt: number): boolean {
    const own = presentAt(a, this.before, aAt)
    const other = presentAt(b, this.after, bAt)
    if (own === undefined || other === undefined) return own === other
    if (own instanceof StructLayout) return other instanceof StructLayout && this.#areSameFields(own, aAt, other, bAt)
    if (own instanceof VariantLayout) return other instanceof VariantLayout && this.#areSameKinds(own, aAt, other, bAt)
    if (own instanceof UniqueLayout) {
      if (!(other instanceof UniqueLayout)) return false
      const [from, to] = [this.before.word(aAt), this.after.word(bAt)]
      return this.inside(() => this.isSame(own.target, from * GRANULE_BYTES, other.target, to * GRANULE_BYTES))
    }
    if (own instanceof PointerLayout)
      return other instanceof PointerLayout && this.#areSameTargets(own, aAt, other, bAt)
    if (isContainer(own)) return isContainer(other) && this.#areSameElements(own, aAt, other, bAt)
    if (own.kind === 'string' || own.kind === 'bytes') {
      if (other.kind === own.kind) return this.#areSameBlobs(this.before.word(aAt), this.after.word(bAt), own.kind)
    } else if (other.kind === 'bytes' || isContainer(other)) return false
    return Object.is(own.read(this.before, aAt, 0, 0, false), other.read(this.after, bAt, 0, 0, false))
  }

  #areSameFields(a: StructLayout, aAt: number, b: StructLayout, bAt: number): boolean {
    for (const { name, layout, byteOffset } of a.fields) {
      const other = a === b ? layout : b.field(name)?.layout
      const place = a === b ? byteOffset : b.field(name)?.byteOffset
      const isSame =
        other === undefined
          ? presentAt(layout, this.before, aAt + byteOffset!) === undefined
          : this.isSame(layout, aAt + byteOffset!, other, bAt + place!)
      if (!isSame) return false
    }
    if (a === b) return true
    return b.fields.every(
      ({ name, layout, byteOffset }) =>
        a.field(name) !== undefined || presentAt(layout, this.after, bAt + byteOffset!) === undefined,
    )
  }

  #areSameKinds(a: VariantLayout, aAt: number, b: VariantLayout, bAt: number): boolean {
    const [own, other] = [a.alternativeAt(this.before, aAt), b.alternativeAt(this.after, bAt)]
    return own.name === other.name && this.isSame(own.layout, aAt, other.layout, bAt)
  }

  #areSameTargets(a: PointerLayout, aAt: number, b: PointerLayout, bAt: number): boolean {
    if (this.#isBehindPointer) return true
    const [from, to] = [a.targetOf(this.before, aAt), b.targetOf(this.after, bAt)]
    this.#isBehindPointer = true
    try {
      return this.inside(() => this.isSame(a.target, from * GRANULE_BYTES, b.target, to * GRANULE_BYTES))
    } finally {
      this.#isBehindPointer = false
    }
  }

  #areSameElements(a: Layout, aAt: number, b: Layout, bAt: number): boolean {
    const sides = sidesOf(
      { layout: a, memory: this.before, address: aAt },
      { layout: b, memory: this.after, address: bAt },
    )
    return sides !== undefined && this.inside(() => differencesOf(this, ...sides).next().done === true)
  }

  /** Looks at what a value holds, one step deeper. @throws CorruptionError when it is too deep */
  inside<T>(look: () => T): T {
    if (this.#depth === DEPTH_MOST) {
      throw new CorruptionError(`value is nested more than ${DEPTH_MOST} deep, so it is not compared.`)
    }
    this.#depth++
    try {
      this.step()
      return look()
    } finally {
      this.#depth--
    }
  }

  // Word by word, the first of which holds the length; equal texts are equal bytes, and what fills the last word is zero.
  #areSameBlobs(a: number, b: number, kind: 'string' | 'bytes'): boolean {
    if (a === 0 || b === 0) return a === b
    const { before, after } = this
    const head = before.word(a * GRANULE_BYTES)
    if (after.word(b * GRANULE_BYTES) !== head) return false
    const byteLength = kind === 'bytes' ? head : (head >>> 1) * ((head & 1) + 1)
    const words = Math.ceil(byteLength / 4)
    const [start, other] = [a * 2 + 1, b * 2 + 1]
    if (start + words > before.u32.length) throw before.fault(a * GRANULE_BYTES)
    if (other + words > after.u32.length) throw after.fault(b * GRANULE_BYTES)
    for (let i = 0; i < words; i++) if (before.u32[start + i] !== after.u32[other + i]) return false
    return true
  }
}

/** The layout of the value that is at an address, `undefined` when nothing is: an optional without one, or a pointer to nothing. */
export function presentAt(layout: Layout, memory: Memory, address: number): Layout | undefined {
  let found = layout
  while (found instanceof OptionalLayout) {
    if (!found.isThere(memory, address)) return undefined
    found = found.value
  }
  const isNothing =
    (found instanceof PointerLayout && found.targetOf(memory, address) === 0) ||
    (found instanceof UniqueLayout && memory.word(address) === 0)
  return isNothing ? undefined : found
}

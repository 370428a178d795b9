import { GRANULE_BYTES, type Memory } from '../../memory/memory.js'
import { Walk, type Layout } from '../../types/layout.js'
import type { Comparison } from './comparison.js'
import { fieldChanges, type FieldChange } from './field-changes.js'
import { differencesOfRows } from './row-differences.js'
import type { KeyedSide, SequenceSide, Side } from './sides.js'

/** An element that is not the same on both sides. What it was and is, is copied when it is asked for. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly key: () => unknown
  readonly before: () => unknown
  readonly after: () => unknown
  /** The fields that differ, when both are structs. */
  readonly fields: () => FieldChange[] | undefined
}

export const nothing = (): undefined => undefined

/** A copy of the value at an address, to be made later. */
export function copyLater(layout: Layout, memory: Memory, address: number): () => unknown {
  return () => layout.toValue(memory, address, new Walk(memory))
}

/** Finds the elements that differ, one after the other: those removed and changed, then those added. */
export function differencesOf(comparison: Comparison, a: Side, b: Side): Generator<Difference, void> {
  if (a.form === 'sequence' && b.form === 'sequence') return ofSequences(comparison, a, b)
  if (a.form === 'rows' && b.form === 'rows') return differencesOfRows(comparison, a, b)
  return a.form === 'unique'
    ? ofUnique(comparison, a, b as KeyedSide)
    : ofMulti(comparison, a as KeyedSide, b as KeyedSide)
}

function* ofSequences(comparison: Comparison, a: SequenceSide, b: SequenceSide): Generator<Difference, void> {
  const { before, after } = comparison
  const [nextBefore, nextAfter] = [a.addresses(), b.addresses()]
  for (let index = 0; ; index++) {
    const [from, to] = [nextBefore(), nextAfter()]
    if (from < 0 && to < 0) return
    comparison.step()
    const key = (): number => index
    if (to < 0) yield removed(key, copyLater(a.element, before, from))
    else if (from < 0) yield added(key, copyLater(b.element, after, to))
    else if (!comparison.isSame(a.element, from, b.element, to))
      yield changed(comparison, key, a.element, from, b.element, to)
  }
}

function* ofUnique(comparison: Comparison, a: KeyedSide, b: KeyedSide): Generator<Difference, void> {
  const { before, after } = comparison
  let met = 0
  const cursor = a.structure.cursor(a.header)
  for (let node = cursor.next(); node !== 0; node = cursor.next()) {
    comparison.step()
    const other = b.structure.find(b.header, a.codec.policy.decode(before, node))
    if (other === 0) {
      yield removed(keyLater(a, before, node), valueLater(a, before, node))
      continue
    }
    met++
    if (a.value === undefined || b.value === undefined) continue
    const [from, to] = [node * GRANULE_BYTES, other * GRANULE_BYTES]
    if (!comparison.isSame(a.value, from, b.value, to))
      yield changed(comparison, keyLater(b, after, other), a.value, from, b.value, to)
  }
  // What was met is all there is.
  if (met === b.structure.size(b.header)) return
  const rest = b.structure.cursor(b.header)
  for (let node = rest.next(); node !== 0; node = rest.next()) {
    comparison.step()
    if (a.structure.find(a.header, b.codec.policy.decode(after, node)) !== 0) continue
    yield added(keyLater(b, after, node), valueLater(b, after, node))
  }
}

// One difference a key: in a map its values, in the order of their insertion; in a set their number.
function* ofMulti(comparison: Comparison, a: KeyedSide, b: KeyedSide): Generator<Difference, void> {
  const { before, after } = comparison
  let met = 0
  const cursor = a.structure.cursor(a.header)
  for (let node = cursor.next(); node !== 0; node = cursor.next()) {
    comparison.step()
    const key = a.codec.policy.decode(before, node)
    if (a.structure.find(a.header, key) !== node) continue
    const first = b.structure.find(b.header, key)
    const own = groupLater(a, before, node)
    if (first === 0) {
      yield removed(keyLater(a, before, node), own)
      continue
    }
    let isSame = true
    const [ownNodes, otherNodes] = [a.structure.equal(a.header, key), b.structure.equal(b.header, key)]
    for (;;) {
      const [from, to] = [ownNodes.next(), otherNodes.next()]
      if (from === 0 && to === 0) break
      comparison.step()
      if (to !== 0) met++
      isSame &&= from !== 0 && to !== 0 && isSameValue(comparison, a, from, b, to)
    }
    if (isSame) continue
    const other = groupLater(b, after, first)
    yield { kind: 'changed', key: keyLater(b, after, first), before: own, after: other, fields: nothing }
  }
  if (met === b.structure.size(b.header)) return
  const rest = b.structure.cursor(b.header)
  for (let node = rest.next(); node !== 0; node = rest.next()) {
    comparison.step()
    const key = b.codec.policy.decode(after, node)
    if (b.structure.find(b.header, key) !== node || a.structure.find(a.header, key) !== 0) continue
    yield added(keyLater(b, after, node), groupLater(b, after, node))
  }
}

function isSameValue(comparison: Comparison, a: KeyedSide, from: number, b: KeyedSide, to: number): boolean {
  if (a.value === undefined || b.value === undefined) return true
  return comparison.isSame(a.value, from * GRANULE_BYTES, b.value, to * GRANULE_BYTES)
}

function keyLater({ codec }: KeyedSide, memory: Memory, node: number): () => unknown {
  return () => codec.valueAt(memory, node)
}

function valueLater({ value }: KeyedSide, memory: Memory, node: number): () => unknown {
  return value === undefined ? nothing : copyLater(value, memory, node * GRANULE_BYTES)
}

function groupLater({ structure, header, codec, value }: KeyedSide, memory: Memory, node: number): () => unknown {
  return () => {
    const copies: unknown[] = []
    const cursor = structure.equal(header, codec.policy.decode(memory, node))
    let count = 0
    for (let each = cursor.next(); each !== 0; each = cursor.next(), count++) {
      if (value !== undefined) copies.push(value.toValue(memory, each * GRANULE_BYTES, new Walk(memory)))
    }
    return value === undefined ? count : copies
  }
}

/** An element that only the newer side has. */
export function added(key: () => unknown, after: () => unknown): Difference {
  return { kind: 'added', key, before: nothing, after, fields: nothing }
}

/** An element that only the older side has. */
export function removed(key: () => unknown, before: () => unknown): Difference {
  return { kind: 'removed', key, before, after: nothing, fields: nothing }
}

/** A value that both sides have, and that differs. */
export function changed(
  comparison: Comparison,
  key: () => unknown,
  a: Layout,
  from: number,
  b: Layout,
  to: number,
): Difference {
  return {
    kind: 'changed',
    key,
    before: copyLater(a, comparison.before, from),
    after: copyLater(b, comparison.after, to),
    fields: () => fieldChanges(comparison, a, from, b, to),
  }
}

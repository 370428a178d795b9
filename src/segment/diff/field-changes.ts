import type { Memory } from '../../memory/memory.js'
import { Walk } from '../../types/layout.js'
import type { Layout } from '../../types/layout.js'
import { StructLayout } from '../../types/struct-layout.js'
import { presentAt, type Comparison } from './comparison.js'

/** A field that differs. */
export interface FieldChange {
  /** The way to it, as indexes name it: `at.lat`. */
  readonly path: string
  /** What it was; `undefined` also when there was no such field. */
  readonly before: unknown
  readonly after: unknown
}

/** The fields in which two values differ, when both are structs; fields of nested structs one by one. */
export function fieldChanges(
  comparison: Comparison,
  a: Layout,
  aAt: number,
  b: Layout,
  bAt: number,
): FieldChange[] | undefined {
  const own = presentAt(a, comparison.before, aAt)
  const other = presentAt(b, comparison.after, bAt)
  if (!(own instanceof StructLayout) || !(other instanceof StructLayout)) return undefined
  const changes: FieldChange[] = []
  collect(comparison, own, aAt, other, bAt, '', changes)
  return changes
}

function collect(
  comparison: Comparison,
  a: StructLayout,
  aAt: number,
  b: StructLayout,
  bAt: number,
  prefix: string,
  changes: FieldChange[],
): void {
  const names = new Set([...a.fields, ...b.fields].map(({ name }) => name))
  for (const name of names) {
    const path = prefix + name
    const [own, other] = [a.field(name), b.field(name)]
    const [from, to] = [aAt + (own?.byteOffset ?? 0), bAt + (other?.byteOffset ?? 0)]
    if (own !== undefined && other !== undefined) {
      if (comparison.isSame(own.layout, from, other.layout, to)) continue
      const ownStruct = presentAt(own.layout, comparison.before, from)
      const otherStruct = presentAt(other.layout, comparison.after, to)
      if (ownStruct instanceof StructLayout && otherStruct instanceof StructLayout) {
        collect(comparison, ownStruct, from, otherStruct, to, `${path}.`, changes)
        continue
      }
    }
    const before = own === undefined ? undefined : copy(own.layout, comparison.before, from)
    const after = other === undefined ? undefined : copy(other.layout, comparison.after, to)
    if (before !== undefined || after !== undefined) changes.push({ path, before, after })
  }
}

const copy = (layout: Layout, memory: Memory, address: number): unknown =>
  layout.toValue(memory, address, new Walk(memory))

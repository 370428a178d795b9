import { InvalidOptionError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { CheckWalk, Layout, ValuePath } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import type { Replacement } from '../types/write.js'

/** What a function derives from a row: a computed key, or whether the row is in a partial index. */
export interface DerivedValue {
  readonly name: string
  readonly layout: Layout
  /** From the start of the row block. */
  readonly byteOffset: number
  /** `undefined` where the table is only read. */
  readonly compute: ((row: never) => unknown) | undefined
}

/** What is derived from the rows of a table and kept behind each; in a prepared row it stands behind the fields. */
export class Derived {
  readonly values: readonly DerivedValue[]
  readonly #missing: DerivedValue | undefined

  constructor(values: readonly DerivedValue[]) {
    this.values = values
    this.#missing = values.find(({ compute }) => compute === undefined)
  }

  /** Refuses to change a table whose functions are not all known. @throws InvalidOptionError */
  requireFunctions(): void {
    if (this.#missing === undefined) return
    const { name } = this.#missing
    throw new InvalidOptionError(
      `table cannot be changed without its functions: missing=${quote(name)}. Pass them to computed and predicate.`,
      { expected: name },
    )
  }

  /**
   * Calls the functions and checks what they give.
   *
   * @param rowOf - a copy of the row, a new one for each function: what one does to it no other sees
   * @throws InvalidValueError when a function gives a value of another type, and whatever a function throws
   */
  derive(rowOf: () => unknown, path: ValuePath, depth: number): unknown[] {
    this.requireFunctions()
    return this.values.map(({ name, layout, compute }) => {
      const value = compute!(rowOf() as never)
      path[depth] = name
      return layout.prepare(value, path, depth + 1)
    })
  }

  /** Writes what `derive` gave to a new row block. @throws OutOfSpaceError */
  init(heap: Heap, row: number, derived: readonly unknown[]): void {
    this.values.forEach(({ layout, byteOffset }, i) => {
      layout.init(heap, row * GRANULE_BYTES + byteOffset, derived[i])
    })
  }

  /** What puts what `derive` gave in place of what a row had. */
  replacements(derived: readonly unknown[]): Replacement[] {
    return this.values.map(({ layout, byteOffset }, i) => ({ layout, byteOffset, prepared: derived[i] }))
  }

  /** Frees what the derived values of a row own. */
  release(heap: Heap, row: number): void {
    for (const { layout, byteOffset } of this.values) layout.release(heap, row * GRANULE_BYTES + byteOffset)
  }

  /** Checks the derived values of a row, as values; not what a function would give. @throws CorruptionError */
  check(memory: Memory, row: number, walk: CheckWalk): void {
    for (const { layout, byteOffset } of this.values) walk.visit(layout, memory, row * GRANULE_BYTES + byteOffset)
  }
}

import type { Key } from '../structures/key-policy.js'
import type { KeyedStructure } from '../structures/structure.js'
import type { KeyCodec } from '../types/key-codec.js'
import { EntryIterator } from './entry-iterator.js'
import type { LazyRange } from './range.js'

/** What the handle of a container or index lends, so that the elements of one key are found. */
export interface KeyedAccess {
  readonly structure: KeyedStructure
  readonly codec: KeyCodec
  /** Offset of the structure's header block, looked up anew each time. @throws ClosedError, StaleViewError */
  header(): number
  /** What is given out for an element. */
  entry(offset: number): unknown
}

/** Offsets of all elements that have a key, the oldest first. */
export function elementsOf({ structure }: KeyedAccess, header: number, key: Key | undefined): number[] {
  const offsets: number[] = []
  if (key === undefined) return offsets
  const cursor = structure.equal(header, key)
  for (let offset = cursor.next(); offset !== 0; offset = cursor.next()) offsets.push(offset)
  return offsets
}

/** The elements of one key, looked up anew by each iteration. */
export class EqualElements implements LazyRange<unknown> {
  readonly #access: KeyedAccess
  readonly #key: Key | undefined

  /** @param key - as a user gives it @throws InvalidValueError when it is of a wrong type */
  constructor(access: KeyedAccess, key: unknown) {
    this.#access = access
    this.#key = access.codec.toKey(key)
    access.header()
  }

  [Symbol.iterator](): EntryIterator {
    const access = this.#access
    const { structure } = access
    const header = access.header()
    return new EntryIterator(
      structure,
      () => access.header(),
      this.#key === undefined ? NOTHING : structure.equal(header, this.#key),
      (offset) => access.entry(offset),
    )
  }

  toArray(): unknown[] {
    return [...this]
  }
}

const NOTHING = { next: () => 0 }

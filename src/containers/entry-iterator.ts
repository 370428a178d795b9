import { StaleViewError } from '../errors/errors.js'
import type { Cursor, Structure } from '../structures/structure.js'

/** Goes through the elements of a structure, and stops with an error when it changes on the way. */
export class EntryIterator implements IterableIterator<unknown, undefined> {
  readonly #structure: Structure
  readonly #header: number
  readonly #cursor: Cursor
  readonly #read: (offset: number) => unknown
  readonly #changes: number

  /** @param read - makes of an element's offset what is given out */
  constructor(structure: Structure, header: number, cursor: Cursor, read: (offset: number) => unknown) {
    this.#structure = structure
    this.#header = header
    this.#cursor = cursor
    this.#read = read
    this.#changes = structure.changes(header)
  }

  /** The next element. @throws StaleViewError, ClosedError */
  next(): IteratorResult<unknown, undefined> {
    if (this.#structure.changes(this.#header) !== this.#changes) {
      throw new StaleViewError('container was changed while it was iterated. Collect what is to be changed first.')
    }
    const offset = this.#cursor.next()
    if (offset === 0) return { done: true, value: undefined }
    return { done: false, value: this.#read(offset) }
  }

  [Symbol.iterator](): this {
    return this
  }
}

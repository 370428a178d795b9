import { StaleViewError } from '../errors/errors.js'
import type { Memory } from '../memory/memory.js'
import type { Cursor, Structure } from '../structures/structure.js'
import { serialAt } from '../types/view.js'

/** Goes through the elements of a structure, and stops with an error when it changes on the way. */
export class EntryIterator implements IterableIterator<unknown, undefined> {
  readonly #structure: Structure
  readonly #memory: Memory
  readonly #headerOf: () => number
  readonly #header: number
  readonly #serial: number
  readonly #cursor: Cursor
  readonly #read: (offset: number) => unknown
  readonly #changes: number
  #epoch: number

  /**
   * @param headerOf - finds the structure's header block, or throws when its owner is gone
   * @param cursor - made after `headerOf` was called
   * @param read - makes of an element's offset what is given out
   */
  constructor(structure: Structure, headerOf: () => number, cursor: Cursor, read: (offset: number) => unknown) {
    this.#structure = structure
    this.#memory = structure.memory
    this.#headerOf = headerOf
    this.#header = headerOf()
    this.#serial = this.#serialNow()
    this.#cursor = cursor
    this.#read = read
    this.#changes = structure.changes(this.#header)
    this.#epoch = this.#memory.epoch
  }

  /** The next element. @throws StaleViewError, ClosedError */
  next(): IteratorResult<unknown, undefined> {
    if (this.#epoch !== this.#memory.epoch) this.#revalidate()
    if (this.#structure.changes(this.#header) !== this.#changes) refuse()
    const offset = this.#cursor.next()
    if (offset === 0) return { done: true, value: undefined }
    return { done: false, value: this.#read(offset) }
  }

  /** Something was freed: perhaps this container, and perhaps another one stands in its place. */
  #revalidate(): void {
    if (this.#headerOf() !== this.#header || this.#serialNow() !== this.#serial) refuse()
    this.#epoch = this.#memory.epoch
  }

  #serialNow(): number {
    return this.#header === 0 ? 0 : serialAt(this.#memory, this.#header)
  }

  [Symbol.iterator](): this {
    return this
  }
}

function refuse(): never {
  throw new StaleViewError('container was changed while it was iterated. Collect what is to be changed first.')
}

import type { Memory } from '../memory/memory.js'
import { CheckWalk, Walk, type Layout } from './layout.js'
import { lookedAt, requirePosition } from './positions.js'
import type { Type } from './type.js'
import { endView, putView } from './lent-view.js'
import { guard, memoryOf, View, type Position } from './view.js'
import { refuseWrite } from './write.js'

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** What handles of containers and arrays have in common. */
export abstract class Handle extends View {
  declare readonly 'hotseg.layout': Layout
  /** Whether it may write; a handle in a row may not, even where the segment is writable. */
  readonly #isWritable: boolean

  constructor(layout: Layout, memory: Memory, address: number, block: number, serial: number, isWritable: boolean) {
    super(memory, address, block, serial)
    this['hotseg.layout'] = layout
    this.#isWritable = isWritable
  }

  /** Whether what is read through the handle may be written. */
  protected get mayWrite(): boolean {
    return this.#isWritable
  }

  /** The memory, to be written. @throws ClosedError, StaleViewError, ReadOnlyError */
  protected writableMemory(): Memory {
    const memory = memoryOf(this)
    if (!this.#isWritable || !memory.writable) refuseWrite(memory)
    return memory
  }

  /** A copy of everything, free of the segment. */
  toObject(): unknown {
    const memory = memoryOf(this)
    return this['hotseg.layout'].toValue(memory, this['hotseg.at'].address, new Walk(memory))
  }

  /** Everything for JSON. */
  toJSON(): unknown {
    const memory = memoryOf(this)
    return this['hotseg.layout'].toJson(memory, this['hotseg.at'].address, new Walk(memory))
  }

  /** Checks everything. @throws CorruptionError */
  checkInvariants(): void {
    const walk = new CheckWalk()
    walk.later(this['hotseg.layout'], memoryOf(this), this['hotseg.at'].address)
    walk.run()
  }

  /** What `console.log` shows. */
  [INSPECT](): unknown {
    return this.toObject()
  }
}

/** The layout of elements by position. */
export interface SequenceLayout extends Layout {
  readonly element: Layout
}

/** Elements by position: what vectors and arrays have in common. */
export abstract class Sequence extends Handle {
  declare readonly 'hotseg.layout': SequenceLayout

  /** The number of elements. */
  abstract get length(): number

  /** The type of the elements. */
  get elementType(): Type {
    return (this['hotseg.layout'].type as unknown as { element: Type }).element
  }

  /** Where the element at a position stands that is within the sequence. */
  protected abstract placeAt(index: number): Position

  /** The element at a position that is within the sequence. */
  protected elementAt(index: number): unknown {
    const { memory, address, block, serial, guard: outer } = this.placeAt(index)
    return guard(this['hotseg.layout'].element.read(memory, address, block, serial, this.mayWrite), outer)
  }

  /** The element at a position; negative ones count from the end. */
  at(index: number): unknown {
    const position = lookedAt(index, this.length)
    return position < 0 ? undefined : this.elementAt(position)
  }

  /** Calls back for each element; views of structs are one view, which is put on one element after the other. */
  forEach(callback: (value: unknown, index: number) => void): void {
    const { element } = this['hotseg.layout']
    if (element.kind !== 'struct' || this.length === 0) {
      for (let index = 0; index < this.length; index++) callback(this.elementAt(index), index)
      return
    }
    const lent = this.elementAt(0) as View
    try {
      for (let index = 0; index < this.length; index++) {
        putView(lent, this.placeAt(index))
        callback(lent, index)
      }
    } finally {
      endView(lent)
    }
  }

  /** The elements. */
  [Symbol.iterator](): SequenceIterator {
    return new SequenceIterator(this, (index) => this.elementAt(index))
  }

  /** The elements. */
  values(): SequenceIterator {
    return this[Symbol.iterator]()
  }

  /** The positions. */
  keys(): SequenceIterator {
    return new SequenceIterator(this, (index) => index)
  }

  /** `[position, element]`. */
  entries(): SequenceIterator {
    return new SequenceIterator(this, (index) => [index, this.elementAt(index)])
  }

  /** A position given by a user, made positive. @throws InvalidValueError when it is none */
  protected position(index: number, end: number): number {
    return requirePosition(index, this.length, end, `index of ${this['hotseg.layout'].kind}`)
  }
}

/** Goes by position, as iterators of Array do: elements added on the way are met, too. */
export class SequenceIterator implements IterableIterator<unknown, undefined> {
  readonly #sequence: Sequence
  readonly #read: (index: number) => unknown
  #index = 0

  constructor(sequence: Sequence, read: (index: number) => unknown) {
    this.#sequence = sequence
    this.#read = read
  }

  /** The next element. */
  next(): IteratorResult<unknown, undefined> {
    if (this.#index >= this.#sequence.length) {
      this.#index = Infinity
      return { done: true, value: undefined }
    }
    return { done: false, value: this.#read(this.#index++) }
  }

  [Symbol.iterator](): this {
    return this
  }
}

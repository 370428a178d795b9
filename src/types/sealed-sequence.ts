import type { Memory } from '../memory/memory.js'
import { endView } from './lent-view.js'
import type { Layout } from './layout.js'
import { lookedAt } from './positions.js'
import { loadOf } from './struct-view.js'
import type { StructLayout } from './struct-layout.js'
import { memoryOf, Position, type View } from './view.js'
import { refuseWrite } from './write.js'

/**
 * Handles of sequences in segments that are not written. Nothing there ever moves, so they remember where the elements are;
 * a load that gives `undefined` or zero tells when the segment is lost. The methods are closures on a prototype of the layout's
 * own, so that engines see which load is meant.
 */

/** Where the elements of a sequence are. */
export interface Places {
  /** Byte address of the first slot. */
  readonly first: number
  readonly length: number
  /** For a ring: the slot of the first element, and the number of slots less one. */
  readonly head: number
  readonly mask: number
}

/** Element i is in slot i. */
export const LINE = false
/** Element i is in slot `(head + i) & mask`. */
export const RING = true

/** A class of handles; the places are those of the sequence at `address`. */
export type SealedSequenceClass = new (memory: Memory, address: number, places: Places) => object

interface Members {
  'hotseg.memory': Memory
  'hotseg.address': number
  /** Of the first slot: in elements for numbers, in bytes for all else. */
  'hotseg.base': number
  'hotseg.length': number
  'hotseg.head': number
  'hotseg.mask': number
}

interface Iteration {
  sequence: Members
  index: number
}

/**
 * A class of handles for sequences of one layout.
 *
 * @param handle - the prototype of the handles in segments that are written; these have what it has
 * @param isRing - which slots the elements are in
 */
export function makeSealedSequence(
  layout: Layout & { readonly element: Layout },
  handle: object,
  isRing: boolean,
): SealedSequenceClass {
  const { element } = layout
  const load = itemLoadOf(element)
  const unit = isNumber(element) ? element.byteLength : 1

  const SealedSequence = function (this: Members, memory: Memory, address: number, places: Places): void {
    this['hotseg.memory'] = memory
    this['hotseg.address'] = address
    this['hotseg.base'] = places.first / unit
    this['hotseg.length'] = places.length
    this['hotseg.head'] = places.head
    this['hotseg.mask'] = places.mask
  }

  const elementAt = (sequence: Members, index: number): unknown => {
    const slot = isRing ? (sequence['hotseg.head'] + index) & sequence['hotseg.mask'] : index
    return load(sequence['hotseg.memory'], sequence['hotseg.base'], slot)
  }

  // Plain members: private ones of a class that is made anew for each layout are looked up each time (34 ns an element).
  const SealedIterator = function (this: Iteration, sequence: Members): void {
    this.sequence = sequence
    this.index = 0
  } as unknown as new (sequence: Members) => object
  SealedIterator.prototype = {
    next(this: Iteration): IteratorResult<unknown, undefined> {
      const { sequence, index } = this
      if (index < sequence['hotseg.length']) {
        this.index = index + 1
        return { done: false, value: elementAt(sequence, index) }
      }
      requireOpen(sequence['hotseg.memory'])
      return { done: true, value: undefined }
    },
    [Symbol.iterator]() {
      return this as unknown
    },
  }

  const prototype: unknown = Object.create(handle, {
    'hotseg.layout': { value: layout },
    'hotseg.at': {
      get(this: Members) {
        return new Position(this['hotseg.memory'], this['hotseg.address'], 0, 0)
      },
    },
    mayWrite: { value: false },
    writableMemory: {
      value(this: View) {
        return refuseWrite(memoryOf(this))
      },
    },
    length: {
      get(this: Members) {
        requireOpen(this['hotseg.memory'])
        return this['hotseg.length']
      },
    },
    at: {
      value(this: Members, index: number) {
        if (index >>> 0 === index && index < this['hotseg.length']) return elementAt(this, index)
        requireOpen(this['hotseg.memory'])
        const position = lookedAt(index, this['hotseg.length'])
        return position < 0 ? undefined : elementAt(this, position)
      },
    },
    elementAt: {
      value(this: Members, index: number) {
        return elementAt(this, index)
      },
    },
    forEach: {
      value(this: Members, callback: (value: unknown, index: number) => void) {
        const { 'hotseg.memory': memory, 'hotseg.base': base, 'hotseg.length': length } = this
        const { 'hotseg.head': head, 'hotseg.mask': mask } = this
        requireOpen(memory)
        if (element.kind !== 'struct' || length === 0) {
          for (let index = 0; index < length; index++) callback(elementAt(this, index), index)
          return
        }
        const { stride } = element
        const { SealedView } = element as Layout & Pick<StructLayout, 'SealedView'>
        const lent = new SealedView(memory, base) as View & { 'hotseg.address': number }
        try {
          for (let index = 0; index < length; index++) {
            lent['hotseg.address'] = base + (isRing ? (head + index) & mask : index) * stride
            callback(lent, index)
          }
        } finally {
          endView(lent)
        }
      },
    },
    [Symbol.iterator]: {
      value(this: Members) {
        return new SealedIterator(this)
      },
    },
  })
  SealedSequence.prototype = prototype
  return SealedSequence as unknown as SealedSequenceClass
}

function requireOpen(memory: Memory): void {
  if (memory.lost) throw memory.fault(0)
}

type ItemLoad = (memory: Memory, base: number, slot: number) => unknown

// Numbers lie as in a typed array, and are read as from one.
const NUMBERS: Readonly<Partial<Record<Layout['kind'], ItemLoad>>> = {
  u8: (memory, base, slot) => memory.u8[base + slot] || memory.zero(memory.u8[base + slot], memory.byteLength),
  i8: (memory, base, slot) => memory.i8[base + slot] || memory.zero(memory.i8[base + slot], memory.byteLength),
  u16: (memory, base, slot) => memory.u16[base + slot] || memory.zero(memory.u16[base + slot], memory.byteLength),
  i16: (memory, base, slot) => memory.i16[base + slot] || memory.zero(memory.i16[base + slot], memory.byteLength),
  u32: (memory, base, slot) => memory.u32[base + slot] || memory.zero(memory.u32[base + slot], memory.byteLength),
  i32: (memory, base, slot) => memory.i32[base + slot] || memory.zero(memory.i32[base + slot], memory.byteLength),
  f32: (memory, base, slot) => memory.f32[base + slot] || memory.zero(memory.f32[base + slot], memory.byteLength),
  f64: (memory, base, slot) => memory.f64[base + slot] || memory.zero(memory.f64[base + slot], memory.byteLength),
}

function isNumber(element: Layout): boolean {
  return NUMBERS[element.kind] !== undefined
}

function itemLoadOf(element: Layout): ItemLoad {
  const { stride } = element
  const load = loadOf(element)
  return NUMBERS[element.kind] ?? ((memory, base, slot) => load(memory, base + slot * stride))
}

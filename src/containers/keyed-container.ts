import type { Memory } from '../memory/memory.js'
import type { KeyedKind } from '../types/keyed-kinds.js'
import type { Handle } from '../types/sequence.js'
import { MultimapHandle, SetHandle, UniqueMapHandle } from './keyed.js'
import { KeyedLayout } from './keyed-layout.js'
import { FlatTrait, MultiTrait, OrderedTrait, RoomTrait } from './keyed-traits.js'

type HandleClass = new (
  layout: KeyedLayout,
  memory: Memory,
  address: number,
  block: number,
  serial: number,
  isWritable: boolean,
) => Handle

type Trait = typeof FlatTrait | typeof MultiTrait | typeof OrderedTrait | typeof RoomTrait

/** A class of handles that has the methods of some traits, too; those of later ones come before those of earlier ones. */
function withTraits(base: HandleClass, ...traits: readonly Trait[]): HandleClass {
  const Composed = class extends base {}
  for (const { prototype } of traits) {
    for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name !== 'constructor') Object.defineProperty(Composed.prototype, name, method)
    }
  }
  return Composed
}

const HANDLES: Readonly<Record<KeyedKind, HandleClass>> = {
  hashMap: withTraits(UniqueMapHandle, RoomTrait),
  hashMultimap: withTraits(MultimapHandle, RoomTrait, MultiTrait),
  hashSet: withTraits(SetHandle, RoomTrait),
  hashMultiset: withTraits(SetHandle, RoomTrait, MultiTrait),
  orderedMap: withTraits(UniqueMapHandle, OrderedTrait),
  orderedMultimap: withTraits(MultimapHandle, MultiTrait, OrderedTrait),
  orderedSet: withTraits(SetHandle, OrderedTrait),
  orderedMultiset: withTraits(SetHandle, MultiTrait, OrderedTrait),
  flatMap: withTraits(UniqueMapHandle, RoomTrait, OrderedTrait, FlatTrait),
  flatSet: withTraits(SetHandle, RoomTrait, OrderedTrait, FlatTrait),
}

/** Layouts of maps and sets whose values are read through these handles. */
export class KeyedContainerLayout extends KeyedLayout {
  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    return new HANDLES[this.kind](this, memory, address, block, serial, isWritable)
  }
}

import type { Memory } from '../memory/memory.js'
import { GRANULE_BYTES } from '../memory/memory.js'
import { KEYED } from './keyed-kinds.js'
import { CheckWalk, Walk, type Layout } from './layout.js'
import type { Type } from './type.js'
import { memoryOf, serialAt, View } from './view.js'
import { refuseWrite, replaceValues } from './write.js'

/** A handle of an object that is a single value; its public face is `Ref` in `ref.ts`. */
export class ValueRef extends View {
  declare readonly 'hotseg.layout': Layout
  readonly #isWritable: boolean

  /** Made by {@link openValue}. */
  constructor(layout: Layout, memory: Memory, address: number, block: number, serial: number, isWritable: boolean) {
    super(memory, address, block, serial)
    this['hotseg.layout'] = layout
    this.#isWritable = isWritable
  }

  /** The type of the value. */
  get valueType(): Type {
    return this['hotseg.layout'].type
  }

  /** The value; assigning writes it in place. */
  get value(): unknown {
    return this['hotseg.layout'].read(
      memoryOf(this),
      this['hotseg.at'].address,
      this['hotseg.at'].block,
      this['hotseg.at'].serial,
      this.#isWritable,
    )
  }

  set value(value: unknown) {
    const memory = memoryOf(this)
    if (!this.#isWritable || !memory.writable) refuseWrite(memory)
    const prepared = this['hotseg.layout'].prepare(value, [], 0)
    memoryOf(this)
    replaceValues(memory, this['hotseg.at'].address, [{ layout: this['hotseg.layout'], byteOffset: 0, prepared }])
  }

  /** A copy of the value. */
  toObject(): unknown {
    const memory = memoryOf(this)
    return this['hotseg.layout'].toValue(memory, this['hotseg.at'].address, new Walk(memory))
  }

  /** The value for JSON. */
  toJSON(): unknown {
    const memory = memoryOf(this)
    return this['hotseg.layout'].toJson(memory, this['hotseg.at'].address, new Walk(memory))
  }

  /** Checks the value. @throws CorruptionError */
  checkInvariants(): void {
    checkValue(this)
  }
}

/** Kinds whose values are objects with methods of their own; all others need a `Ref` to be changed through. */
const LIVE: ReadonlySet<string> = new Set([
  'struct',
  'variant',
  'array',
  'vector',
  'deque',
  'list',
  ...Object.keys(KEYED),
  'multiIndex',
])

/** The object at offset `block` as `construct`, `find` and pointers give it. */
export function openValue(layout: Layout, memory: Memory, block: number, isWritable: boolean): unknown {
  const address = block * GRANULE_BYTES
  const standsOn = memory.writable ? block : 0
  const serial = standsOn === 0 ? 0 : serialAt(memory, block)
  if (LIVE.has(layout.kind)) return layout.read(memory, address, standsOn, serial, isWritable)
  return new ValueRef(layout, memory, address, standsOn, serial, isWritable)
}

/** Checks all that a view or handle stands for. @throws CorruptionError */
export function checkValue(view: View): void {
  const walk = new CheckWalk()
  walk.later(view['hotseg.layout'], memoryOf(view), view['hotseg.at'].address)
  walk.run()
}

import { StaleViewError } from '../errors/errors.js'
import type { Memory } from '../memory/memory.js'
import type { Layout } from './layout.js'

/** Symbols, so that no field of a user is in the way; own properties, so that a spread view is recognised by them. */
export const MEMORY = Symbol('hotseg.memory')
export const ADDRESS = Symbol('hotseg.address')
export const EPOCH = Symbol('hotseg.epoch')
export const BLOCK = Symbol('hotseg.block')
export const SERIAL = Symbol('hotseg.serial')
export const LAYOUT = Symbol('hotseg.layout')

/**
 * A position in a segment: what views of structs and handles of containers have in common. It stands on the block at offset
 * `block` and remembers that block's serial; when the block was freed, or its contents have moved, the serial is another one
 * and the view is stale. In a segment that is not written there is nothing to remember, and `block` is 0.
 */
export class View {
  declare readonly [MEMORY]: Memory
  declare readonly [ADDRESS]: number;
  declare [EPOCH]: number
  declare readonly [BLOCK]: number
  declare readonly [SERIAL]: number
  declare readonly [LAYOUT]: Layout

  /**
   * @param address - byte address of the value
   * @param block - offset of the block it stands on, 0 in a segment that is not written
   * @param serial - that block's serial now
   */
  constructor(memory: Memory, address: number, block: number, serial: number) {
    this[MEMORY] = memory
    this[ADDRESS] = address
    this[EPOCH] = memory.epoch
    this[BLOCK] = block
    this[SERIAL] = serial
  }
}

/** Checks a view whose memory has changed since it was last used. @throws ClosedError, StaleViewError */
export function revalidate(view: View): void {
  const memory = view[MEMORY]
  if (memory.closed) throw memory.fault(0)
  const block = view[BLOCK]
  if (block !== 0 && memory.u32[block * 2 - 2] !== view[SERIAL]) {
    throw new StaleViewError('view is stale: its element was erased or moved. Look it up again.')
  }
  view[EPOCH] = memory.epoch
}

/** The memory of a view that is checked to be good. @throws ClosedError, StaleViewError */
export function memoryOf(view: View): Memory {
  const memory = view[MEMORY]
  if (view[EPOCH] !== memory.epoch) revalidate(view)
  return memory
}

/** Whether an object is what is left of a view after `{ ...view }`. */
export function isSpreadView(value: object): boolean {
  return !(value instanceof View) && Object.hasOwn(value, MEMORY)
}

/** The serial of the block at `block`, to be remembered by a view; 0 where no view needs one. */
export function serialAt(memory: Memory, block: number): number {
  return memory.u32[block * 2 - 2] ?? 0
}

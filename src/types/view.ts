import { StaleViewError } from '../errors/errors.js'
import type { Memory } from '../memory/memory.js'
import type { Layout } from './layout.js'

/**
 * A position in a segment: what views of structs and handles of containers have in common. It stands on the block at offset
 * `block` and remembers that block's serial; when the block was freed, or its contents have moved, the serial is another one
 * and the view is stale. In a segment that is not written there is nothing to remember, and `block` is 0.
 *
 * The names hold a dot, which no field of a user does. They are not symbols, since V8 forgets which symbol a place in the
 * code reads as soon as it has seen many classes of views there: then each access took 20 ns instead of 1.
 */
export class View {
  declare readonly 'hotseg.memory': Memory
  declare readonly 'hotseg.address': number
  declare 'hotseg.epoch': number
  declare readonly 'hotseg.block': number
  declare readonly 'hotseg.serial': number
  declare readonly 'hotseg.layout': Layout
  /** Byte address of the flag that says whether the optional value it stands in is there; absent outside of optionals. */
  declare 'hotseg.guard'?: number

  /**
   * @param address - byte address of the value
   * @param block - offset of the block it stands on, 0 in a segment that is not written
   * @param serial - that block's serial now
   */
  constructor(memory: Memory, address: number, block: number, serial: number) {
    this['hotseg.memory'] = memory
    this['hotseg.address'] = address
    this['hotseg.epoch'] = memory.epoch
    this['hotseg.block'] = block
    this['hotseg.serial'] = serial
  }
}

/** Checks a view whose memory has changed since it was last used. @throws ClosedError, StaleViewError */
export function revalidate(view: View): void {
  const memory = view['hotseg.memory']
  if (memory.closed) throw memory.fault(0)
  const block = view['hotseg.block']
  if (block !== 0 && memory.u32[block * 2 - 2] !== view['hotseg.serial']) {
    throw new StaleViewError('view is stale: its element was erased or moved. Look it up again.')
  }
  const guard = view['hotseg.guard']
  if (guard !== undefined && memory.u8[guard] === 0) {
    throw new StaleViewError('view is stale: the optional value it stands in was removed. Look it up again.')
  }
  view['hotseg.epoch'] = memory.epoch
}

/** Ties what was read out of an optional value, directly or through another view, to the flag of that optional. */
export function guard(value: unknown, flag: number | undefined): unknown {
  if (flag !== undefined && value instanceof View) value['hotseg.guard'] ??= flag
  return value
}

/** The memory of a view that is checked to be good. @throws ClosedError, StaleViewError */
export function memoryOf(view: View): Memory {
  const memory = view['hotseg.memory']
  if (view['hotseg.epoch'] !== memory.epoch) revalidate(view)
  return memory
}

/** Whether an object is what is left of a view after `{ ...view }`. */
export function isSpreadView(value: object): boolean {
  return !(value instanceof View) && Object.hasOwn(value, 'hotseg.memory')
}

/** The serial of the block at `block`, to be remembered by a view; 0 where no view needs one. */
export function serialAt(memory: Memory, block: number): number {
  return memory.u32[block * 2 - 2] ?? 0
}

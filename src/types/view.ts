import { StaleViewError } from '../errors/errors.js'
import { SIZE_UNIT } from '../heap/heap-layout.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Layout } from './layout.js'

/**
 * Where a view stands: on the block at offset `block`, whose serial it remembers. When the block was freed, or its contents
 * have moved, the serial is another one and the view is stale. In a segment that is not written there is nothing to remember,
 * and `block` is 0.
 */
export class Position {
  readonly memory: Memory
  /** Byte address of the value. */
  readonly address: number
  /** The memory's epoch when the position was last found good. */
  epoch: number
  readonly block: number
  readonly serial: number
  /** Byte address of the flag that says whether the optional value it stands in is there; 0 outside of optionals. */
  guard = 0

  /** @param serial - the block's serial now */
  constructor(memory: Memory, address: number, block: number, serial: number) {
    this.memory = memory
    this.address = address
    this.epoch = memory.epoch
    this.block = block
    this.serial = serial
  }
}

/**
 * What views of structs and handles of containers have in common.
 *
 * They have one member, whose name holds a dot, as no field of a user does. All else stands in the position, which is of one
 * class whatever the view: code in the library that meets many classes of views still knows what it reads (measured with
 * eight of them: 22 ns a view made, 40 with five members; a symbol as the name cost 20 ns more an access).
 */
export class View {
  declare readonly 'hotseg.at': Position
  declare readonly 'hotseg.layout': Layout

  /** As for {@link Position}. */
  constructor(memory: Memory, address: number, block: number, serial: number) {
    this['hotseg.at'] = new Position(memory, address, block, serial)
  }
}

/** Checks a view whose memory has changed since it was last used. @throws ClosedError, StaleViewError */
export function revalidate(at: Position): void {
  const { memory, block, guard: flag } = at
  if (memory.closed) throw memory.fault(0)
  if (block !== 0 && memory.u32[block * 2 - 2] !== at.serial) {
    throw new StaleViewError('view is stale: its element was erased or moved. Look it up again.')
  }
  if (flag !== 0 && memory.u8[flag] === 0) {
    throw new StaleViewError('view is stale: the optional value it stands in was removed. Look it up again.')
  }
  at.epoch = memory.epoch
}

/** Ties what was read out of an optional value, directly or through another view, to the flag of that optional. */
export function guard(value: unknown, flag: number): unknown {
  if (flag !== 0 && value instanceof View && Object.hasOwn(value, 'hotseg.at')) {
    const at = value['hotseg.at']
    if (at.guard === 0 && isWithin(at, flag)) at.guard = flag
  }
  return value
}

// What a pointer in the optional value leads to lies in another block, and stays when the optional goes.
function isWithin({ memory, block }: Position, address: number): boolean {
  const end = block + Math.floor(memory.u32[block * 2 - 1]! / SIZE_UNIT) - 1
  return address >= block * GRANULE_BYTES && address < end * GRANULE_BYTES
}

/** The memory of a view that is checked to be good. @throws ClosedError, StaleViewError */
export function memoryOf(view: View): Memory {
  const at = view['hotseg.at']
  if (at.epoch !== at.memory.epoch) revalidate(at)
  return at.memory
}

/** Whether an object is what is left of a view after `{ ...view }`. */
export function isSpreadView(value: object): boolean {
  return !(value instanceof View) && (Object.hasOwn(value, 'hotseg.at') || Object.hasOwn(value, 'hotseg.memory'))
}

/** The serial of the block at `block`, to be remembered by a view; 0 where no view needs one. */
export function serialAt(memory: Memory, block: number): number {
  return memory.u32[block * 2 - 2] ?? 0
}

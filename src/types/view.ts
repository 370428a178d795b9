import { StaleViewError } from '../errors/errors.js'
import type { Memory } from '../memory/memory.js'
import type { Layout } from './layout.js'

/** A value that may become another in the same place: an optional that is there, or one alternative of a variant. */
export class Guard {
  /** Byte address at which the value begins. */
  readonly first: number
  /** Byte address of what says which value it is, behind the value. */
  readonly address: number
  /** What is there as long as it is the same. */
  readonly expected: number
  /** That of a value around it: were that another one, `address` would mean something else. */
  outer: Guard | undefined

  /** @param memory - as it is now */
  constructor(memory: Memory, first: number, address: number, outer: Guard | undefined) {
    this.first = first
    this.address = address
    this.expected = memory.u8[address]!
    this.outer = outer
  }
}

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
  /** What says whether the optional or variant value it stands in is still that one; `undefined` outside of such values. */
  guard: Guard | undefined = undefined

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
  const { memory, block } = at
  if (memory.lost) throw memory.fault(0)
  if (block !== 0 && memory.u32[block * 2 - 2] !== at.serial) {
    throw new StaleViewError('view is stale: its element was erased or moved. Look it up again.')
  }
  for (let each = at.guard; each !== undefined; each = each.outer) {
    if (memory.u8[each.address] !== each.expected) {
      throw new StaleViewError(
        'view is stale: the optional value it stands in was removed, or the variant is another alternative now. Look it up again.',
      )
    }
  }
  at.epoch = memory.epoch
}

/**
 * Ties what was read out of an optional or variant value, directly or through another view, to what says that it is still
 * that value. What a pointer in it leads to lies elsewhere, and stays.
 */
export function guard(value: unknown, by: Guard | undefined): unknown {
  if (by !== undefined && value instanceof View && Object.hasOwn(value, 'hotseg.at')) {
    const at = value['hotseg.at']
    if (at.address >= by.first && at.address <= by.address) {
      if (at.guard === undefined) at.guard = by
      else lastOf(at.guard).outer = by
    }
  }
  return value
}

// Reading has just made these guards, so nobody else has them.
function lastOf(inner: Guard): Guard {
  let last = inner
  while (last.outer !== undefined) last = last.outer
  return last
}

/**
 * As {@link guard}, for what was read out of the value between `first` and `address`. Where nothing is written, nothing
 * becomes another value.
 */
export function guardRead(value: unknown, memory: Memory, first: number, address: number, outer?: Guard): unknown {
  if (!memory.writable || !(value instanceof View)) return value
  return guard(value, new Guard(memory, first, address, outer))
}

/** The memory of a view that is checked to be good. @throws ClosedError, StaleViewError */
export function memoryOf(view: View): Memory {
  const at = view['hotseg.at']
  if (at.epoch !== at.memory.epoch || at.memory.lost) revalidate(at)
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

/** The least a window has: many small segments then share few sizes. */
const WINDOW_BYTES_MIN = 1 << 20
/** Tables that grow a little should find room in the window of the version before the last. */
const HEADROOM = 1.25
/** A window may be this many times larger than what is laid into it. */
const SLACK = 4
/** Free windows that are kept beyond one for each that is in use; they take addresses, not memory. */
const FREE_EXTRA = 4

/**
 * Windows that are free. A store that replaces versions needs two, whatever their number: one that is read, and one for the next.
 * So they are made in pairs: the engine counts new ones as memory, and collects, when the first version is opened and not
 * when it is replaced. Too many free ones are left to the garbage collector.
 */
export class WindowPool {
  readonly #reserve: (byteLength: number) => ArrayBuffer
  readonly #most: number
  /** The one that was given back first comes first. */
  readonly #free: ArrayBuffer[] = []
  #used = 0

  /**
   * @param reserve - makes a window
   * @param most - the largest there can be, in bytes
   */
  constructor(reserve: (byteLength: number) => ArrayBuffer, most: number) {
    this.#reserve = reserve
    this.#most = most
  }

  /** The smallest free window with room for `byteLength`, or a new one. @throws what reserving throws */
  take(byteLength: number): ArrayBuffer {
    let best = -1
    for (const [i, { byteLength: room }] of this.#free.entries()) {
      if (room < byteLength || room > roomFor(byteLength) * SLACK) continue
      if (best < 0 || room < this.#free[best]!.byteLength) best = i
    }
    const window = best < 0 ? this.#makePair(byteLength) : this.#free.splice(best, 1)[0]!
    this.#used++
    return window
  }

  /** Takes back a window in which nothing lies. */
  give(window: ArrayBuffer): void {
    this.#used--
    this.#free.push(window)
    if (this.#free.length > this.#used + FREE_EXTRA) this.#free.shift()
  }

  #makePair(byteLength: number): ArrayBuffer {
    const room = Math.max(byteLength, Math.min(roomFor(byteLength), this.#most))
    const window = this.#reserve(room)
    try {
      this.#free.push(this.#reserve(room))
    } catch {
      // There are addresses for one: the next version asks again.
    }
    return window
  }
}

function roomFor(byteLength: number): number {
  return Math.max(WINDOW_BYTES_MIN, Math.ceil((byteLength * HEADROOM) / WINDOW_BYTES_MIN) * WINDOW_BYTES_MIN)
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** A number from 0 up to 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let x = this.#state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit) {
    return Math.floor(this.next() * limit)
  }

  /** Whether something of this probability happens now. */
  chance(probability) {
    return this.next() < probability
  }

  /** One of the items. */
  pick(items) {
    return items[this.below(items.length)]
  }
}

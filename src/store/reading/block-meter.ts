/** Milliseconds of some clock. */
export type Clock = () => number

/** Measures how long steps of the library keep the thread, the longest of them above all. */
export class BlockMeter {
  longestMs = 0
  steps = 0
  readonly #clock: Clock

  /** Begins at zero. */
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs one step, which must be synchronous, and gives its result. */
  run<T>(step: () => T): T {
    const start = this.#clock()
    try {
      return step()
    } finally {
      this.steps++
      this.longestMs = Math.max(this.longestMs, this.#clock() - start)
    }
  }
}

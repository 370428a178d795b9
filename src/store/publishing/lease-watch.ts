import type { Clock } from '../reading/block-meter.js'

/** A pause of the watcher himself says little about the holder, who may have paused with him: only so much of it counts. */
const PAUSES_PER_LEASE = 4

/** Watches a holder's signs of life by a clock of one's own, whatever the holder's clock says. */
export class LeaseWatch {
  readonly #clock: Clock
  #entry: string | undefined
  #lookedAt = 0
  #unchangedMs = 0

  /** @param clock - of milliseconds, never set back; default `performance.now` */
  constructor(clock: Clock = () => performance.now()) {
    this.#clock = clock
  }

  /** To be called again and again: whether the entry, which changes with each sign of life, has been the same for a whole lease. */
  hasExpired(entry: string, leaseMs: number): boolean {
    const now = this.#clock()
    if (entry === this.#entry) this.#unchangedMs += Math.min(now - this.#lookedAt, leaseMs / PAUSES_PER_LEASE)
    else this.#unchangedMs = 0
    this.#entry = entry
    this.#lookedAt = now
    return leaseMs > 0 && this.#unchangedMs >= leaseMs
  }
}

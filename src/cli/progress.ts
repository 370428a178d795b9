import { SingleBar } from 'cli-progress'
import type { Output } from './output.js'

/** A bar on the terminal for work that takes long; nothing where there is no terminal. */
export class Progress {
  readonly #bar: SingleBar | undefined
  readonly #total: number
  readonly #label: string
  #isShown = false

  /** @param total - what {@link Progress.update} counts up to */
  constructor({ terminal }: Output, label: string, total: number) {
    this.#label = label
    this.#total = total
    if (terminal === undefined) return
    this.#bar = new SingleBar({
      stream: terminal,
      format: '{label} [{bar}] {percentage} %',
      clearOnComplete: true,
      // An interrupt ends the work itself.
      gracefulExit: false,
    })
  }

  /** Shows that `done` of the total is done. */
  update(done: number): void {
    if (this.#bar === undefined) return
    if (!this.#isShown) this.#bar.start(this.#total, 0, { label: this.#label })
    this.#isShown = true
    this.#bar.update(done)
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isShown) this.#bar?.stop()
    this.#isShown = false
  }
}

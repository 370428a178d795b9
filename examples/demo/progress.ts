import { SingleBar } from 'cli-progress'
import type { EditionDone } from './messages.js'

const LINE_EVERY = 16

/** Shows how far the run is: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #bar: SingleBar | undefined
  readonly #total: number
  #isShown = false

  constructor(total: number) {
    this.#total = total
    if (!process.stdout.isTTY) return
    this.#bar = new SingleBar({ format: '{bar} {value} of {total} editions, {swaps} swapped in, {eta} s left' })
  }

  /** Says something before the bar is there. */
  say(text: string): void {
    console.log(text)
  }

  /** Shows that these editions are done. */
  update(editions: readonly EditionDone[]): void {
    const swaps = editions.filter(({ arm }) => arm === 'swap').length
    if (this.#bar === undefined) {
      if (editions.length % LINE_EVERY === 0)
        console.log(`${editions.length} of ${this.#total} editions, ${swaps} swapped in`)
      return
    }
    if (!this.#isShown) this.#bar.start(this.#total, 0, { swaps: 0 })
    this.#isShown = true
    this.#bar.update(editions.length, { swaps })
  }

  /** Takes the bar away. */
  stop(): void {
    if (this.#isShown) this.#bar?.stop()
    this.#isShown = false
  }
}

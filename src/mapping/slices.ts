import type { LettingGo, RunStep } from './let-go.js'

/** Keeps the thread for 0.1 ms. */
const SLICE_BYTES = 1 << 20
const INTERVAL_MS = 2
/** Above this many slices, several go at once, so that the end comes within half a second. */
const TURNS_MAX = 200

/** The pages of a mapping, given back in slices on turns of their own. */
export class Slices implements LettingGo {
  readonly done: Promise<void>
  readonly #byteLength: number
  readonly #run: RunStep
  readonly #giveBack: (start: number, byteLength: number) => void
  #end: () => void = () => undefined
  #timer: NodeJS.Timeout | undefined

  /**
   * Begins.
   *
   * @param giveBack - for a part that begins at a multiple of the page size; when it throws, the rest is left
   */
  constructor(byteLength: number, run: RunStep, giveBack: (start: number, byteLength: number) => void) {
    this.#byteLength = byteLength
    this.#run = run
    this.#giveBack = giveBack
    this.done = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#goOn(0)
  }

  hurry(): void {
    clearTimeout(this.#timer)
    this.#end()
  }

  #goOn(start: number): void {
    const slices = Math.max(1, Math.ceil(this.#byteLength / SLICE_BYTES / TURNS_MAX))
    const end = Math.min(start + slices * SLICE_BYTES, this.#byteLength)
    try {
      if (end > start) {
        this.#run(() => {
          this.#giveBack(start, end - start)
        })
      }
    } catch {
      this.#end()
      return
    }
    this.#timer = setTimeout(() => {
      if (end < this.#byteLength) this.#goOn(end)
      else this.#end()
    }, INTERVAL_MS).unref()
  }
}

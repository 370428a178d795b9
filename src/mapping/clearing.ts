import type { Addon } from '../platform/load-addon.js'
import type { LettingGo, RunStep } from './let-go.js'

/** The pages of a mapping, taken away by the addon on a thread of their own; zeros take their place. */
export class Clearing implements LettingGo {
  readonly done: Promise<void>
  readonly #addon: Addon
  #handle: object | undefined
  #end: () => void = () => undefined

  private constructor(addon: Addon) {
    this.#addon = addon
    this.done = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Begins; gives nothing where no thread is to be had. */
  static begin(addon: Addon, buffer: ArrayBuffer, byteLength: number, run: RunStep): Clearing | undefined {
    const clearing = new Clearing(addon)
    run(() => {
      const handle = addon.clear(buffer, byteLength, () => {
        run(() => {
          clearing.hurry()
        })
      })
      if (typeof handle === 'object') clearing.#handle = handle
    })
    return clearing.#handle === undefined ? undefined : clearing
  }

  hurry(): void {
    if (this.#handle === undefined) return
    this.#addon.finish(this.#handle)
    this.#handle = undefined
    this.#end()
  }
}

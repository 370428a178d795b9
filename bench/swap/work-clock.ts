import { StepClock } from '../../examples/demo/kernel.js'

/**
 * A clock for blocks that does not go on while the thread waits for a core, also for one that a hypervisor has taken away, which the kernel
 * does not tell. Between two readings without a voluntary switch of threads nothing was waited for but a core; so no more
 * has passed than the process has computed. Where threads did wait, the wall counts, less what the kernel says was waited for a core.
 */
export class WorkClock {
  readonly #net = new StepClock()
  #workMs = 0
  #lastNetMs = this.#net.net()
  #lastUsage = process.resourceUsage()

  /** Whether the kernel tells how long the thread waited for a core. */
  get isNet(): boolean {
    return this.#net.isNet
  }

  /** Milliseconds of work so far. */
  readonly read = (): number => {
    const netMs = this.#net.net()
    const usage = process.resourceUsage()
    const last = this.#lastUsage
    const computedMs = (usage.userCPUTime + usage.systemCPUTime - last.userCPUTime - last.systemCPUTime) / 1000
    const hasWaited = usage.voluntaryContextSwitches !== last.voluntaryContextSwitches
    const passedMs = netMs - this.#lastNetMs
    this.#workMs += hasWaited ? passedMs : Math.min(passedMs, computedMs)
    this.#lastNetMs = netMs
    this.#lastUsage = usage
    return this.#workMs
  }
}

/** One of the things compared: reads everything once and gives the sum of what it read. */
export interface System {
  readonly name: string
  readonly run: () => number
}

/** What a system took, in nanoseconds an operation. */
export interface Timing {
  readonly name: string
  readonly bestNs: number
  readonly medianNs: number
}

/** How to measure. */
export interface Plan {
  readonly rounds: number
  /** Called before each round: whatever must stay alive and hot in the process besides what is measured. */
  readonly between: () => void
}

/**
 * Runs the systems in turn, round after round, the first round for warming up only; so all of them meet the same machine.
 *
 * @param operations - how many operations a run does
 * @param expected - what each run must give
 * @throws Error when a system gives something else: then its time means nothing
 */
export function measure(systems: readonly System[], operations: number, expected: number, plan: Plan): Timing[] {
  const taken = systems.map((): number[] => [])
  for (let round = 0; round <= plan.rounds; round++) {
    plan.between()
    for (const [index, { name, run }] of systems.entries()) {
      const start = process.hrtime.bigint()
      const result = run()
      const ns = Number(process.hrtime.bigint() - start) / operations
      if (result !== expected) throw new Error(`${name} read something else: sum=${result}, expected=${expected}`)
      if (round > 0) taken[index]!.push(ns)
    }
  }
  return systems.map(({ name }, index) => {
    const sorted = taken[index]!.sort((a, b) => a - b)
    return { name, bestNs: sorted[0]!, medianNs: sorted[sorted.length >> 1]! }
  })
}

/** Parameters for fast-check that repeat a failure: its seed and path, from the environment as FC_SEED and FC_PATH. */
export function replayed(): { seed?: number; path?: string } {
  const { FC_SEED: seed, FC_PATH: path } = process.env
  return { ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) }
}

const SHRINKING_MS = 30_000

/** Ends the search for a smaller failure after a while: from then on every run passes. What was found first still fails. */
export function shrinkingEnds<Run>(property: (run: Run) => void): (run: Run) => void {
  let failedAt = Infinity
  return (run) => {
    if (Date.now() - failedAt > SHRINKING_MS) return
    try {
      property(run)
    } catch (error) {
      failedAt = Math.min(failedAt, Date.now())
      throw error
    }
  }
}

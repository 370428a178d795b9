import type { BlockMeter } from './block-meter.js'

/** Work in small steps: each `yield` is a place where the event loop may do something else. */
export type Steps<T> = Generator<undefined, T>

/** A turn of the event loop of its own: nothing else has run in it when the promise's continuation does. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Runs each step in a turn of its own, so that a service goes on answering. The result comes in the turn of the last one. */
export async function runInTurns<T>(steps: Steps<T>, meter: BlockMeter): Promise<T> {
  for (;;) {
    await nextTurn()
    const step = meter.run(() => steps.next())
    if (step.done === true) return step.value
  }
}

/** How long adopting a version takes its time, and the pause after each step while it does. */
const GENTLE_MS = 150
const PAUSE_MS = 1

/**
 * As `runInTurns`, with a pause after each step at first: all readers of a machine adopt a version at the same moment, and
 * between them they would take all of its cores (measured: four of them on two cores, p95 of requests 1.5 times as long).
 */
export async function runGently<T>(steps: Steps<T>, meter: BlockMeter): Promise<T> {
  const start = performance.now()
  for (;;) {
    if (performance.now() - start < GENTLE_MS) await pause()
    else await nextTurn()
    const step = meter.run(() => steps.next())
    if (step.done === true) return step.value
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}

/** Runs all steps now. */
export function runAtOnce<T>(steps: Steps<T>, meter: BlockMeter): T {
  return meter.run(() => {
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  })
}

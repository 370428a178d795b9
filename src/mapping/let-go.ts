import { findAddon } from '../platform/load-addon.js'
import { Clearing } from './clearing.js'
import type { MappedFile } from './mapper.js'
import { Slices } from './slices.js'

/** Runs a step now, and measures how long it keeps the thread. */
export type RunStep = (step: () => void) => void

/** The pages of a mapping that nobody reads any more, on their way. */
export interface LettingGo {
  /** When they are gone, or after {@link hurry}; never rejects. */
  readonly done: Promise<void>
  /** Ends it now: what is left goes when the mapping is unmapped. */
  hurry(): void
}

const MADV_DONTNEED = 4

/**
 * Begins to take the pages of a mapping away beside other work, so that nothing is left for unmapping it: with the addon on a thread of their
 * own, else in slices on turns of this one. Does not keep the process alive. The mapping must not be unmapped before it is done.
 *
 * @param run - for each step on this thread
 */
export function letGo(mapped: MappedFile, byteLength: number, run: RunStep): LettingGo {
  const addon = findAddon()
  const clearing = addon === undefined ? undefined : Clearing.begin(addon, mapped.buffer, byteLength, run)
  return (
    clearing ??
    new Slices(byteLength, run, (start, count) => {
      mapped.advise(start, count, MADV_DONTNEED)
    })
  )
}

import { readCurrent } from '../files/current-file.js'
import type { EventHub } from '../events.js'
import { BlockMeter } from '../reading/block-meter.js'
import { runInTurns } from '../reading/steps.js'
import { listReaders, type ListedReader } from './reader-files.js'

/** For how long a reader may keep an old version when nothing is said, in milliseconds. */
export const SLOW_READER_MS = 10_000

const LOOK_INTERVAL_MS_MIN = 20
const LOOK_INTERVAL_MS_MAX = 2000

/** What a watch for slow readers needs to know. */
export interface SlowReaderOptions {
  readonly directory: string
  readonly events: EventHub
  /** For how long a reader may keep an old version. */
  readonly limitMs: number
  /** This store itself. */
  readonly self: () => ListedReader
}

interface Sighting {
  readonly since: number
  isTold: boolean
}

/**
 * Looks from time to time who still has a version that is not current, as long as anybody would hear of it, and tells once for each
 * reader and version. Times are this store's own: what readers say of theirs is not believed.
 */
export class SlowReaderWatch {
  readonly #options: SlowReaderOptions
  readonly #intervalMs: number
  #sightings = new Map<string, Sighting>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** Looks at nothing yet. */
  constructor(options: SlowReaderOptions) {
    this.#options = options
    this.#intervalMs = Math.min(LOOK_INTERVAL_MS_MAX, Math.max(LOOK_INTERVAL_MS_MIN, options.limitMs / 4))
  }

  /** Begins to look. */
  start(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => this.start())
    }, this.#intervalMs).unref()
  }

  /** Looks no more. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    const { directory, events, self } = this.#options
    if (!events.isHeard('slow-reader')) {
      this.#sightings.clear()
      return
    }
    const current = currentOf(directory)
    if (current === undefined) return
    const own = self()
    const others = await runInTurns(listReaders(directory, own.name), new BlockMeter(() => 0))
    const before = this.#sightings
    this.#sightings = new Map()
    if (this.#isClosed) return
    for (const reader of [own, ...others]) this.#see(reader, current, before)
  }

  #see({ name, info }: ListedReader, current: number, before: ReadonlyMap<string, Sighting>): void {
    const now = performance.now()
    const kept = [
      { generation: info.generation, isHeld: false },
      ...info.held.map(({ generation }) => ({ generation, isHeld: true })),
    ]
    for (const { generation, isHeld } of kept) {
      const key = `${name} ${generation}`
      if (generation === current || generation === 0 || this.#sightings.has(key)) continue
      const sighting = before.get(key) ?? { since: now, isTold: false }
      this.#sightings.set(key, sighting)
      const behindMs = now - sighting.since
      if (sighting.isTold || behindMs < this.#options.limitMs) continue
      sighting.isTold = true
      this.#options.events.emit('slow-reader', { reader: info, generation, current, behindMs, isHeld })
    }
  }
}

// A record that cannot be read says nothing of readers; that it cannot is told elsewhere.
function currentOf(directory: string): number | undefined {
  try {
    return readCurrent(directory)?.generation
  } catch {
    return undefined
  }
}

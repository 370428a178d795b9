import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { StoreEvents } from '../store/events.js'

/** What metrics are made from; every `Store` is one. */
export interface MeasuredStore {
  readonly directory: string
  readonly generation: number
  readonly mappedBytes: number
  /** As of `Store`. */
  versions(): readonly { readonly generation: number; readonly isCurrent: boolean }[]
  /** As of `Store`. */
  readers(): readonly { readonly generation: number }[]
  /** As of `Store`. */
  held(): readonly unknown[]
  /** As of `Store`. */
  on<Name extends keyof StoreEvents>(name: Name, listener: (event: StoreEvents[Name]) => void): unknown
  /** As of `Store`. */
  off<Name extends keyof StoreEvents>(name: Name, listener: (event: StoreEvents[Name]) => void): unknown
}

/** How to name metrics. */
export interface MetricsOptions {
  /** What all names begin with; default `'hotseg_'`. */
  readonly prefix?: string
}

const ADOPT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const BLOCK_SECONDS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25]
const PUBLISH_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300]

/**
 * Registers metrics of stores on a registry of prom-client, all with the label `store`, the store's directory:
 * `generation`, `versions`, `mapped_bytes`, `held_snapshots`, `readers`, `readers_behind`, looked up at each scrape; `swaps_total`,
 * `adopt_failures_total` (by `code`), `publishes_total`, `leaks_total`, counted from now on; the histograms `adopt_seconds`,
 * `longest_block_seconds` (by `work`: adopt or release) and `publish_seconds` (by `stage`).
 *
 * A scrape reads the store's `CURRENT` and one small file for each reader. What cannot be read, and a store that was closed, has no
 * value then.
 *
 * @param registry - throws what prom-client throws when such a metric is already there
 * @returns what takes the metrics away again
 * @example
 * ```ts
 * import { register } from 'prom-client'
 * import { collectMetrics } from 'hotseg/prom-client'
 * collectMetrics(register, [store])
 * ```
 */
export function collectMetrics(
  registry: Registry,
  stores: readonly MeasuredStore[],
  { prefix = 'hotseg_' }: MetricsOptions = {},
): () => void {
  const registers = [registry]
  const names: string[] = []
  const named = (name: string, help: string): { name: string; help: string; registers: Registry[] } => {
    names.push(prefix + name)
    return { name: prefix + name, help, registers }
  }
  const gauge = (name: string, help: string, valueOf: (store: MeasuredStore) => number): void => {
    new Gauge({
      ...named(name, help),
      labelNames: ['store'],
      collect() {
        this.reset()
        for (const store of stores) {
          const value = attempt(() => valueOf(store))
          if (value !== undefined) this.set({ store: store.directory }, value)
        }
      },
    })
  }
  gauge('generation', 'Version this process reads; 0 when it has none.', (store) => store.generation)
  gauge('versions', 'Versions in the directory.', (store) => store.versions().length)
  gauge('mapped_bytes', 'Bytes of versions this store has mapped.', (store) => store.mappedBytes)
  gauge('held_snapshots', 'Snapshots acquired and not released.', (store) => store.held().length)
  gauge('readers', 'Open stores on the directory that are listed.', (store) => store.readers().length)
  gauge('readers_behind', 'Those of them that do not read the current version.', countBehind)
  const swaps = new Counter({ ...named('swaps_total', 'Versions switched to.'), labelNames: ['store'] })
  const failures = new Counter({
    ...named('adopt_failures_total', 'Versions that could not be adopted.'),
    labelNames: ['store', 'code'],
  })
  const publishes = new Counter({ ...named('publishes_total', 'Versions published here.'), labelNames: ['store'] })
  const leaks = new Counter({ ...named('leaks_total', 'Snapshots lost without a release.'), labelNames: ['store'] })
  const adopts = new Histogram({
    ...named('adopt_seconds', 'From noticing a version to the switch.'),
    labelNames: ['store'],
    buckets: ADOPT_SECONDS,
  })
  const blocks = new Histogram({
    ...named('longest_block_seconds', 'Longest time one step of adopting or releasing a version kept the thread.'),
    labelNames: ['store', 'work'],
    buckets: BLOCK_SECONDS,
  })
  const stages = new Histogram({
    ...named('publish_seconds', 'Stages of publications here.'),
    labelNames: ['store', 'stage'],
    buckets: PUBLISH_SECONDS,
  })

  const stops = stores.map((measured) => {
    const store = measured.directory
    for (const counter of [swaps, publishes, leaks]) counter.inc({ store }, 0)
    return listenTo(measured, {
      swap: ({ adoptMs, longestBlockMs }) => {
        swaps.inc({ store })
        adopts.observe({ store }, adoptMs / 1000)
        blocks.observe({ store, work: 'adopt' }, longestBlockMs / 1000)
      },
      'adopt-failed': ({ error }) => {
        failures.inc({ store, code: (error as { code?: string }).code ?? error.name })
      },
      release: ({ longestBlockMs }) => {
        blocks.observe({ store, work: 'release' }, longestBlockMs / 1000)
      },
      publish: (version) => {
        publishes.inc({ store })
        for (const { stage, ms } of version.stages) stages.observe({ store, stage }, ms / 1000)
      },
      leak: () => {
        leaks.inc({ store })
      },
    })
  })
  return () => {
    for (const stop of stops) stop()
    for (const name of names) registry.removeSingleMetric(name)
  }
}

type Listeners = { readonly [Name in keyof StoreEvents]?: (event: StoreEvents[Name]) => void }

function listenTo(store: MeasuredStore, listeners: Listeners): () => void {
  const entries = Object.entries(listeners) as [keyof StoreEvents, (event: unknown) => void][]
  for (const [name, listener] of entries) store.on(name, listener)
  return () => {
    for (const [name, listener] of entries) store.off(name, listener)
  }
}

function countBehind(store: MeasuredStore): number {
  const current = store.versions().find(({ isCurrent }) => isCurrent)?.generation ?? 0
  return store.readers().filter(({ generation }) => generation !== current).length
}

// A scrape tells of all that can be told.
function attempt(valueOf: () => number): number | undefined {
  try {
    return valueOf()
  } catch {
    return undefined
  }
}

import Table from 'cli-table3'
import type { Arm } from './data.js'
import type { Cleanup } from './leftovers.js'
import type { PrivateMemory } from './memory.js'
import type { EditionDone, LoadResult, PublisherReady, WorkerReport } from './messages.js'
import { armAt, latenciesByArm, mean, percentile } from './statistics.js'

/** All that was seen in a run. */
export interface Observations {
  readonly directory: string
  readonly memory: PrivateMemory
  readonly publisher: PublisherReady
  /** The measured editions, and one more that ends the last period. */
  readonly editions: readonly EditionDone[]
  readonly load: LoadResult
  readonly workers: readonly WorkerReport[]
  readonly cleanup: Cleanup
  readonly secondsTotal: number
}

/** The figures of a run; the names of the first sixteen are fixed. */
export type Figures = ReturnType<typeof figuresOf>

/** Computes the figures. */
export function figuresOf(seen: Observations) {
  const { editions, load, workers, publisher, memory, cleanup } = seen
  const arms = latenciesByArm(editions, load)
  const measured = editions.slice(0, -1)
  const start = editions[0]!.at
  const end = editions.at(-1)!.at
  const seconds = (end - start) / 1000
  const requests = arms.swap.all.length + arms.steady.all.length
  const swaps = workers.flatMap((worker) => worker.swaps).filter(({ at }) => at >= start - 10 && at < end)
  const majorGcs = workers.flatMap((worker) => worker.majorGcs)
  const gcsIn = (arm: Arm): { ms: number }[] => majorGcs.filter(({ at }) => armAt(editions, at) === arm)
  const longestMs = (gcs: readonly { ms: number }[]): number => gcs.reduce((most, { ms }) => Math.max(most, ms), 0)
  const countOf = (arm: Arm): number => measured.filter((edition) => edition.arm === arm).length
  return {
    rows: publisher.rows,
    workers: workers.length,
    swaps: countOf('swap'),
    requests,
    requestsPerSecond: round(requests / seconds),
    failed: load.failed,
    torn: load.torn,
    p95MsSteady: round(percentile(arms.steady.all, 0.95)),
    p95MsSwapping: round(percentile(arms.swap.all, 0.95)),
    p99MsSteady: round(percentile(arms.steady.all, 0.99)),
    p99MsSwapping: round(percentile(arms.swap.all, 0.99)),
    p99MsNearSwitch: round(percentile(arms.swap.near, 0.99)),
    sharedMb: round(publisher.byteLength / 2 ** 20),
    privateMbPerWorker: round(mean(workers.map(({ privateMb }) => privateMb))),
    swapPauseMsP95: round(
      percentile(
        swaps.map(({ pauseMs }) => pauseMs),
        0.95,
      ),
    ),
    swapPauseMsP99: round(
      percentile(
        swaps.map(({ wallMs }) => wallMs),
        0.99,
      ),
    ),
    swapMajorGcs: gcsIn('swap').length,

    discarded: countOf('steady'),
    p50MsSteady: round(percentile(arms.steady.all, 0.5)),
    p50MsSwapping: round(percentile(arms.swap.all, 0.5)),
    p99MsNearDiscard: round(percentile(arms.steady.near, 0.99)),
    swapPauseIsNetOfWaiting: workers.every(({ isNet }) => isNet),
    adoptions: swaps.length,
    adoptFailures: workers.reduce((sum, worker) => sum + worker.adoptFailures, 0),
    steadyMajorGcs: gcsIn('steady').length,
    longestMajorGcMs: round(longestMs(gcsIn('swap'))),
    secondsPerEdition: round(seconds / measured.length),
    longestSecondsBetweenEditions: round(longestGap(editions) / 1000),
    firstEditionMs: round(publisher.buildMs),
    publishMs: round(
      percentile(
        measured.map(({ tookMs }) => tookMs),
        0.5,
      ),
    ),
    cleanAfterMs: cleanup.cleanAfterMs === undefined ? null : round(cleanup.cleanAfterMs),
    privateMbAt10000Rows: round(memory.small),
    privateMbAt1000000Rows: round(memory.large),
    secondsTotal: round(seen.secondsTotal),
    directory: seen.directory,
  }
}

function longestGap(editions: readonly EditionDone[]): number {
  return editions.slice(1).reduce((most, edition, index) => Math.max(most, edition.at - editions[index]!.at), 0)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** The figures for a person to read, each with the limit it should keep. */
export function formatFigures(f: Figures): string {
  const table = new Table({
    head: ['', 'steady', 'swapping', 'wanted', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'left', 'left'],
  })
  const kept = (isKept: boolean): string => (isKept ? 'kept' : 'NOT KEPT')
  const one = (title: string, value: string | number, wanted = '', isKept?: boolean): void => {
    table.push([
      title,
      { colSpan: 2, hAlign: 'right', content: String(value) },
      wanted,
      isKept === undefined ? '' : kept(isKept),
    ])
  }
  one('rows, in two tables', f.rows.toLocaleString('en'))
  one(
    'requests, open loop',
    `${f.requests.toLocaleString('en')} (${f.requestsPerSecond} a second)`,
    '1000 a second',
    f.requestsPerSecond >= 1000,
  )
  one('failed requests', f.failed, '0', f.failed === 0)
  one('answers that contradict their edition', f.torn, '0', f.torn === 0)
  table.push([
    'editions: discarded, swapped in',
    f.discarded,
    f.swaps,
    'at least 30',
    kept(f.swaps >= 30 && f.discarded >= 30),
  ])
  one(
    'seconds an edition, mean and longest',
    `${f.secondsPerEdition}, ${f.longestSecondsBetweenEditions}`,
    'at most 2',
    f.longestSecondsBetweenEditions <= 2,
  )
  one('seconds for the first edition, from nothing', round(f.firstEditionMs / 1000))
  table.push(['latency p50, ms', f.p50MsSteady, f.p50MsSwapping, '', ''])
  table.push([
    'latency p95, ms',
    f.p95MsSteady,
    f.p95MsSwapping,
    'at most 1.25 times',
    kept(f.p95MsSwapping <= 1.25 * f.p95MsSteady),
  ])
  table.push([
    'latency p99, ms',
    f.p99MsSteady,
    f.p99MsSwapping,
    'at most 1.2 times + 1',
    kept(f.p99MsSwapping <= 1.2 * f.p99MsSteady + 1),
  ])
  table.push(['p99 from 10 ms before to 60 ms after, ms', f.p99MsNearDiscard, f.p99MsNearSwitch, '', ''])
  const net = f.swapPauseIsNetOfWaiting ? 'less waiting for a core' : 'by the wall: the kernel does not tell more'
  one(`longest block a swap p95, ms, ${net}`, f.swapPauseMsP95, 'at most 1', f.swapPauseMsP95 <= 1)
  one('longest block a swap p99, ms, by the wall', f.swapPauseMsP99)
  table.push([
    'major garbage collections in workers',
    f.steadyMajorGcs,
    `${f.swapMajorGcs} (longest ${f.longestMajorGcMs} ms)`,
    '',
    '',
  ])
  one(
    'adoptions by workers, failed ones',
    `${f.adoptions}, ${f.adoptFailures}`,
    `${f.swaps * f.workers}, 0`,
    f.adoptions >= f.swaps * f.workers && f.adoptFailures === 0,
  )
  one(
    'old versions unmapped and removed, ms after the last swap',
    f.cleanAfterMs ?? 'not yet',
    'at most 1000',
    f.cleanAfterMs !== null,
  )
  one('shared by all workers, MB', f.sharedMb)
  one('private to a worker, MB', f.privateMbPerWorker)
  const grown = f.privateMbAt1000000Rows - f.privateMbAt10000Rows
  one(
    'private to a reader of 10^4 and of 10^6 rows, MB',
    `${f.privateMbAt10000Rows}, ${f.privateMbAt1000000Rows}`,
    'within 4',
    Math.abs(grown) <= 4,
  )
  return table.toString()
}

import type { Arm } from './data.js'

/** The processes of the demo speak to the main process by messages; times are of the clock all processes share. */

/** The publisher's first message. */
export interface PublisherReady {
  readonly type: 'ready'
  readonly rows: number
  readonly byteLength: number
  readonly buildMs: number
}

/** The publisher's message after each edition. */
export interface EditionDone {
  readonly type: 'edition'
  readonly edition: number
  readonly arm: Arm
  /** Number of the version that is current now. */
  readonly generation: number
  /** When it was switched to, or refused in the same place. */
  readonly at: number
  /** From the beginning of the build to that moment, in milliseconds. */
  readonly tookMs: number
}

/** What the main process asks of the publisher. */
export interface PublishRequest {
  readonly arm: Arm
  /** When to begin, at the earliest. */
  readonly notBefore: number
}

/** Where the load process sends its requests, and how many a second. */
export interface LoadRequest {
  readonly type: 'start'
  readonly port: number
  readonly rate: number
  readonly connections: number
}

/** What the load process has seen in the end. */
export interface LoadResult {
  readonly type: 'result'
  /** When each request was due. */
  readonly due: Float64Array
  /** How long after that its answer was complete, in milliseconds. */
  readonly latencyMs: Float64Array
  /** Which edition it was from; 0 for one that failed. */
  readonly edition: Uint32Array
  readonly failed: number
  readonly torn: number
  /** What went wrong first, if anything did. */
  readonly complaints: readonly string[]
}

/** One adoption of a version by a worker. */
export interface SwapRecord {
  readonly at: number
  /** The longest the library kept the thread, in milliseconds, less the time the thread waited for a core. */
  readonly pauseMs: number
  /** The same by the wall. */
  readonly wallMs: number
}

/** What a worker tells in the end. */
export interface WorkerReport {
  readonly type: 'report'
  readonly swaps: readonly SwapRecord[]
  readonly majorGcs: readonly { readonly at: number; readonly ms: number }[]
  readonly adoptFailures: number
  readonly privateMb: number
  /** Whether pauses are less the time the thread waited for a core. */
  readonly isNet: boolean
}

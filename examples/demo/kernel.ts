import { openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'

const SPACE = 0x20
const DIGIT_ZERO = 0x30

/** Milliseconds of a clock that all processes of the machine share (CLOCK_MONOTONIC). */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Private memory of a process in MB: anonymous pages, without page tables and without what it shares (`RssAnon`). */
export function privateMbOf(pid: number | 'self'): number {
  const match = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? NaN) / 1024
}

/** The files below `directory` that a process maps; ` (deleted)` follows the path of one that has no name any more. */
export function mappedFiles(pid: number, directory: string): string[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')
  const paths = lines.map((line) => line.slice(line.indexOf('/'))).filter((path) => path.startsWith(`${directory}/`))
  return [...new Set(paths)]
}

/** The names in `directory/versions`. */
export function versionNames(directory: string): string[] {
  return readdirSync(join(directory, 'versions'))
}

/**
 * Measures how long steps keep a thread: as a clock that stands still while the thread waits for a core (from
 * `/proc/thread-self/schedstat`), and by the wall. Where the kernel does not tell, both are the same.
 */
export class StepClock {
  /** The longest step by the wall since it was last taken. */
  #longestWallMs = 0
  #startMs: number | undefined
  readonly #fd: number | undefined
  readonly #buffer = Buffer.alloc(128)

  /** Must be made in the thread it measures. */
  constructor() {
    try {
      this.#fd = openSync('/proc/thread-self/schedstat', 'r')
    } catch {
      this.#fd = undefined
    }
  }

  /** Whether the kernel tells how long a thread waited for a core. */
  get isNet(): boolean {
    return this.#fd !== undefined
  }

  /** The store's clock. It is read in pairs, when a step begins and when it ends. */
  readonly read = (): number => {
    const wall = performance.now()
    if (this.#startMs === undefined) {
      this.#startMs = wall
    } else {
      this.#longestWallMs = Math.max(this.#longestWallMs, wall - this.#startMs)
      this.#startMs = undefined
    }
    return wall - this.#waitedMs()
  }

  /** The clock without the book-keeping of steps. */
  net(): number {
    return performance.now() - this.#waitedMs()
  }

  /** The longest step by the wall since the last call. */
  takeLongestWallMs(): number {
    const longest = this.#longestWallMs
    this.#longestWallMs = 0
    return longest
  }

  #waitedMs(): number {
    if (this.#fd === undefined) return 0
    const length = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, 0)
    // The second number; digit by digit, since garbage would bring the collections that are measured.
    let waitedNs = 0
    for (let i = this.#buffer.indexOf(SPACE) + 1; i < length && this.#buffer[i] !== SPACE; i++)
      waitedNs = waitedNs * 10 + (this.#buffer[i]! - DIGIT_ZERO)
    return waitedNs / 1e6
  }
}

import { readFileSync, statfsSync } from 'node:fs'

const INTERVAL_MS = 200

/**
 * Samples what the processes of a service take of the machine: their share of all pages that are not in the file system in memory
 * (Pss of smaps_rollup), and what that file system holds.
 */
export class MemorySampler {
  peakMb = 0
  readonly #pids: () => readonly number[]
  readonly #root: string
  readonly #usedBefore: number
  readonly #timer: NodeJS.Timeout

  /** @param root - where the data lies; what was there before is not counted */
  constructor(root: string, pids: () => readonly number[]) {
    this.#root = root
    this.#pids = pids
    this.#usedBefore = usedMb(root)
    this.#timer = setInterval(() => {
      this.peakMb = Math.max(this.peakMb, this.now())
    }, INTERVAL_MS)
  }

  /** What is taken now, in MB. */
  now(): number {
    return this.#pids().reduce((sum, pid) => sum + shareMbOf(pid), usedMb(this.#root) - this.#usedBefore)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

function shareMbOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0)
    return (kb('Pss') - kb('Pss_Shmem')) / 1024
  } catch {
    // It has just ended.
    return 0
  }
}

function usedMb(root: string): number {
  const { blocks, bfree, bsize } = statfsSync(root)
  return ((blocks - bfree) * bsize) / 2 ** 20
}

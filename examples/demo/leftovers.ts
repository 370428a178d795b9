import { setTimeout as sleep } from 'node:timers/promises'
import { mappedFiles, sharedNow, versionNames } from './kernel.js'

/** Versions must be unmapped and removed by then. */
const LIMIT_MS = 1000
const POLL_MS = 10

/** What the check after the last swap found. */
export interface Cleanup {
  /** When all was clean, in milliseconds after the switch; undefined when it was not within a second. */
  readonly cleanAfterMs: number | undefined
  /** What was still there at the end of that second. */
  readonly leftovers: readonly string[]
}

/**
 * Waits until no process maps a version but the current one and the directory holds only the current and the retained one.
 *
 * @param switchedAt - moment of the last switch
 */
export async function watchCleanup(
  directory: string,
  pids: readonly number[],
  current: number,
  switchedAt: number,
): Promise<Cleanup> {
  for (;;) {
    const leftovers = findLeftovers(directory, pids, current)
    const now = sharedNow()
    if (leftovers.length === 0) return { cleanAfterMs: now - switchedAt, leftovers }
    if (now - switchedAt >= LIMIT_MS) return { cleanAfterMs: undefined, leftovers }
    await sleep(POLL_MS)
  }
}

function findLeftovers(directory: string, pids: readonly number[], current: number): string[] {
  const isCurrent = `${directory}/versions/${current}.hotseg`
  const mapped = pids.flatMap((pid) =>
    mappedFiles(pid, directory)
      .filter((path) => path !== isCurrent && !path.startsWith(`${directory}/DOORBELL`))
      .map((path) => `process ${pid} maps ${path}`),
  )
  const names = versionNames(directory)
  const unexpected = names.filter((name) => name !== `${current}.hotseg` && name !== `${current - 1}.hotseg`)
  return [...mapped, ...unexpected.map((name) => `versions/${name} exists`)]
}

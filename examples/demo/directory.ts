import { mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A version of this data and that of the memory comparison are smaller than that. */
const VERSION_BYTES_MAX = 160 * 2 ** 20
const VERSIONS = 5

/**
 * Makes a directory where five versions fit, in memory if possible; it is removed when the process ends.
 *
 * @throws Error when nothing has room
 */
export function makeDirectory(): string {
  const needed = VERSIONS * VERSION_BYTES_MAX
  for (const root of ['/dev/shm', tmpdir()]) {
    try {
      const { bavail, bsize } = statfsSync(root)
      if (bavail * bsize < needed) continue
      const directory = realpathSync(mkdtempSync(join(root, 'hotseg-demo-')))
      process.on('exit', () => {
        rmSync(directory, { recursive: true, force: true })
      })
      return directory
    } catch {
      // Not there, or not ours to write: the next one.
    }
  }
  throw new Error(`neither /dev/shm nor ${tmpdir()} has ${needed / 2 ** 20} MB free. Set TMPDIR to a place that has.`)
}

import { readFileSync } from 'node:fs'
import { UnsupportedError } from '../../errors/errors.js'
import type { OpenVersion } from '../reading/open-version.js'

/** How much memory of this process a mapped version takes. */
export interface VersionMemory {
  readonly generation: number
  /** Address space: whole pages, all mappings of the file in this process. */
  readonly mappedBytes: number
  /** What of that is in memory and in this process's page tables. */
  readonly residentBytes: number
  /** What of that no other process has in its page tables at the moment; shared with the page cache all the same. */
  readonly privateBytes: number
}

const SMAPS_PATH = '/proc/self/smaps'

/** The first line of a mapping: addresses, rights, offset, device, inode, name (proc_pid_smaps(5)). */
const FIRST_LINE = /^[0-9a-f]+-[0-9a-f]+ \S+ [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ (\d+)/

const VALUE_LINE = /^(Size|Rss|Private_Clean|Private_Dirty): +(\d+) kB$/

type Sums = Record<'Size' | 'Rss' | 'Private_Clean' | 'Private_Dirty', number>

/**
 * The memory of versions by what the kernel tells, oldest first. A file is known by its number, since its name changes when the
 * version is removed.
 *
 * @throws UnsupportedError where there is no /proc/self/smaps
 */
export function memoryOf(versions: Iterable<OpenVersion>): VersionMemory[] {
  const sums = readSums()
  return [...versions]
    .map(({ generation, mapping }) => {
      const sum = sums.get(mapping.identity.split(':')[1] ?? '') ?? emptySums()
      const privateBytes = (sum.Private_Clean + sum.Private_Dirty) * 1024
      return { generation, mappedBytes: sum.Size * 1024, residentBytes: sum.Rss * 1024, privateBytes }
    })
    .sort((a, b) => a.generation - b.generation)
}

function readSums(): Map<string, Sums> {
  let text: string
  try {
    text = readFileSync(SMAPS_PATH, 'latin1')
  } catch (cause) {
    throw new UnsupportedError(
      `cannot tell the memory of versions: path=${SMAPS_PATH}, platform=${process.platform}. It takes Linux and its /proc.`,
      { path: SMAPS_PATH, actual: process.platform, cause },
    )
  }
  const sums = new Map<string, Sums>()
  let sum = emptySums()
  for (const line of text.split('\n')) {
    const inode = FIRST_LINE.exec(line)?.[1]
    if (inode !== undefined) {
      sum = sums.get(inode) ?? emptySums()
      sums.set(inode, sum)
    }
    const [, name, kilobytes] = VALUE_LINE.exec(line) ?? []
    if (name !== undefined) sum[name as keyof Sums] += Number(kilobytes)
  }
  return sums
}

function emptySums(): Sums {
  return { Size: 0, Rss: 0, Private_Clean: 0, Private_Dirty: 0 }
}

import { CorruptionError } from '../../errors/errors.js'
import { FileMapping } from '../../mapping/file-mapping.js'
import type { MapperName } from '../../mapping/mapper.js'
import { systemCode } from '../../platform/file-errors.js'
import type { RegularFile } from '../../platform/files.js'
import type { Steps } from './steps.js'

/**
 * How the pages of a version come into this process: `'lazy'`, each at its first touch; `'populate'`, all before the switch, in slices
 * between other work; `'lock'`, all before the switch and never to be swapped out, in one piece that keeps the thread.
 */
export type Resident = 'lazy' | 'populate' | 'lock'

const RESIDENTS: ReadonlySet<unknown> = new Set<Resident>(['lazy', 'populate', 'lock'])

/** Whether a value a user gave is one of the three. */
export function isResident(value: unknown): value is Resident {
  return RESIDENTS.has(value)
}

/** What was asked for a version's pages, and what the system allowed. */
export interface Residency {
  readonly asked: Resident
  readonly got: Resident
  /** Why it is less than was asked; undefined when it is not. */
  readonly reason: string | undefined
}

/** A slice: 0.2 ms at most when the pages are in memory. */
const POPULATE_BYTES = 1 << 20

/** What the system says when it may not lock so much: RLIMIT_MEMLOCK, or no right at all. */
const LOCK_REFUSALS: ReadonlySet<unknown> = new Set(['EAGAIN', 'EPERM', 'ENOMEM', 'ENOTSUP'])

/** A mapped version, with its pages where they were asked for as far as the system allows. */
export interface ResidentMapping {
  readonly mapping: FileMapping
  readonly residency: Residency
}

/**
 * Maps the file of a version. A lock that is refused becomes `'populate'`, and a system that cannot do that leaves it `'lazy'`.
 *
 * @throws what `FileMapping.of` throws; CorruptionError when pages that should be in the file are not; nothing stays mapped then, and the
 * descriptor stays open if nothing was ever mapped
 */
export function* mapVersion(file: RegularFile, asked: Resident, mapper?: MapperName): Steps<ResidentMapping> {
  const options = { keepsDescriptor: true, mapping: mapper } as const
  let refusal: string | undefined
  if (asked === 'lock') {
    try {
      return { mapping: FileMapping.of(file, { ...options, lock: true }), residency: granted(asked) }
    } catch (error) {
      const code = systemCode(error)
      if (!LOCK_REFUSALS.has(code)) throw error
      refusal = `lock: ${String(code)}`
    }
  }
  const mapping = FileMapping.of(file, options)
  if (asked === 'lazy') return { mapping, residency: granted(asked) }
  try {
    const failure = yield* populate(mapping, file.path)
    const reasons = [refusal, failure].filter((reason) => reason !== undefined)
    const got = failure === undefined ? 'populate' : 'lazy'
    return { mapping, residency: { asked, got, reason: reasons.length === 0 ? undefined : reasons.join(', ') } }
  } catch (error) {
    mapping.close()
    throw error
  }
}

function granted(asked: Resident): Residency {
  return { asked, got: asked, reason: undefined }
}

function* populate(mapping: FileMapping, path: string): Steps<string | undefined> {
  const { byteLength } = mapping
  for (let start = 0; start < byteLength; start += POPULATE_BYTES) {
    yield
    try {
      mapping.populate(start, Math.min(POPULATE_BYTES, byteLength - start))
    } catch (error) {
      const code = systemCode(error)
      if (code !== 'EFAULT') return `populate: ${String(code)}`
      throw new CorruptionError(
        `version is damaged: its file ends early or cannot be read, byteOffset=${start}, path=${path}. Publish or roll back.`,
        { path, offset: start, cause: error },
      )
    }
  }
  return undefined
}

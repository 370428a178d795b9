import { InvalidOptionError } from '../../errors/errors.js'
import { checkPermissions, type PermissionOptions } from '../../platform/permissions.js'
import { fileSystemOf } from '../../platform/file-systems.js'
import { quote } from '../../types/make-type.js'
import { isResident, type Resident } from '../reading/residency.js'
import type { SnapshotOf } from '../reading/snapshot.js'
import type { PublishProgress } from './stages.js'

/** Looks at a version before anybody else can see it, and throws to refuse it. */
export type Validator<S extends object> = (
  candidate: SnapshotOf<S>,
  current: SnapshotOf<S> | undefined,
) => void | Promise<void>

/** How long to wait for another publisher, and how durable the result is. */
export interface SwitchOptions extends PermissionOptions {
  /** How long to wait while another publisher holds the store, in milliseconds; default 30,000, 0 is not at all. */
  readonly timeoutMs?: number
  /**
   * Let another publisher take over when this one has given no sign of life for so many milliseconds, 100 or more: also one in another
   * container, which cannot know whether this one is dead. Signs are given by a timer and before each stage, so it must be longer than
   * a build or a validator keeps the thread. One that was overtaken gets a PublishConflictError and changes nothing. Without a lease only
   * proof of death counts.
   */
  readonly leaseMs?: number
  /** Ends the waiting, and the publication at any stage up to the switch; nothing is left behind. */
  readonly signal?: AbortSignal
  /** `'disk'`: it is current after a power cut, too. Default `'disk'`, and `'none'` on a file system in memory. */
  readonly durability?: 'disk' | 'none'
}

/** How to make a version current that exists already. */
export interface ReasonOptions extends SwitchOptions {
  /** Why: kept in the store until the next switch, and told by the `swap` events of those who follow. */
  readonly reason?: string
}

/** How to publish. */
export interface PublishOptions<S extends object> extends SwitchOptions {
  /** Asked in order, with the version as it was read back from the file, and the current one. */
  readonly validate?: Validator<S> | readonly Validator<S>[]
  /** Keep the file of a version that a validator refused, for somebody to look at: the error has its path. One is kept, the last. */
  readonly keepRefused?: boolean
  /** A word on the version, for `versions()`. */
  readonly note?: string
  /** How the publishing process maps the version; default as the store was opened. */
  readonly resident?: Resident
  /** The most the draft may grow to: bytes, or a string such as `'1 GiB'`. */
  readonly capacity?: number | string
  /** Told when a stage begins and ends, and how far writing and reading back are. What it throws is an uncaught exception. */
  readonly onProgress?: (progress: PublishProgress) => void
}

const TEXT_LENGTH_MAX = 10_000

const DURABILITIES: ReadonlySet<unknown> = new Set(['disk', 'none'])

/** Refuses options of a publish that make no sense. @throws InvalidOptionError */
export function checkPublishOptions<S extends object>(
  build: unknown,
  { note, resident, validate: validators, onProgress }: PublishOptions<S>,
): void {
  if (typeof build !== 'function')
    throw new InvalidOptionError('cannot publish: build is not a function.', { actual: build })
  if (resident !== undefined && !isResident(resident)) {
    throw new InvalidOptionError(`cannot publish: resident=${quote(resident)}, expected=lazy, populate or lock.`, {
      path: 'resident',
      actual: resident,
    })
  }
  checkText('publish', 'note', note)
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new InvalidOptionError('cannot publish: onProgress is not a function.', {
      path: 'onProgress',
      actual: onProgress,
    })
  }
  for (const validator of [validators ?? []].flat() as unknown[]) {
    if (typeof validator === 'function') continue
    throw new InvalidOptionError('cannot publish: validate is neither a function nor a list of them.', {
      path: 'validate',
    })
  }
}

/** Refuses a reason that is none. @throws InvalidOptionError */
export function checkReason(action: string, reason: unknown): void {
  checkText(action, 'reason', reason)
}

function checkText(action: string, name: string, text: unknown): void {
  if (text === undefined || (typeof text === 'string' && text.length <= TEXT_LENGTH_MAX)) return
  throw new InvalidOptionError(`cannot ${action}: ${name} is not a string of at most ${TEXT_LENGTH_MAX} units.`, {
    path: name,
  })
}

/** Refuses options of a switch that make no sense. @throws InvalidOptionError */
export function checkSwitchOptions(options: SwitchOptions): void {
  checkPermissions('publish', options)
  const { durability } = options
  if (durability === undefined || DURABILITIES.has(durability)) return
  throw new InvalidOptionError(`cannot publish: durability=${quote(durability)}, expected=disk or none.`, {
    path: 'durability',
    actual: durability,
  })
}

/** Whether what is written must survive a power cut. */
export function isDurableBy({ durability }: SwitchOptions, directory: string): boolean {
  return durability === undefined ? !fileSystemOf(directory).inMemory : durability === 'disk'
}

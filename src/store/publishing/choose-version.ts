import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidOptionError, NoVersionError } from '../../errors/errors.js'
import { openRegularFile } from '../../platform/files.js'
import { quote } from '../../types/make-type.js'
import {
  syncDirectoryAsync,
  syncPath,
  type CurrentRecord,
  type SwitchKind,
  type VersionRecord,
} from '../files/current-file.js'
import { permissionsIn } from '../files/store-permissions.js'
import { VERSIONS_NAME, versionPath } from '../files/store-layout.js'
import { BlockMeter } from '../reading/block-meter.js'
import { checkData } from '../reading/check-data.js'
import { runInTurns } from '../reading/steps.js'
import { versionInfo, type VersionInfo } from '../version-info.js'
import { checkReason, isDurableBy, type ReasonOptions } from './publish-options.js'
import { whilePublisher, type PublisherContext } from './publisher.js'
import { switchTo } from './switch.js'

/** What makes a version current that exists already. */
export type Choice = Exclude<SwitchKind, 'publish'>

/** For messages. */
const ACTIONS: Readonly<Record<Choice, string>> = { rollback: 'roll back', pin: 'pin', unpin: 'unpin' }

/** Makes a version current that exists already; see `Store.rollback`, `Store.pin` and `Store.unpin`. */
export async function chooseVersion(
  context: PublisherContext<object>,
  kind: Choice,
  wanted: number | undefined,
  options: ReasonOptions,
): Promise<VersionInfo> {
  const action = ACTIONS[kind]
  checkReason(action, options.reason)
  checkGeneration(action, wanted, kind === 'pin')
  return await whilePublisher(context, options, async (lock, record) => {
    const { directory } = context
    const target = targetOf(record, kind, wanted)
    if (record === undefined || target === undefined) throw noSuchVersion(directory, action, record, wanted)
    if (kind === 'unpin' && record.pinned === undefined) return versionInfo(target, record)
    const isDurable = isDurableBy(options, directory)
    await checkFile(context, versionPath(directory, target.generation), action, target, isDurable)
    if (isDurable) await syncDirectoryAsync(join(directory, VERSIONS_NAME))
    const { next, version } = chosen(record, kind, target, options.reason)
    const { current: permissions } = permissionsIn(directory, options, context.permissions)
    await switchTo(context, lock, next, { permissions, isDurable, signal: options.signal })
    await context.follower.look()
    return versionInfo(version, next)
  })
}

function targetOf(
  record: CurrentRecord | undefined,
  kind: Choice,
  wanted: number | undefined,
): VersionRecord | undefined {
  const versions = record?.versions ?? []
  const find = (generation: number | undefined): VersionRecord | undefined =>
    versions.find((version) => version.generation === generation)
  if (kind === 'unpin') return record?.pinned === undefined ? find(record?.generation) : versions.at(-1)
  if (wanted !== undefined) return find(wanted)
  return versions.filter(({ generation }) => generation < record!.generation).at(-1)
}

// A pin says that nothing changes by itself, so a rollback under a pin takes the pin along.
function chosen(
  record: CurrentRecord,
  kind: Choice,
  target: VersionRecord,
  reason: string | undefined,
): { readonly next: CurrentRecord; readonly version: VersionRecord } {
  const sequence = record.sequence + 1
  const { generation } = target
  const version = { ...target, sequence }
  const isPinned = kind === 'pin' || (kind === 'rollback' && record.pinned !== undefined)
  const next = {
    ...record,
    sequence,
    generation,
    versions: record.versions.map((other) => (other === target ? version : other)),
    pinned: isPinned ? generation : undefined,
    lastSwitch: { kind, at: Date.now(), reason },
  }
  return { next, version }
}

// It may have been published without being synced.
async function checkFile(
  context: PublisherContext<object>,
  path: string,
  action: string,
  target: VersionRecord,
  isDurable: boolean,
): Promise<void> {
  if (isDurable) await syncPath(path, action)
  const file = openRegularFile(path, { action, follow: false })
  try {
    await runInTurns(checkData(file, target), new BlockMeter(context.clock))
  } finally {
    closeSync(file.fd)
  }
}

function checkGeneration(action: string, generation: unknown, isRequired: boolean): void {
  if (Number.isSafeInteger(generation) || (generation === undefined && !isRequired)) return
  throw new InvalidOptionError(`cannot ${action}: generation=${quote(generation)}, expected=the number of a version.`, {
    path: 'generation',
    actual: generation,
  })
}

function noSuchVersion(
  directory: string,
  action: string,
  record: CurrentRecord | undefined,
  wanted: number | undefined,
): NoVersionError {
  const existing = record?.versions.map((version) => version.generation).join(', ') ?? ''
  const generation = wanted ?? (record === undefined ? 'none' : 'none older')
  return new NoVersionError(
    `cannot ${action}: generation=${generation}, existing=${existing}, path=${directory}. Keep more versions with retain.`,
    { path: directory, expected: wanted },
  )
}

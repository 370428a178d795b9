import { join } from 'node:path'
import { HotsegError, ValidationError } from '../../errors/errors.js'
import { removeFile } from '../../platform/files.js'
import type { Draft } from '../../segment/schema-type.js'
import { syncDirectoryAsync, type CurrentRecord, type VersionRecord } from '../files/current-file.js'
import { removeRetired } from '../files/leftovers.js'
import { permissionsIn } from '../files/store-permissions.js'
import { temporaryPath, VERSIONS_NAME, versionPath } from '../files/store-layout.js'
import { BlockMeter } from '../reading/block-meter.js'
import { openVersion, type OpenVersion } from '../reading/open-version.js'
import { nextTurn, runInTurns } from '../reading/steps.js'
import { versionInfo, type PublishedVersion } from '../version-info.js'
import { askValidators } from './ask-validators.js'
import { checkPublishOptions, isDurableBy, type PublishOptions } from './publish-options.js'
import type { PublisherLock } from './publisher-lock.js'
import { whilePublisher, type PublisherContext } from './publisher.js'
import { retained, type Retain } from './retention.js'
import { keepRefused } from './refused.js'
import { nameVersion, switchTo } from './switch.js'
import { Stages } from './stages.js'
import { newDraft, writeDraft, type DraftOrigin } from './write-draft.js'

/**
 * Builds, checks and writes a version and makes it current; see `Store.publish` and `Store.derive`.
 */
export async function publishVersion<S extends object>(
  context: PublisherContext<S>,
  origin: DraftOrigin,
  build: (draft: Draft<S>) => void | Promise<void>,
  options: PublishOptions<S>,
): Promise<PublishedVersion> {
  checkPublishOptions(build, options)
  return await whilePublisher(context as unknown as PublisherContext<object>, options, async (lock, record) => {
    const { directory, follower } = context
    // What the build reads from the store is the newest: a count that is read and put out one higher is never lost.
    await follower.look()
    const { onProgress, signal } = options
    const stages = new Stages({ onProgress, signal, onStage: () => lock.confirm() })
    const permissions = permissionsIn(directory, options, context.permissions)
    const temporary = temporaryPath(directory)
    const generation = (record?.highest ?? 0) + 1
    const sequence = (record?.sequence ?? 0) + 1
    let candidate: OpenVersion | undefined
    const path = versionPath(directory, generation)
    const installed = new Set<string>()
    try {
      const draft = newDraft(context, origin, record, options)
      const written = await writeDraft(context, draft, build, options, temporary, permissions.version, stages)
      const version: VersionRecord = { ...written, generation, sequence, publishedAt: Date.now(), note: options.note }
      // The publisher always compares what it reads back with what it meant to write.
      const resident = options.resident ?? context.resident
      const readBack = await stages.run('read-back', (onChecked) => {
        const checked = { ...context, checksData: true, resident, onChecked }
        return runInTurns(openVersion(checked, temporary, version), new BlockMeter(context.clock))
      })
      candidate = readBack
      await stages
        .runForeign('validate', () => askValidators(context, readBack, options.validate, signal))
        .catch((error: unknown) => {
          const isRefused = options.keepRefused === true && error instanceof ValidationError
          throw isRefused ? keepRefused(directory, lock, temporary, generation, error, permissions.directory) : error
        })
      const isDurable = isDurableBy(options, directory)
      await stages.run('rename', async () => {
        nameVersion(lock, temporary, path)
        installed.add(path)
        if (isDurable) await syncDirectoryAsync(join(directory, VERSIONS_NAME))
      })
      const next = withVersion(record, version, context.retain)
      const onSwitched = (): void => {
        installed.delete(path)
      }
      await stages.run('switch', () =>
        switchTo(context, lock, next, { permissions: permissions.current, isDurable, signal, onSwitched }),
      )
      removeRetired(directory, record, next)
      await nextTurn()
      // One that was overtaken after its switch may have seen a newer version already.
      if (next.generation === generation && lock.isHeld()) {
        await follower.install(candidate, new BlockMeter(context.clock))
      } else candidate.discard()
      return { ...versionInfo(version, next), stages: stages.times }
    } catch (error) {
      candidate?.discard()
      clearUnfinished(lock, temporary, installed)
      throw error
    }
  })
}

// What failed before is what the caller must know; the next publisher clears what cannot be removed.
function clearUnfinished(lock: PublisherLock, temporary: string, installed: Iterable<string>): void {
  const action = 'clear draft'
  try {
    removeFile(temporary, action)
    // A successor may have given the number to a version of its own.
    for (const path of installed) lock.remove(path, action)
  } catch (error) {
    if (!(error instanceof HotsegError)) throw error
  }
}

// While one is pinned, the new version is listed and kept, and becomes current when the pin is taken away.
function withVersion(record: CurrentRecord | undefined, version: VersionRecord, retain: Retain): CurrentRecord {
  const { generation, sequence, publishedAt } = version
  const versions = [...(record?.versions ?? []), version]
  const next: CurrentRecord =
    record?.pinned === undefined
      ? { sequence, generation, highest: generation, versions, lastSwitch: { kind: 'publish', at: publishedAt } }
      : { ...record, sequence, highest: generation, versions }
  return { ...next, versions: retained(next, retain, publishedAt) }
}

import { join } from 'node:path'
import { removeFile } from '../../platform/files.js'
import type { Draft } from '../../segment/schema-type.js'
import { syncDirectoryAsync, type CurrentRecord, type VersionRecord } from '../files/current-file.js'
import { clearLeftovers } from '../files/leftovers.js'
import { temporaryPath, VERSIONS_NAME, versionPath } from '../files/store-layout.js'
import { BlockMeter } from '../reading/block-meter.js'
import { openVersion, type OpenVersion } from '../reading/open-version.js'
import { nextTurn, runInTurns } from '../reading/steps.js'
import { versionInfo, type PublishedVersion } from '../version-info.js'
import { askValidators } from './ask-validators.js'
import { checkPublishOptions, isDurableBy, type PublishOptions } from './publish-options.js'
import { whilePublisher, type PublisherContext } from './publisher.js'
import { retained, type Retain } from './retention.js'
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
    const stages = new Stages({ onProgress, signal, onStage: () => undefined })
    const temporary = temporaryPath(directory)
    const generation = (record?.highest ?? 0) + 1
    const sequence = (record?.sequence ?? 0) + 1
    let candidate: OpenVersion | undefined
    const path = versionPath(directory, generation)
    const unfinished = new Set([temporary])
    try {
      const draft = newDraft(context, origin, record, options)
      const written = await writeDraft(context, draft, build, options, temporary, stages)
      const version: VersionRecord = { ...written, generation, sequence, publishedAt: Date.now(), note: options.note }
      // The publisher always compares what it reads back with what it meant to write.
      const resident = options.resident ?? context.resident
      const readBack = await stages.run('read-back', (onChecked) => {
        const checked = { ...context, checksData: true, resident, onChecked }
        return runInTurns(openVersion(checked, temporary, version), new BlockMeter(context.clock))
      })
      candidate = readBack
      await stages.runForeign('validate', () => askValidators(context, readBack, options.validate, signal))
      const isDurable = isDurableBy(options, directory)
      await stages.run('rename', async () => {
        nameVersion(temporary, path)
        unfinished.add(path)
        if (isDurable) await syncDirectoryAsync(join(directory, VERSIONS_NAME))
      })
      const next = withVersion(record, version, context.retain)
      const onSwitched = (): void => {
        unfinished.delete(path)
      }
      await stages.run('switch', () =>
        switchTo(context, lock, next, { mode: options.mode, isDurable, signal, onSwitched }),
      )
      clearLeftovers(directory, next)
      await nextTurn()
      if (next.generation === generation) await follower.install(candidate, new BlockMeter(context.clock))
      else candidate.retireAtOnce()
      return { ...versionInfo(version, next), stages: stages.times }
    } catch (error) {
      candidate?.retireAtOnce()
      for (const file of unfinished) removeFile(file, 'clear draft')
      throw error
    }
  })
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

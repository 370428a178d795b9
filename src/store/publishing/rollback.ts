import { NoVersionError } from '../../errors/errors.js'
import { FileMapping } from '../../mapping/file-mapping.js'
import type { CurrentRecord, VersionRecord } from '../files/current-file.js'
import { versionPath } from '../files/store-layout.js'
import { BlockMeter } from '../reading/block-meter.js'
import { checkData } from '../reading/open-version.js'
import { runInTurns } from '../reading/steps.js'
import { isDurableBy, type SwitchOptions } from './publish-options.js'
import { whilePublisher, type PublisherContext } from './publisher.js'
import { switchTo } from './switch.js'

/** Makes an older version current again; see `Store.rollback`. */
export async function rollBack(
  context: PublisherContext<object>,
  wanted: number | undefined,
  options: SwitchOptions,
): Promise<VersionRecord> {
  return await whilePublisher(context, options, async (lock, record) => {
    const { directory } = context
    const generation = wanted ?? previousOf(record)
    const target = record?.versions.find((version) => version.generation === generation)
    if (record === undefined || target === undefined) {
      const existing = record?.versions.map((version) => version.generation).join(', ') ?? ''
      throw new NoVersionError(
        `cannot roll back: generation=${generation ?? 'none older'}, existing=${existing}. Keep more versions with retain.`,
        { path: directory, expected: generation },
      )
    }
    const path = versionPath(directory, target.generation)
    const mapping = FileMapping.open(path, { action: 'roll back', follow: false })
    try {
      await runInTurns(checkData(mapping, path, target), new BlockMeter(context.clock))
    } finally {
      mapping.close()
    }
    const sequence = record.sequence + 1
    const version = { ...target, sequence }
    const versions = record.versions.map((other) => (other === target ? version : other))
    await switchTo(
      context,
      lock,
      { ...record, sequence, generation: target.generation, versions },
      {
        mode: options.mode,
        isDurable: isDurableBy(options, directory),
        signal: options.signal,
      },
    )
    await context.follower.look()
    return version
  })
}

function previousOf(record: CurrentRecord | undefined): number | undefined {
  const older = record?.versions.filter(({ generation }) => generation < record.generation) ?? []
  return older.at(-1)?.generation
}

import * as fs from 'node:fs'
import { NoVersionError } from '../../errors/errors.js'
import { crc32 } from '../../platform/crc32.js'
import type { Permissions } from '../../platform/permissions.js'
import { allocateBlocks, createFile, writeFullyAsync } from '../../platform/files.js'
import { FileSegment as Segment } from '../../segment/file-segment.js'
import type { Draft } from '../../segment/schema-type.js'
import type { SegmentOptions } from '../../segment/segment-parts.js'
import { syncFile, type CurrentRecord } from '../files/current-file.js'
import { makeDraft } from './draft.js'
import { isDurableBy, type PublishOptions } from './publish-options.js'
import type { PublisherContext } from './publisher.js'
import type { Stages } from './stages.js'

/** What a draft holds before it is built: nothing, or the current version. */
export type DraftOrigin = 'empty' | 'current'

/** The private segment that a version is built in. @throws NoVersionError when it is to begin as the current version and cannot */
export function newDraft(
  context: Pick<PublisherContext<object>, 'follower' | 'directory'>,
  origin: DraftOrigin,
  record: CurrentRecord | undefined,
  options: SegmentOptions,
): Segment {
  return origin === 'empty' ? Segment.inMemory(options) : copyOfCurrent(context, record, options)
}

// The follower has just looked: what it reads is what the store has, or it could not be adopted.
function copyOfCurrent(
  { follower, directory }: Pick<PublisherContext<object>, 'follower' | 'directory'>,
  record: CurrentRecord | undefined,
  options: SegmentOptions,
): Segment {
  const { version, failure } = follower
  if (version !== undefined && version.generation === record?.generation)
    return Segment.copyOf(version.segment, options)
  const reason = record === undefined ? 'there is none' : (failure?.message ?? 'it could not be adopted')
  throw new NoVersionError(
    `cannot derive from the current version: generation=${record?.generation ?? 'none'}, reason=${reason}, path=${directory}. Publish one from scratch.`,
    { path: directory, expected: record?.generation, cause: failure },
  )
}

/** Lets `build` fill the draft, seals it and writes it to the file `temporary`: the stages up to `sync`. The draft is closed in any case. */
export async function writeDraft<S extends object>(
  context: PublisherContext<S>,
  segment: Segment,
  build: (draft: Draft<S>) => void | Promise<void>,
  options: PublishOptions<S>,
  temporary: string,
  permissions: Permissions,
  stages: Stages,
): Promise<{ byteLength: number; checksum: number }> {
  try {
    await stages.runForeign('build', () => build(makeDraft<S>(context.schema, segment)))
    const action = 'write version'
    const fd = createFile(temporary, permissions, action)
    try {
      const written = await stages.run('write', async (onBytes) => {
        segment.seal()
        const bytes = segment.bytes()
        const checksum = crc32(bytes)
        allocateBlocks(fd, bytes.length, temporary, action)
        await writeFullyAsync(fd, bytes, temporary, action, onBytes)
        return { byteLength: bytes.length, checksum }
      })
      await stages.run('sync', () => (isDurableBy(options, context.directory) ? syncFile(fd, temporary) : undefined))
      return written
    } finally {
      fs.closeSync(fd)
    }
  } finally {
    segment.close()
  }
}

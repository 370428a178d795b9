import type { Schema } from '../segment/schema-type.js'
import { Store } from '../store/store.js'
import type { VersionInfo } from '../store/version-info.js'
import type { Answer } from './output.js'
import { readStoreFiles } from './store-files.js'

/** The options of the commands that make another version current. */
export interface SwitchCommand {
  readonly reason?: string
  readonly timeout?: number
}

/** Makes an older version current: `generation`, or the one before the current one. */
export async function rollback(
  directory: string,
  generation: number | undefined,
  options: SwitchCommand,
): Promise<Answer> {
  return await choose(directory, options, (store, how) => store.rollback(generation, how))
}

/** Makes a version current and lets it stay so. */
export async function pin(directory: string, generation: number, options: SwitchCommand): Promise<Answer> {
  return await choose(directory, options, (store, how) => store.pin(generation, how))
}

/** Takes the pin away. */
export async function unpin(directory: string, options: SwitchCommand): Promise<Answer> {
  return await choose(directory, options, (store, how) => store.unpin(how))
}

async function choose(
  directory: string,
  { reason, timeout }: SwitchCommand,
  work: (store: Store<Schema>, how: { reason?: string; timeoutMs?: number }) => Promise<VersionInfo>,
): Promise<Answer> {
  const before = readStoreFiles(directory).record.generation
  // Also a store whose current version is damaged: that is what one rolls back from.
  const store = await Store.open<Schema>(directory, { schema: {}, create: true, check: 'header' })
  try {
    const version = await work(store, {
      ...(reason === undefined ? {} : { reason }),
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    })
    const { generation, isPinned } = version
    return {
      data: { path: directory, isRight: true, generation, isPinned, previous: before },
      lines: [
        `current generation ${generation}${isPinned ? ', pinned' : ''}` +
          (generation === before ? ', as before' : `, before ${before}`),
      ],
      isRight: true,
    }
  } finally {
    await store.close()
  }
}

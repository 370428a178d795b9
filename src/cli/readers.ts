import { BlockMeter } from '../store/reading/block-meter.js'
import { runAtOnce } from '../store/reading/steps.js'
import { listReaders } from '../store/watching/reader-files.js'
import { table, type Answer } from './output.js'
import { readStoreFiles } from './store-files.js'

/**
 * Who has a store open, and which versions they read and hold. Those that may not write in the directory are not listed; files of readers
 * that died are removed.
 */
export function readers(directory: string): Answer {
  const { generation } = readStoreFiles(directory).record
  const found = runAtOnce(listReaders(directory), new BlockMeter(() => 0)).map(({ info }) => ({
    processId: info.processId,
    threadId: info.threadId,
    generation: info.generation,
    isCurrent: info.generation === generation,
    since: info.since,
    held: info.held,
    state: info.state,
  }))
  const rows = found.map((reader) => [
    String(reader.processId),
    String(reader.threadId),
    `${reader.generation}${reader.isCurrent ? '' : ' (old)'}`,
    reader.since.toISOString(),
    reader.held.map((held) => held.generation).join(', '),
    reader.state,
  ])
  return {
    data: { path: directory, isRight: true, generation, readers: found },
    lines:
      rows.length === 0
        ? ['no readers']
        : table([['process', 'thread', 'reads', 'since', 'holds', 'state'], ...rows], new Set([0, 1])),
    isRight: true,
  }
}

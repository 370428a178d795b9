import { versionInfo } from '../store/version-info.js'
import { formatBytes, table, type Answer } from './output.js'
import { readStoreFiles } from './store-files.js'

/** Lists the versions of a store: which is current, which is pinned, and what made it current. Changes nothing. */
export function versions(directory: string): Answer {
  const { record } = readStoreFiles(directory)
  const { generation, highest, pinned, lastSwitch } = record
  const list = record.versions.map((version) => versionInfo(version, record))
  const rows = list.map((version) => [
    version.isPinned ? '* pinned' : version.isCurrent ? '*' : '',
    String(version.generation),
    formatBytes(version.byteLength),
    version.publishedAt.toISOString(),
    version.note ?? '',
  ])
  const switched =
    lastSwitch === undefined
      ? []
      : [
          `last switch: ${lastSwitch.kind}, ${new Date(lastSwitch.at).toISOString()}` +
            (lastSwitch.reason === undefined ? '' : `, reason: ${lastSwitch.reason}`),
        ]
  return {
    data: {
      path: directory,
      isRight: true,
      generation,
      highest,
      pinned: pinned ?? null,
      lastSwitch: lastSwitch === undefined ? null : { ...lastSwitch, at: new Date(lastSwitch.at).toISOString() },
      versions: list,
    },
    lines: [
      ...table([['', 'generation', 'size', 'published', 'note'], ...rows], new Set([1])),
      ...(switched.length === 0 ? [] : ['', ...switched]),
    ],
    isRight: true,
  }
}

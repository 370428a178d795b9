import { basename } from 'node:path'
import { FileMapping } from '../mapping/file-mapping.js'
import { systemCode } from '../platform/file-errors.js'
import { FileSegment as Segment } from '../segment/file-segment.js'
import { readCurrent } from '../store/files/current-file.js'
import { versionPath } from '../store/files/store-layout.js'
import { describeSegment } from './describe-segment.js'
import { formatBytes, table, type Answer } from './output.js'
import { isDirectory, readStoreFiles, type StoreFiles } from './store-files.js'

/**
 * What a segment or a store holds: sizes, objects and their types; for a store its versions, and the current one in detail.
 * No schema is needed: a segment describes itself.
 */
export function inspect(path: string): Answer {
  return isDirectory(path) ? inspectStore(path) : inspectSegment(path)
}

function inspectSegment(path: string): Answer {
  const segment = openForInspection(path)
  try {
    const { data, lines } = describeSegment(segment)
    return { data: { path, ...data }, lines: [`segment ${basename(path)}`, ...lines], isRight: true }
  } finally {
    segment.close()
  }
}

function inspectStore(directory: string): Answer {
  const { record, strays, publisher, current } = readWithCurrent(directory)
  const versions = record.versions.map((version) => ({
    generation: version.generation,
    isCurrent: version.generation === record.generation,
    byteLength: version.byteLength,
    publishedAt: new Date(version.publishedAt).toISOString(),
    note: version.note ?? '',
  }))
  const rows = versions.map(({ generation, isCurrent, byteLength, publishedAt, note }) => [
    isCurrent ? '*' : '',
    String(generation),
    formatBytes(byteLength),
    publishedAt,
    note,
  ])
  return {
    data: {
      path: directory,
      generation: record.generation,
      highest: record.highest,
      versions,
      strays,
      publisher,
      current: current.data,
    },
    lines: [
      `store ${directory}, current generation ${record.generation}, highest ever ${record.highest}`,
      '',
      ...table([['', 'generation', 'size', 'published', 'note'], ...rows], new Set([1])),
      ...(publisher === undefined ? [] : ['', `publisher at work: ${publisher}`]),
      ...(strays.length === 0 ? [] : ['', `belongs to no version: ${strays.join(', ')}`]),
      '',
      ...current.lines,
    ],
    isRight: true,
  }
}

// A publisher may retire the version between the reading of its number and the opening of its file: then it is read again.
function readWithCurrent(directory: string): StoreFiles & { readonly current: Answer } {
  for (;;) {
    const files = readStoreFiles(directory)
    try {
      return { ...files, current: inspectSegment(versionPath(directory, files.record.generation)) }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || readCurrent(directory)?.sequence === files.record.sequence) throw error
    }
  }
}

/** A segment file to look at, its header checked. */
export function openForInspection(path: string): Segment {
  const mapping = FileMapping.open(path, { action: 'open segment' })
  try {
    return Segment.fromMapping(mapping, path)
  } catch (error) {
    mapping.close()
    throw error
  }
}

import type { FileSegment as Segment } from '../segment/file-segment.js'
import { formatBytes, table } from './output.js'

/** What a segment says of itself: state, sizes, and its objects with their types. Walks through every object. */
export function describeSegment(segment: Segment): { data: Record<string, unknown>; lines: string[] } {
  const { state, identity } = segment
  const createdAt = segment.createdAt.toISOString()
  const stats = segment.stats()
  const facts = table([
    ['state', state],
    ['identity', identity],
    ['created', createdAt],
    ['capacity', formatBytes(stats.capacity)],
    ['length', formatBytes(stats.endBytes)],
    ['used', formatBytes(stats.used)],
    ['free', formatBytes(stats.free)],
    ['blocks', stats.blocks.toLocaleString('en')],
  ])
  // The type comes last: that of a table takes hundreds of characters.
  const objects = stats.objects.map(({ name, count, bytes, fingerprint, type }) => [
    name ?? '(unnamed)',
    count?.toLocaleString('en') ?? '',
    bytes.toLocaleString('en'),
    fingerprint,
    type,
  ])
  return {
    data: {
      state,
      identity,
      createdAt,
      capacity: stats.capacity,
      byteLength: stats.endBytes,
      used: stats.used,
      free: stats.free,
      blocks: stats.blocks,
      objects: stats.objects.map((object) => ({ ...object, name: object.name ?? null, count: object.count ?? null })),
    },
    lines: [
      ...facts,
      '',
      ...table([['object', 'elements', 'bytes', 'fingerprint', 'type'], ...objects], new Set([1, 2])),
    ],
  }
}

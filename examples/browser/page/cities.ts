/** What the segment of the example holds, and how it is searched; shared by the program that builds it and by the page. */
import { multiIndex, orderedNonUnique, string, struct, u32, type ReadonlyOpened } from 'hotseg/core'

const City = struct({ name: string, search: string, country: string, population: u32 })

export const Cities = multiIndex(City, { search: orderedNonUnique('search') })

/** A city as the page shows it. */
export interface FoundCity {
  readonly name: string
  readonly country: string
  readonly population: number
}

/** What cities are searched by: lower case, without accents. */
export function searchTextOf(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The largest cities whose names begin with a text, and how many there are in all. */
export function find(
  cities: ReadonlyOpened<typeof Cities>,
  text: string,
  most: number,
): { count: number; largest: FoundCity[] } {
  const prefix = searchTextOf(text)
  // Views read the segment in place: of most rows, only the population is looked at.
  const matching = cities.by.search.range(prefix === '' ? {} : { prefix }).toArray()
  const largest = matching
    .map((city) => ({ city, population: city.population }))
    .sort((a, b) => b.population - a.population)
    .slice(0, most)
    .map(({ city, population }) => ({ name: city.name, country: city.country, population }))
  return { count: matching.length, largest }
}

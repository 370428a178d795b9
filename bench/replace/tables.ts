/** The questions of the demo's load, asked of any system. */

/** One edition of the two tables, as a system shows it within one turn of the event loop. */
export interface Tables {
  readonly edition: number
  word(text: string): { readonly frequency: number; readonly tag: string } | undefined
  /** The first words with a prefix, in order. */
  words(prefix: string, limit: number): readonly { readonly text: string; readonly frequency: number }[]
  city(id: number): { readonly name: string; readonly country: string; readonly population: number } | undefined
  cities(prefix: string, limit: number): readonly CityLine[]
  /** The cities of a country with the most people. */
  largest(country: string, limit: number): readonly CityLine[]
}

/** A city in a list. */
export interface CityLine {
  readonly id: number
  readonly name: string
  readonly population: number
}

const PREFIX_LIMIT = 5
const LARGEST_LIMIT = 3

/** The answer to a request, as the load expects it; undefined when there is nothing of that name. */
export function answer(tables: Tables, url: string): object | undefined {
  const { edition } = tables
  const { pathname, searchParams: query } = new URL(url, 'http://localhost')
  const text = query.get('text') ?? ''
  const prefix = query.get('prefix') ?? ''
  const id = Number(query.get('id'))
  switch (pathname) {
    case '/word': {
      const word = tables.word(text)
      return word && { edition, text, frequency: word.frequency, tag: word.tag }
    }
    case '/words':
      return { edition, words: tables.words(prefix, PREFIX_LIMIT) }
    case '/city': {
      const city = tables.city(id)
      return city && { edition, id, name: city.name, country: city.country, population: city.population }
    }
    case '/cities':
      return { edition, cities: tables.cities(prefix, PREFIX_LIMIT) }
    case '/largest':
      return { edition, cities: tables.largest(query.get('country') ?? '', LARGEST_LIMIT) }
    case '/both': {
      const word = tables.word(text)
      const city = tables.city(id)
      return word && city && { edition, frequency: word.frequency, population: city.population }
    }
    default:
      return undefined
  }
}

/** What a worker needs of a system. */
export interface Reader {
  /** The tables for one request, answered within one turn. */
  now(): Tables
  /** Takes the newest data over, for systems that must be told. */
  reload?(): void
}

/** What the publisher needs of a system. */
export interface Writer {
  /** Replaces all data by that of an edition. */
  publish(edition: number): Promise<void>
}

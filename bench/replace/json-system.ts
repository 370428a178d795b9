import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import {
  frequencyIn,
  loadCities,
  loadWords,
  populationIn,
  type BaseCity,
  type BaseWord,
} from '../../examples/demo/data.js'
import type { Reader, Tables, Writer } from './tables.js'

interface Content {
  readonly edition: number
  readonly words: readonly BaseWord[]
  readonly cities: readonly BaseCity[]
}

/** Writes each edition as one file of JSON, replaced by a rename. */
export function jsonWriter(place: string): Writer {
  const words = loadWords()
  const cities = loadCities()
  return {
    publish(edition) {
      const content: Content = {
        edition,
        words: words.map((word) => ({ ...word, frequency: frequencyIn(edition, word) })),
        cities: cities.map((city) => ({ ...city, population: populationIn(edition, city) })),
      }
      writeFileSync(`${place}.new`, JSON.stringify(content))
      renameSync(`${place}.new`, place)
      return Promise.resolve()
    },
  }
}

/** Parses the file and builds Maps and sorted Arrays, all in its own heap; again at each reload. */
export function jsonReader(place: string): Reader {
  let tables = readTables(place)
  return {
    now: () => tables,
    reload() {
      tables = readTables(place)
    },
  }
}

function readTables(place: string): Tables {
  const { edition, words, cities } = JSON.parse(readFileSync(place, 'utf8')) as Content
  const wordsByText = new Map(words.map((word) => [word.text, word]))
  const wordsInOrder = [...words].sort((a, b) => compare(a.text, b.text))
  const citiesById = new Map(cities.map((city) => [city.id, city]))
  const citiesInOrder = [...cities].sort((a, b) => compare(a.name, b.name))
  const byCountry = new Map<string, BaseCity[]>()
  for (const city of cities) {
    const group = byCountry.get(city.country)
    if (group === undefined) byCountry.set(city.country, [city])
    else group.push(city)
  }
  for (const group of byCountry.values()) group.sort((a, b) => b.population - a.population)
  const line = ({ id, name, population }: BaseCity): { id: number; name: string; population: number } => ({
    id,
    name,
    population,
  })
  return {
    edition,
    word: (text) => wordsByText.get(text),
    words: (prefix, limit) =>
      withPrefix(wordsInOrder, prefix, limit, ({ text }) => text).map(({ text, frequency }) => ({ text, frequency })),
    city: (id) => citiesById.get(id),
    cities: (prefix, limit) => withPrefix(citiesInOrder, prefix, limit, ({ name }) => name).map(line),
    largest: (country, limit) => (byCountry.get(country) ?? []).slice(0, limit).map(line),
  }
}

function withPrefix<T>(inOrder: readonly T[], prefix: string, limit: number, textOf: (item: T) => string): T[] {
  let low = 0
  let high = inOrder.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(textOf(inOrder[middle]!), prefix) < 0) low = middle + 1
    else high = middle
  }
  return inOrder.slice(low, low + limit).filter((item) => textOf(item).startsWith(prefix))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

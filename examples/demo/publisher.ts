/** The publisher: reads the data once, builds the first edition, then derives another each time it is told to. */
import { constants, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Store, ValidationError, type Draft, type PublishOptions } from 'hotseg'
import {
  frequencyIn,
  groupOfCity,
  groupOfEdition,
  groupOfWord,
  loadCities,
  loadWords,
  populationIn,
  type Arm,
} from './data.js'
import { sharedNow } from './kernel.js'
import type { EditionDone, PublisherReady, PublishRequest } from './messages.js'
import { schema } from './schema.js'

// Publishing is never urgent, answering is.
setPriority(constants.priority.PRIORITY_LOW)

const directory = process.argv[2] ?? ''
const words = loadWords()
const cities = loadCities()
const store = await Store.open(directory, { schema, create: true, retain: 1 })
let edition = 0

function build(draft: Draft<typeof schema>): void {
  draft.edition = edition
  for (const word of words) {
    draft.lexicon.insert({ text: word.text, frequency: frequencyIn(edition, word), tag: word.tag })
  }
  for (const city of cities) {
    const { id, name, country, at } = city
    draft.cities.insert({ id, name, country, population: populationIn(edition, city), at })
  }
}

function change(draft: Draft<typeof schema>): void {
  draft.edition = edition
  const group = groupOfEdition(edition)
  for (const word of words) {
    if (groupOfWord(word) !== group) continue
    draft.lexicon.modify(draft.lexicon.by.text.get(word.text)!, { frequency: frequencyIn(edition, word) })
  }
  for (const city of cities) {
    if (groupOfCity(city) !== group) continue
    draft.cities.modify(draft.cities.by.id.get(city.id)!, { population: populationIn(edition, city) })
  }
}

/**
 * The first edition is built from nothing, later ones from the current one. Both arms make, write, read back and check an edition;
 * at the very end one refuses it and the other switches to it.
 */
async function publish(arm: Arm): Promise<EditionDone> {
  const before = store.generation === 0 ? 0 : store.current.edition
  edition = before + (arm === 'swap' ? 2 : 1)
  const start = sharedNow()
  let at = start
  const options: PublishOptions<typeof schema> = {
    capacity: '1 GiB',
    note: `edition ${edition}`,
    validate: (candidate) => {
      if (candidate.edition !== edition) throw new Error('wrong edition')
      if (candidate.lexicon.size !== words.length || candidate.cities.size !== cities.length) {
        throw new Error('rows are missing')
      }
      at = sharedNow()
      if (arm === 'steady') throw new Error('discarded on purpose')
    },
  }
  try {
    await (before === 0 ? store.publish(build, options) : store.derive(change, options))
  } catch (error) {
    if (arm === 'swap' || !(error instanceof ValidationError)) throw error
  }
  return { type: 'edition', edition, arm, generation: store.generation, at, tookMs: at - start }
}

process.on('message', ({ arm, notBefore }: PublishRequest) => {
  void (async () => {
    await sleep(Math.max(0, notBefore - sharedNow()))
    process.send?.(await publish(arm))
  })()
})
process.on('disconnect', () => process.exit())

const { tookMs } = await publish('swap')
const ready: PublisherReady = {
  type: 'ready',
  rows: words.length + cities.length,
  byteLength: store.versions().at(-1)?.byteLength ?? 0,
  buildMs: tookMs,
}
process.send?.(ready)

// A process with a store, told what to do by messages; one answer to each.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { hashMap, Store, string, u32 } from 'hotseg'

const schemas = { words: { words: hashMap(string, u32), edition: u32 }, edition: { edition: u32 } }
let store
let snapshot
let spin
let proceed = () => undefined
const failures = []

const commands = {
  async open({ directory, schema = 'words', ...options }) {
    store = await Store.open(directory, { schema: schemas[schema], create: true, ...options })
    store.on('adopt-failed', ({ error }) => failures.push(error.message))
    return store.generation
  },
  // Whoever reads checks what it reads: every word of an edition carries its number.
  async publish({ edition, words = 10, options }) {
    const version = await store.publish((draft) => {
      draft.edition = edition
      for (let index = 0; index < words; index++) draft.words.set(`word ${index}`, edition)
    }, options)
    return version.generation
  },
  async derive({ edition, options }) {
    const version = await store.derive((draft) => {
      draft.edition = edition
      for (const word of draft.words.keys()) draft.words.set(word, edition)
    }, options)
    return version.generation
  },
  refuse: ({ edition }) =>
    store.publish((draft) => (draft.edition = edition), {
      keepRefused: true,
      validate: () => {
        throw new Error('refused')
      },
    }),
  async increment({ times = 1, at = 0, options }) {
    const generations = []
    // The barrier: all who were given this moment begin at it.
    while (performance.timeOrigin + performance.now() < at);
    for (let index = 0; index < times; index++) {
      const version = await store.publish((draft) => {
        draft.edition = (store.generation === 0 ? 0 : store.current.edition) + 1
      }, options)
      generations.push(version.generation)
    }
    return generations
  },
  // Stops in the middle of a build until it is told to proceed, or killed.
  publishAndWait({ edition }) {
    return new Promise((resolve) => {
      void store.publish(async (draft) => {
        draft.edition = edition
        resolve('building')
        await new Promise((done) => (proceed = done))
      })
    })
  },
  proceed: () => proceed(),
  // 0 as long as there is no version.
  read: () => ({ edition: store.generation === 0 ? 0 : store.current.edition, generation: store.generation }),
  refresh: () => store.refresh(),
  check() {
    const { current } = store
    for (const [word, edition] of current.words) {
      if (edition !== current.edition) throw new Error(`torn: ${word} is ${edition} in ${current.edition}`)
    }
    return current.edition
  },
  // Reads and checks in every turn until it is asked how that went.
  spin() {
    const turn = () => {
      if (spin === undefined) return
      spin.turns++
      try {
        commands.check()
      } catch (error) {
        spin.errors.push(error.message)
      }
      setImmediate(turn)
    }
    spin = { turns: 0, errors: [] }
    turn()
  },
  spun() {
    const result = spin
    spin = undefined
    return result
  },
  acquire() {
    snapshot = store.acquire()
    return snapshot.edition
  },
  readHeld: () => snapshot.edition,
  release: () => snapshot.release(),
  pause: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms)),
  rollback: async ({ generation, options }) => (await store.rollback(generation, options)).generation,
  pin: async ({ generation, options }) => (await store.pin(generation, options)).generation,
  gc: async () => (await store.gc()).removed.length,
  // What is left after a collection.
  memory() {
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    return heapUsed + external + arrayBuffers
  },
  failures: () => failures,
  follows: () => store.follows,
  close: () => store.close(),
}

process.on('disconnect', () => process.exit())
process.on('message', async ({ command, ...request }) => {
  try {
    process.send({ result: await commands[command](request) })
  } catch (error) {
    process.send({ error: { code: error.code, message: error.message, stack: error.stack } })
  }
})
process.send({ ready: true })

// A publisher of the campaign: publishes, derives and rolls back without end, until it is told to pause, or killed.
import { setTimeout as sleep } from 'node:timers/promises'
import { Store } from 'hotseg'
import { begin } from './begin.js'
import { Random } from './random.js'
import { fill, nextGeneration, schema } from './values.js'

const SIZES = [20, 200, 200, 2000]

let paused
let isOver = false
process.on('message', ({ type, number }) => {
  if (type === 'pause') paused = number
  if (type === 'resume') paused = undefined
  if (type === 'end') isOver = true
})

const { directory, seed, retain, limitMs } = await begin()
const random = new Random(seed)

async function change(store, method) {
  const made = { serial: random.below(2 ** 32), count: random.pick(SIZES), generation: 0 }
  const version = await store[method](
    async (draft) => {
      made.generation = nextGeneration(directory)
      fill(draft, made)
      if (random.chance(0.2)) await sleep(random.below(5))
    },
    {
      timeoutMs: limitMs,
      // On a file system in memory nothing is synced otherwise; here both orders of the steps are walked.
      durability: random.pick(['disk', 'none']),
      validate: random.chance(0.3) ? () => sleep(1) : [],
    },
  )
  if (version.generation !== made.generation) throw new Error(`published ${version.generation}, not ${made.generation}`)
}

/** Makes a version current, or pins it: one that may be gone by then, which is no mistake. */
async function choose(store, method) {
  const generation = method === 'rollback' && random.chance(0.5) ? undefined : random.pick(store.versions()).generation
  try {
    await store[method](generation, { timeoutMs: limitMs })
  } catch (error) {
    if (error.code !== 'ERR_HOTSEG_NO_VERSION_ERROR') throw error
  }
}

/** What is done, by what it is counted as, with its share of all. */
const steps = [
  [0.16, 'rolledBack', (store) => choose(store, 'rollback')],
  [0.02, 'pinned', (store) => choose(store, 'pin')],
  [0.04, 'unpinned', (store) => store.unpin({ timeoutMs: limitMs })],
  [0.03, 'collected', (store) => store.gc({ timeoutMs: limitMs })],
  [0.25, 'derived', (store) => change(store, 'derive')],
  [0.5, 'published', (store) => change(store, 'publish')],
]

async function step(store) {
  let share = random.next()
  const [, name, work] = steps.find(([part]) => (share -= part) < 0) ?? steps.at(-1)
  await work(store)
  return name
}

const store = await Store.open(directory, { schema, create: true, retain })
store.on('adopt-failed', ({ error }) => process.send({ type: 'complaint', text: error.stack }))
process.send({ type: 'ready' })
let answered
while (!isOver) {
  if (paused === undefined) {
    process.send({ type: 'done', what: await step(store) })
    await sleep(random.below(3))
  } else {
    if (answered !== paused) process.send({ type: 'paused', number: paused })
    answered = paused
    await sleep(1)
  }
}
await store.close()
process.disconnect()

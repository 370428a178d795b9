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

async function rollBack(store) {
  try {
    await store.rollback(random.chance(0.5) ? undefined : random.pick(store.versions()).generation, {
      timeoutMs: limitMs,
    })
  } catch (error) {
    // Nothing older is there, or it went meanwhile.
    if (error.code !== 'ERR_HOTSEG_NO_VERSION_ERROR') throw error
  }
}

const canDerive = typeof Store.prototype.derive === 'function'

async function step(store) {
  const share = random.next()
  if (share < 0.2) {
    await rollBack(store)
    return 'rolledBack'
  }
  if (share < 0.45 && canDerive && store.generation > 0) {
    await change(store, 'derive')
    return 'derived'
  }
  await change(store, 'publish')
  return 'published'
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

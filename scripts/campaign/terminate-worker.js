// A worker thread of the campaign of terminations: does one thing with the store again and again, until it is terminated; the one
// that survives checks what it reads, and publishes when it is asked to.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Store } from 'hotseg'
import { Random } from './random.js'
import { checkAll, fill, nextGeneration, schema } from './values.js'

const { directory, task, seed, retain, limitMs } = workerData
const random = new Random(seed)
const options = { schema, create: true, retain }

const look = (snapshot) => {
  const complaint = checkAll(snapshot)
  parentPort.postMessage({ type: 'checked', complaint })
}

const publish = (store, method = 'publish') =>
  store[method](
    async (draft) => {
      const made = {
        generation: nextGeneration(directory),
        serial: random.below(2 ** 32),
        count: random.pick([20, 200, 2000]),
      }
      if (random.chance(0.3)) await sleep(random.below(5))
      fill(draft, made)
    },
    { timeoutMs: limitMs, durability: random.pick(['disk', 'none']) },
  )

const tasks = {
  publish: (store) => publish(store),
  derive: (store) => publish(store, 'derive'),
  acquire(store) {
    const snapshot = store.acquire()
    look(snapshot)
    if (random.chance(0.5)) snapshot.release()
    store.refresh()
  },
  withSnapshot: (store) =>
    store.withSnapshot(async (snapshot) => {
      look(snapshot)
      await sleep(random.below(5))
      look(snapshot)
    }),
  async open() {
    const store = await Store.open(directory, { ...options, check: random.pick(['data', 'header']) })
    look(store.current)
    if (random.chance(0.5)) await store.close()
  },
  async survive(store) {
    look(store.current)
    await sleep(20)
    if (!isAsked) return
    isAsked = false
    await publish(store)
    parentPort.postMessage({ type: 'published' })
  },
}

let isAsked = false
let isOver = false
parentPort.on('message', (message) => {
  if (message === 'publish') isAsked = true
  else isOver = true
})
const store = task === 'open' ? undefined : await Store.open(directory, options)
store?.on('adopt-failed', ({ error }) => parentPort.postMessage({ type: 'checked', complaint: error.stack }))
parentPort.postMessage({ type: 'ready' })
while (!isOver) {
  await tasks[task](store)
  await nextTurn()
}
await store?.close()
parentPort.close()

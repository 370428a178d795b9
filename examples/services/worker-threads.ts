/**
 * Worker threads that compute over a store: each opens the same directory, and all of them read one copy, which is in
 * nobody's heap. Prints what the threads found before and after another edition.
 *
 *     node examples/build/services/worker-threads.js DIRECTORY
 */
import { on, once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Store } from 'hotseg'
import { ARTICLES, priceIn, schema } from './schema.js'

const THREADS = 3

interface Task {
  readonly from: number
  readonly to: number
}

interface Sum {
  readonly edition: number
  readonly cents: number
}

async function compute(directory: string): Promise<void> {
  const port = parentPort!
  const store = await Store.open(directory, { schema, waitMs: 10_000 })
  port.postMessage('ready')
  for await (const [task] of on(port, 'message', { close: ['close'] })) {
    if (task === 'end') break
    // Now: a thread that waited for a message all the time has had no turn to follow in.
    store.refresh()
    const { prices, edition } = store.current
    let cents = 0
    for (let index = (task as Task).from; index < (task as Task).to; index++) {
      cents += prices.by.article.get(priceIn(edition, index).article)?.cents ?? 0
    }
    port.postMessage({ edition, cents } satisfies Sum)
  }
  await store.close()
  port.close()
}

/** The sum of all prices: each thread adds up a part of them. */
async function sumOf(threads: readonly Worker[]): Promise<Sum> {
  const part = Math.ceil(ARTICLES / threads.length)
  const sums = await Promise.all(
    threads.map(async (thread, index) => {
      thread.postMessage({ from: index * part, to: Math.min(ARTICLES, (index + 1) * part) } satisfies Task)
      const [sum] = (await once(thread, 'message')) as [Sum]
      return sum
    }),
  )
  return { edition: sums[0]!.edition, cents: sums.reduce((total, { cents }) => total + cents, 0) }
}

async function main(directory: string): Promise<void> {
  const store = await Store.open(directory, { schema, create: true })
  const publish = (edition: number): Promise<unknown> =>
    store.publish((draft) => {
      draft.edition = edition
      for (let index = 0; index < ARTICLES; index++) draft.prices.insert(priceIn(edition, index))
    })
  await publish(1)
  const threads = Array.from(
    { length: THREADS },
    () => new Worker(new URL(import.meta.url), { workerData: { directory } }),
  )
  await Promise.all(threads.map((thread) => once(thread, 'message')))
  for (const edition of [1, 2]) {
    if (edition > 1) await publish(edition)
    const sum = await sumOf(threads)
    console.log(`edition ${sum.edition}: all articles together cost ${sum.cents} cents`)
  }
  for (const thread of threads) thread.postMessage('end')
  await Promise.all(threads.map((thread) => once(thread, 'exit')))
  await store.close()
}

if (isMainThread) await main(process.argv[2] ?? '')
else await compute((workerData as { readonly directory: string }).directory)

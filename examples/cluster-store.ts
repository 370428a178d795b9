/**
 * A cluster of two workers over a store: the primary publishes an edition, and while the workers serve it, the next one.
 *
 *     npm run build && npx tsc -p examples/tsconfig.build.json && node examples/build/cluster-store.js
 */
import cluster from 'node:cluster'
import { on, once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashedUnique, multiIndex, Store, string, struct, u32 } from 'hotseg'

const Price = struct({ article: string, cents: u32 })

const schema = {
  prices: multiIndex(Price, { article: hashedUnique('article') }),
  edition: u32,
}

const WORKERS = 2

async function publishTwice(directory: string): Promise<void> {
  const store = await Store.open(directory, { schema, create: true })
  const publish = (edition: number): Promise<unknown> =>
    store.publish((draft) => {
      draft.edition = edition
      draft.prices.insert({ article: 'pear', cents: 100 + edition })
      draft.prices.insert({ article: 'plum', cents: 200 + edition })
    })
  await publish(1)
  const workers = Array.from({ length: WORKERS }, () => cluster.fork({ DIRECTORY: directory }))
  let answers = 0
  for await (const [, answer] of on(cluster, 'message')) {
    console.log(answer)
    answers++
    if (answers === WORKERS) await publish(2)
    if (answers === 2 * WORKERS) break
  }
  await store.close()
  for (const worker of workers) worker.send('end')
  await Promise.all(workers.map((worker) => once(worker, 'exit')))
}

/** Answers whenever another version is there. No restart, no copy: each version is mapped once for all workers. */
async function serve(directory: string): Promise<void> {
  const store = await Store.open(directory, { schema, waitMs: 10_000 })
  const answer = (): void => {
    const { prices, edition } = store.current
    process.send?.(`edition ${edition}: a pear is ${prices.by.article.get('pear')?.cents ?? 0} cents`)
  }
  store.on('swap', answer)
  answer()
  await once(process, 'message')
  await store.close()
  process.disconnect()
}

if (cluster.isPrimary) {
  const directory = mkdtempSync(join(tmpdir(), 'hotseg-cluster-'))
  try {
    await publishTwice(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
} else {
  await serve(process.env['DIRECTORY'] ?? '')
}

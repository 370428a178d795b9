/**
 * A service that publishes: one edition at once, and another whenever so many milliseconds have passed. It knows nothing of its readers.
 *
 *     node examples/build/services/publisher.js DIRECTORY [INTERVAL_MS] [ARTICLES]
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { OutOfSpaceError, Store } from 'hotseg'
import { ARTICLES, priceIn, schema } from './schema.js'
import { onShutdown } from './shutdown.js'

const [directory = '', interval = '1000', articles = String(ARTICLES)] = process.argv.slice(2)
const store = await Store.open(directory, { schema, create: true })
const ending = new AbortController()

onShutdown(() => {
  // A publication under way ends without a trace; one that has switched is complete.
  ending.abort()
  return store.close()
})

for (;;) {
  try {
    const { generation } = await store.publish(
      (draft) => {
        // A service that was started again goes on where it was.
        draft.edition = (store.generation === 0 ? 0 : store.current.edition) + 1
        for (let index = 0; index < Number(articles); index++) draft.prices.insert(priceIn(draft.edition, index))
      },
      { capacity: '1 GiB', signal: ending.signal },
    )
    console.log(`published version ${generation}`)
  } catch (error) {
    if (ending.signal.aborted) break
    // No room for another version: nothing of it is left, readers go on with the one they have, and the next may fit.
    if (!(error instanceof OutOfSpaceError)) throw error
    console.log(`refused: ${error.message}`)
  }
  await sleep(Number(interval), undefined, { signal: ending.signal }).catch(() => undefined)
  if (ending.signal.aborted) break
}

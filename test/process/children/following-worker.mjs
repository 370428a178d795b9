// A worker thread that follows a store and says which version it has swapped to.
import { parentPort, workerData } from 'node:worker_threads'
import { Store, u32 } from 'hotseg'

const store = await Store.open(workerData, { schema: { edition: u32 } })
store.on('swap', ({ generation }) => parentPort.postMessage(generation))
parentPort.postMessage(store.generation)
setInterval(() => store.current, 5)

// Opens the store it is told, says so, and reads until it is killed or told to close. With `worker`, in a worker thread.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { hashMap, Store, string, u32 } from 'hotseg'

if (isMainThread) {
  const [directory, place] = process.argv.slice(2)
  process.on('disconnect', () => process.exit())
  if (place === 'worker') {
    const worker = new Worker(new URL(import.meta.url), { workerData: directory })
    worker.on('message', (message) => process.send(message))
    process.on('message', async () => {
      await worker.terminate()
      process.send('terminated')
    })
  } else {
    const store = await open(directory)
    process.on('message', async () => {
      await store.close()
      process.send('closed')
    })
    process.send('open')
  }
} else {
  await open(workerData)
  parentPort.postMessage('open')
  setInterval(() => undefined, 1000)
}

async function open(directory) {
  return await Store.open(directory, { schema: { words: hashMap(string, u32), edition: u32 } })
}

/**
 * The reading service in as many processes as there are cores, on one port. All of them read one copy of the data; none is
 * restarted for a new edition, and who dies is replaced.
 *
 *     node examples/build/services/cluster.js DIRECTORY [WORKERS]
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { onShutdown } from './shutdown.js'

const [directory = '', count = String(availableParallelism())] = process.argv.slice(2)

cluster.setupPrimary({ exec: join(import.meta.dirname, 'reader.js'), args: [directory] })
for (let index = 0; index < Number(count); index++) cluster.fork()

let isEnding = false
cluster.on('exit', (worker, code) => {
  if (isEnding) return
  console.log(`worker ${worker.process.pid ?? 0} ended, code ${code}; another one takes its place`)
  cluster.fork()
})

onShutdown(async () => {
  isEnding = true
  const workers = Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker !== undefined)
  await Promise.all(
    workers.map(async (worker) => {
      worker.process.kill('SIGTERM')
      await once(worker, 'exit')
    }),
  )
})

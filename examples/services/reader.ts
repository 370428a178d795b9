/**
 * A service that reads: answers HTTP requests from whatever edition is current. It may be started before there is one, and is
 * never restarted for a new one. It runs alone, several times, under `node:cluster` and under PM2.
 *
 *     node examples/build/services/reader.js DIRECTORY
 *     curl http://localhost:PORT/?article=article-1\&article=article-2
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Store } from 'hotseg'
import { answer } from './answer.js'
import { schema } from './schema.js'
import { onShutdown } from './shutdown.js'

const directory = process.argv[2] ?? process.env['STORE'] ?? ''
const store = await Store.open(directory, { schema, waitMs: 60_000 })

const server = createServer((request, response) => {
  const articles = new URL(request.url ?? '/', 'http://localhost').searchParams.getAll('article')
  answer(store, articles).then(
    (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  )
})

server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  console.log(`listening on ${(server.address() as AddressInfo).port}`)
  // PM2 (with wait_ready) sends no requests to a process, and ends no old one, before this.
  process.send?.('ready')
})

async function end(): Promise<void> {
  // Requests that have begun are answered first; then nobody reads any more.
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  await store.close()
  // Under node:cluster and PM2, the channel to the primary process is all that is left.
  if (process.connected) process.disconnect()
}

onShutdown(end)
// PM2 tells so where there are no signals (shutdown_with_message).
process.on('message', (message) => {
  if (message === 'shutdown') void end()
})

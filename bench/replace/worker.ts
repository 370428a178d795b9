/** A worker of the service: answers from one of the systems. */
import { createServer } from 'node:http'
import { answer } from './tables.js'
import { WAYS } from './systems.js'

const [name = '', place = ''] = process.argv.slice(2)
const reader = await WAYS[name]!.reader(place)

/** Long enough for each connection of the load to get one more answer, which tells it to go elsewhere. */
const DRAIN_MS = 1000

let isDraining = false
const server = createServer((request, response) => {
  let status = 200
  let body: object | undefined
  try {
    body = answer(reader.now(), request.url ?? '')
    if (body === undefined) status = 404
  } catch (error) {
    status = 500
    body = { error: String(error) }
  }
  const connection = isDraining ? { connection: 'close' } : {}
  response.writeHead(status, { 'content-type': 'application/json', ...connection }).end(JSON.stringify(body ?? {}))
}).listen(0, '127.0.0.1')

// The default of five seconds would cut connections that only waited for a busy worker.
server.keepAliveTimeout = 60_000

process.on('message', (message) => {
  if (message === 'reload') {
    reader.reload?.()
    process.send?.({ type: 'reloaded' })
  }
  if (message === 'drain') {
    isDraining = true
    server.close(() => process.exit())
    // It closes what is idle at once, unless told to wait: a request may be under way on such a connection.
    setTimeout(() => {
      server.closeIdleConnections()
    }, DRAIN_MS)
  }
})

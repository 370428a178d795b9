/**
 * A Fastify service that holds one version for each request: taken when the request comes in, released when its answer has
 * been sent, whatever the handlers await in between.
 *
 *     node examples/build/services/fastify.js DIRECTORY
 */
import fastify from 'fastify'
import type { AddressInfo } from 'node:net'
import { Store, type SnapshotOf } from 'hotseg'
import { pricesOf } from './answer.js'
import { schema } from './schema.js'
import { onShutdown } from './shutdown.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The version this request is answered from. */
    snapshot: SnapshotOf<typeof schema> | undefined
  }
}

const store = await Store.open(process.argv[2] ?? '', { schema, waitMs: 60_000 })
const app = fastify({ forceCloseConnections: 'idle' })

app.decorateRequest('snapshot', undefined)
app.addHook('onRequest', (request, _reply, done) => {
  request.snapshot = store.acquire()
  done()
})
app.addHook('onResponse', (request, _reply, done) => {
  request.snapshot?.release()
  done()
})
// The client went away before the answer; onResponse is not called then. A handler that still reads gets a ClosedError, which
// nobody waits for.
app.addHook('onRequestAbort', (request, done) => {
  request.snapshot?.release()
  done()
})
app.addHook('onClose', () => store.close())

app.get<{ Querystring: { article?: string | string[] } }>('/', (request) =>
  pricesOf(request.snapshot!, [request.query.article ?? []].flat()),
)

await app.listen({ host: '127.0.0.1', port: 0 })
console.log(`listening on ${(app.server.address() as AddressInfo).port}`)
onShutdown(() => app.close())

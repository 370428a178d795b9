/** Serves files and bytes on this machine, as any web server would: a segment needs nothing of it. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.hotseg': 'application/octet-stream',
}

/** What is served: by the beginning of a path, the directory of the files below it, or the bytes at that very path. */
export type Site = Readonly<Record<string, string | Uint8Array>>

/** A server on a port of this machine. */
export interface Server {
  readonly url: string
  close(): Promise<void>
}

/** @param port - 0 for any that is free */
export async function serve(site: Site, port = 0): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    bodyOf(site, path === '/' ? '/index.html' : path).then(
      (body) => {
        response.writeHead(200, {
          'content-type': TYPES[extname(path)] ?? TYPES['.html'],
          'content-length': body.length,
          'cache-control': 'no-cache',
        })
        response.end(body)
      },
      () => {
        response.writeHead(404, { 'content-type': 'text/plain' })
        response.end('not found')
      },
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bodyOf(site: Site, path: string): Promise<Uint8Array> {
  const exact = site[path]
  if (exact instanceof Uint8Array) return exact
  const clean = normalize(decodeURIComponent(path))
  // The longest beginning counts.
  const [prefix] = Object.keys(site)
    .filter((each) => each.endsWith('/') && clean.startsWith(each))
    .sort((a, b) => b.length - a.length)
  const directory = prefix === undefined ? undefined : site[prefix]
  if (prefix === undefined || typeof directory !== 'string') throw new Error('not found')
  return await readFile(join(directory, clean.slice(prefix.length)))
}

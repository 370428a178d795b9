import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeTemporaryDirectory, mapsOf, waitUntil } from '../process/harness.js'
import { ask, buildServices, editionsOf, load, removeServices, Service } from './services.js'

let root: string
let directory: string
const services: Service[] = []

beforeAll(buildServices)
afterAll(removeServices)

beforeEach(() => {
  root = makeTemporaryDirectory({ inMemory: true })
  directory = join(root, 'store')
})

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.end('SIGKILL')))
  fs.rmSync(root, { recursive: true, force: true })
})

function start(name: string, ...args: string[]): Service {
  const service = new Service(`services/${name}.js`, [directory, ...args])
  services.push(service)
  return service
}

const LOAD = { connections: 6, keepAlive: true, isLong: true }

describe('the examples of services', () => {
  test('cluster: editions are swapped under requests, none of which fails; who dies is replaced', async () => {
    const publisher = start('publisher', '50')
    const cluster = start('cluster', '3')
    const port = await cluster.port()
    await waitUntil(() => cluster.output.split('listening').length === 4)
    const { answers, failures } = await load(port, LOAD, (sofar) => editionsOf(sofar).length >= 6)
    expect(failures).toEqual([])
    expect(editionsOf(answers).length).toBeGreaterThanOrEqual(6)
    expect(new Set(answers.map((answer) => answer.process)).size).toBe(3)

    process.kill(answers[0]!.process, 'SIGKILL')
    await cluster.line(/another one takes its place/)
    await waitUntil(() => cluster.output.split('listening').length === 5)
    expect((await ask(port)).process).not.toBe(answers[0]!.process)
    expect(await publisher.end()).toBe(0)
    expect(await cluster.end()).toBe(0)
    expect(fs.readdirSync(directory).filter((name) => /^(tmp|LOCK)/.test(name))).toEqual([])
  })

  test('two services: the reader may come first, and goes on without the publisher', async () => {
    const reader = start('reader')
    expect(fs.existsSync(directory)).toBe(false)
    const first = start('publisher', '60000')
    const port = await reader.port()
    expect((await ask(port)).edition).toBe(1)
    expect(await first.end()).toBe(0)
    expect((await ask(port)).edition).toBe(1)

    const second = start('publisher', '60000')
    await second.line(/published version 2/)
    await waitUntil(async () => (await ask(port)).edition === 2)
    expect(await reader.end()).toBe(0)
    expect(await second.end()).toBe(0)
  })

  test('two services: a publisher that is killed is started again and goes on where it was', async () => {
    const killed = start('publisher', '20')
    const reader = start('reader')
    const port = await reader.port()
    await killed.line(/published version 5/)
    await killed.end('SIGKILL')
    const before = (await ask(port)).edition
    start('publisher', '60000')
    await waitUntil(async () => (await ask(port)).edition > before)
  })

  test('worker threads: all of them compute over the edition that was published last', async () => {
    const threads = start('worker-threads')
    expect(await threads.gone()).toBe(0)
    expect(threads.output).toBe(
      'edition 1: all articles together cost 49951000 cents\nedition 2: all articles together cost 49952000 cents\n',
    )
  })

  test('Fastify: a snapshot for each request, held until its answer was sent, and none after that', async () => {
    const publisher = start('publisher', '50')
    const app = start('fastify')
    const port = await app.port()
    const { answers, failures } = await load(port, LOAD, (sofar) => editionsOf(sofar).length >= 6)
    expect(failures).toEqual([])
    expect(editionsOf(answers).length).toBeGreaterThanOrEqual(6)
    expect(await publisher.end()).toBe(0)
    // Who goes away before the answer must not leave its version held.
    const path = `/?${Array.from({ length: 200 }, (_, index) => `article=article-${index}`).join('&')}`
    const going = Array.from({ length: 20 }, () =>
      fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(100) }),
    )
    await Promise.allSettled(going)
    const last = start('publisher', '60000')
    await last.line(/published version/)
    const versions = (): number => new Set(mapsOf(app.process.pid!).match(/versions\/\d+/g)).size
    await waitUntil(async () => (await ask(port)).edition > editionsOf(answers).at(-1)! && versions() === 1)
    expect(await last.end()).toBe(0)
    expect(await app.end()).toBe(0)
  })
})

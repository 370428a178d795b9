import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeTemporaryDirectory, waitUntil } from '../process/harness.js'
import { canMakeContainers, ContainerHost, isReadOnly, programOf, VOLUME } from './container.js'
import { ask, buildServices, removeServices, Service } from './services.js'

// Namespaces and mounts need the right to make them. Where it is missing the test is skipped, and the report shows it.
const isPermitted = canMakeContainers()

const STORE = join(VOLUME, 'prices')
/** So many that one edition fits, and another beside it does not. */
const MANY_ARTICLES = '700000'

let directory: string
let host: ContainerHost
const services: Service[] = []

beforeAll(buildServices)
afterAll(removeServices)

beforeEach(async () => {
  directory = makeTemporaryDirectory()
  if (isPermitted) host = await ContainerHost.start(directory)
})

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.end('SIGKILL')))
  if (isPermitted) await host.end()
  fs.rmSync(directory, { recursive: true, force: true })
})

function start(name: string, mount: 'rw' | 'ro', ...args: string[]): Service {
  const service = new Service(`services/${name}.js`, [STORE, ...args], host.command(mount))
  services.push(service)
  return service
}

/** What `docker stop` does. */
async function stop(service: Service): Promise<unknown> {
  process.kill(programOf(service.process), 'SIGTERM')
  return await service.gone()
}

const publish = (...args: string[]): Service => start('publisher', 'rw', '60000', ...args)

test.skipIf(!isPermitted)(
  'containers with 64 MB and a read-only root: what does not fit is refused, and a reader with a read-only mount goes on',
  async () => {
    const reader = start('reader', 'ro')
    const first = publish()
    const port = await reader.port()
    expect((await ask(port)).edition).toBe(1)
    expect(isReadOnly(programOf(reader.process), VOLUME)).toBe(true)
    expect(isReadOnly(programOf(reader.process), '/')).toBe(true)
    expect(await stop(first)).toBe(0)

    const names = (folder: string): string[] => fs.readdirSync(host.path(join(STORE, folder))).sort()
    const large = publish(MANY_ARTICLES)
    await large.line(/published version 2/)
    await waitUntil(async () => (await ask(port)).edition === 2)
    expect(await stop(large)).toBe(0)

    const tooLarge = publish(MANY_ARTICLES)
    const [reason] = await tooLarge.line(/refused: (.*)/)
    expect(reason).toMatch(/ENOSPC|no space|full/i)
    expect((await ask(port)).edition).toBe(2)
    expect(names('').filter((name) => /^(tmp|LOCK)/.test(name))).toEqual([])
    expect(names('versions')).toEqual(['1.hotseg', '2.hotseg'])
    expect(await stop(tooLarge)).toBe(0)

    const small = publish()
    await small.line(/published version 3/)
    await waitUntil(async () => (await ask(port)).edition === 3)
    expect(await stop(small)).toBe(0)
    expect(await stop(reader)).toBe(0)
  },
)

import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeTemporaryDirectory, waitUntil } from '../process/harness.js'
import { buildServices, editionsOf, exampleAt, load, removeServices, Service, type Answer } from './services.js'

const ROOT = join(import.meta.dirname, '../..')
const INSTANCES = 2

let root: string
let publisher: Service | undefined

beforeAll(buildServices)
afterAll(removeServices)

beforeEach(() => {
  root = makeTemporaryDirectory()
})

afterEach(async () => {
  await publisher?.end('SIGKILL')
  const daemon = daemonPid()
  await pm2('kill').catch(() => undefined)
  // Also when PM2 could not be asked.
  if (daemon !== undefined && isAlive(daemon)) process.kill(daemon, 'SIGKILL')
  fs.rmSync(root, { recursive: true, force: true })
})

/** PM2 with everything it keeps in a directory of the test's own, its daemon included. */
async function pm2(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/pm2/bin/pm2'), ...args], {
    timeout: 100_000,
    env: {
      ...process.env,
      PM2_HOME: join(root, 'pm2'),
      PM2_DISCRETE_MODE: 'true',
      STORE: join(root, 'store'),
      SCRIPT: exampleAt('services/reader.js'),
      INSTANCES: String(INSTANCES),
    },
  })
  return stdout
}

function daemonPid(): number | undefined {
  const path = join(root, 'pm2/pm2.pid')
  return fs.existsSync(path) ? Number(fs.readFileSync(path, 'utf8')) : undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function processesOf(answers: readonly Answer[]): number[] {
  return [...new Set(answers.map((answer) => answer.process))]
}

/** All that the service has written, whatever PM2 calls its files. */
function logs(): string {
  const folder = join(root, 'pm2/logs')
  if (!fs.existsSync(folder)) return ''
  return fs.readdirSync(folder).map((name) => fs.readFileSync(join(folder, name), 'utf8')).join('') // prettier-ignore
}

test('PM2 in cluster mode: a reload and many swaps under load, without a failed request', async () => {
  publisher = new Service('services/publisher.js', [join(root, 'store'), '100'])
  await publisher.line(/published version 1\n/)
  await pm2('start', join(ROOT, 'examples/pm2/ecosystem.config.cjs'))
  await waitUntil(() => logs().split('listening').length === INSTANCES + 1)
  const port = Number(/listening on (\d+)/.exec(logs())![1])

  let reloaded: Promise<string> | undefined
  let isReloaded = false
  const isOver = (answers: readonly Answer[]): boolean => {
    if (answers.length >= 50 && reloaded === undefined) {
      reloaded = pm2('reload', 'prices').finally(() => (isReloaded = true))
    }
    // Both processes from before the reload and both from after it have answered.
    return isReloaded && editionsOf(answers).length >= 6 && processesOf(answers).length === 2 * INSTANCES
  }
  // A connection for each request: one that is kept is closed by a server that ends, maybe while a request is on its way to it.
  const { answers, failures } = await load(port, { connections: 4, keepAlive: false, isLong: true }, isOver)
  await reloaded
  expect(failures).toEqual([])
  expect(editionsOf(answers).length).toBeGreaterThanOrEqual(6)
  expect(processesOf(answers)).toHaveLength(2 * INSTANCES)
  expect(processesOf(answers).filter(isAlive)).toHaveLength(INSTANCES)

  const pids = [...processesOf(answers), daemonPid()!]
  await pm2('kill')
  await waitUntil(() => !pids.some(isAlive))
})

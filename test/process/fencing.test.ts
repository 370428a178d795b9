/**
 * A publisher with a lease that stands still anywhere, is overtaken, and goes on. Also: two pid namespaces on one volume, where `/proc`
 * proves nobody dead.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashMap, Store, string, u32 } from '../../src/index.js'
import { findAddon } from '../../src/platform/load-addon.js'
import { Child, makeTemporaryDirectory, waitUntil } from './harness.js'

const schema = { words: hashMap(string, u32), edition: u32 }
type Opened = Store<typeof schema>

const LEASE_MS = 100

let directory: string
const children: Child[] = []
const stores: Opened[] = []

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  await Promise.all(stores.splice(0).map((store) => store.close()))
  fs.rmSync(directory, { recursive: true, force: true })
})

async function open(): Promise<Opened> {
  const store = await Store.open(directory, { schema, create: true })
  stores.push(store)
  return store
}

const names = (...path: string[]): string[] => fs.readdirSync(join(directory, ...path)).sort()

async function publish(store: Opened, edition: number): Promise<number> {
  const { generation } = await store.publish(
    (draft) => {
      draft.edition = edition
      for (let index = 0; index < 10; index++) draft.words.set(`word ${index}`, edition)
    },
    { timeoutMs: 20_000 },
  )
  return generation
}

/** The edition that a store shows; all of it must be of one. */
function editionOf({ current }: Opened): number {
  expect([...current.words.values()]).toEqual(Array.from({ length: 10 }, () => current.edition))
  return current.edition
}

const isStopped = (pid: number): boolean => / T /.test(fs.readFileSync(`/proc/${pid}/stat`, 'latin1'))

test('one that stands still before any of its steps, is overtaken, and goes on, changes nothing of its successor', async () => {
  const successor = await open()
  await publish(successor, 1)
  const child = new Child('stalled-publisher.mjs', [directory, String(LEASE_MS)])
  children.push(child)
  await child.next()
  const outcomes = new Map<string, number>()
  const renames: Record<string, unknown>[] = [{ stopBefore: '/versions/' }, { stopBefore: '/CURRENT' }]
  for (let n = 0; ; n++) {
    const where = renames[n] ?? { stopAt: n - renames.length }
    const step = JSON.stringify(where)
    const answered = child.ask({ edition: 1000 + n, ...where })
    let answer: any
    void answered.then((value) => {
      answer = value
    })
    await waitUntil(() => answer !== undefined || isStopped(child.pid))
    if (answer !== undefined) break
    const generation = await publish(successor, 2000 + n)
    expect(editionOf(successor), step).toBe(2000 + n)
    child.process.kill('SIGCONT')
    answer = await answered
    const outcome = answer.code ?? 'published'
    if (n < renames.length) expect(outcome, step).not.toBe('published')
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    // It had switched before, or it had not taken the lock yet; else it was told.
    if (outcome === 'published') expect(answer.generation, step).not.toBe(generation)
    else expect(answer.code, `${step}: ${String(answer.message)}`).toBe('ERR_HOTSEG_PUBLISH_CONFLICT_ERROR')
    const listed = successor.versions()
    const highest = Math.max(generation, answer.generation ?? 0)
    expect(listed.find(({ isCurrent }) => isCurrent)?.generation, step).toBe(highest)
    expect(
      listed.map((version) => version.generation),
      step,
    ).toContain(generation)
    expect(names(), step).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
    expect(names('versions'), step).toEqual(listed.map((version) => `${version.generation}.hotseg`).sort())
    successor.refresh()
    expect(editionOf(successor), step).toBe(highest === generation ? 2000 + n : 1000 + n)
    const visitor = await Store.open(directory, { schema })
    expect(editionOf(visitor), step).toBe(editionOf(successor))
    await visitor.close()
  }
  expect(outcomes.get('ERR_HOTSEG_PUBLISH_CONFLICT_ERROR')).toBeGreaterThan(15)
  expect(outcomes.get('published')).toBeGreaterThan(3)
  expect([...outcomes.keys()].sort()).toEqual(['ERR_HOTSEG_PUBLISH_CONFLICT_ERROR', 'published'])
})

test('one without a lease that stands still is waited for', async () => {
  const other = await open()
  await publish(other, 1)
  const child = new Child('stalled-publisher.mjs', [directory])
  children.push(child)
  await child.next()
  const answered = child.ask({ edition: 2, stopAt: 20 })
  await waitUntil(() => isStopped(child.pid))
  expect(names()).toContain('LOCK')
  await expect(other.publish(() => undefined, { timeoutMs: 500 })).rejects.toMatchObject({
    code: 'ERR_HOTSEG_PUBLISH_CONFLICT_ERROR',
  })
  child.process.kill('SIGCONT')
  expect(await answered).toMatchObject({ generation: 2 })
})

const mayUnshare = ((): boolean => {
  try {
    execFileSync('unshare', ['-pf', '--mount-proc', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('skipped: this user may not make pid namespaces (unshare -pf --mount-proc)')
    return false
  }
})()

// A program for `node -e` that builds for ever, and says so by a file; in its namespace it is process 1, as in a container.
function buildForEver({
  leaseMs,
  addon,
}: { leaseMs?: number | undefined; addon?: 'off' | undefined } = {}): ChildProcess {
  const program = `
    import { Store, u32 } from 'hotseg'
    import fs from 'node:fs'
    const store = await Store.open(${JSON.stringify(directory)}, { schema: { edition: u32 }, create: true })
    const options = { timeoutMs: 0, ...${JSON.stringify({ leaseMs })} }
    setInterval(() => undefined, 1000)
    await store.publish(async (draft) => {
      fs.writeFileSync(${JSON.stringify(join(directory, 'building'))}, String(process.pid))
      await new Promise(() => undefined)
    }, options)`
  return spawn(
    'unshare',
    ['-pf', '--mount-proc', '--kill-child', process.execPath, '--input-type=module', '-e', program],
    {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, ...(addon === undefined ? {} : { HOTSEG_ADDON: addon }) },
      stdio: 'ignore',
    },
  )
}

test.skipIf(!mayUnshare)(
  'in two pid namespaces, one that lives is never robbed, and one that died is overtaken by lease or by its witness',
  async () => {
    const building = join(directory, 'building')
    for (const { leaseMs, addon, isProvable } of [
      { leaseMs: 300, addon: 'off', isProvable: true },
      { leaseMs: undefined, addon: 'off', isProvable: false },
      { leaseMs: undefined, addon: undefined, isProvable: findAddon() !== undefined },
    ] as const) {
      const first = buildForEver({ leaseMs, addon })
      try {
        await waitUntil(() => fs.existsSync(building) && fs.readFileSync(building, 'utf8') !== '')
        // The same number as the first process of every other container.
        expect(fs.readFileSync(building, 'utf8')).toBe('1')
        fs.rmSync(building)
        const second = buildForEver()
        const ended = new Promise((resolve) => second.once('exit', resolve))
        expect(await ended).not.toBe(0)
        expect(fs.existsSync(building)).toBe(false)
        const other = await open()
        const refusal = { code: 'ERR_HOTSEG_PUBLISH_CONFLICT_ERROR' }
        // Longer than the lease: it is kept.
        await expect(other.publish(() => undefined, { timeoutMs: 900 })).rejects.toMatchObject(refusal)
        const gone = new Promise((resolve) => first.once('exit', resolve))
        first.kill('SIGKILL')
        await gone
        if (isProvable) expect(await publish(other, 1)).toBeGreaterThan(0)
        else await expect(other.publish(() => undefined, { timeoutMs: 900 })).rejects.toMatchObject(refusal)
        await other.close()
        fs.rmSync(join(directory, 'LOCK'), { recursive: true, force: true })
      } finally {
        first.kill('SIGKILL')
      }
    }
  },
)

import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { codeOf, makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'
import { StoreChild } from './store-child.js'

let directory: string
const children: StoreChild[] = []

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  fs.rmSync(directory, { recursive: true, force: true })
})

async function open(options: Record<string, unknown> = {}): Promise<StoreChild> {
  const child = await StoreChild.open(directory, options)
  children.push(child)
  return child
}

const versionFiles = (): string[] => fs.readdirSync(join(directory, 'versions')).sort()
const others = (): string[] =>
  fs.readdirSync(directory).filter((name) => !['CURRENT', 'DOORBELL', 'readers', 'versions'].includes(name))

describe('unrelated processes', () => {
  test('read what one of them publishes, follow when idle, and unmap what they no longer read', async () => {
    const [publisher, reader, idle] = [await open(), await open(), await open()]
    await publisher.do('publish', { edition: 1, words: 1000 })
    for (let edition = 2; edition <= 6; edition++) {
      await publisher.do('publish', { edition, words: 1000 })
      while ((await reader.do('read')).edition !== edition) await sleep(1)
      expect(await reader.do('check')).toBe(edition)
    }
    for (const child of [publisher, reader, idle]) {
      await waitUntil(() => {
        const mapped = new Set(mapsOf(child.pid).match(/\S*\.hotseg/g))
        return mapped.size === 1 && mapped.has(join(directory, 'versions/6.hotseg'))
      })
    }
    expect(versionFiles()).toEqual(['5.hotseg', '6.hotseg'])
    expect(await idle.do('failures')).toEqual([])
    expect(await idle.do('check')).toBe(6)
  })

  test('a held version outlives its file, and its memory goes with the release', async () => {
    const publisher = await open({ retain: 0 })
    await publisher.do('publish', { edition: 1 })
    const reader = await open()
    expect(await reader.do('acquire')).toBe(1)
    await publisher.do('publish', { edition: 2 })
    await waitUntil(() => mapsOf(reader.pid).includes('versions/1.hotseg (deleted)'))
    await waitUntil(() => mapsOf(reader.pid).includes('versions/2.hotseg'))
    expect(await reader.do('readHeld')).toBe(1)
    await reader.do('release')
    await waitUntil(() => !mapsOf(reader.pid).includes('versions/1.hotseg'))
  })

  test.skipIf(process.geteuid?.() !== 0)(
    'a reader that may not write follows, and can neither publish nor clear',
    async () => {
      fs.chmodSync(directory, 0o755)
      const publisher = await open({ mode: 0o644 })
      await publisher.do('publish', { edition: 1 })
      const reader = await StoreChild.open(directory, { create: false }, 65534)
      children.push(reader)
      expect(await reader.do('follows')).toBe('doorbell')
      await publisher.do('publish', { edition: 2 })
      while ((await reader.do('read')).edition !== 2) await sleep(1)
      expect(await codeOf(reader.do('publish', { edition: 3 }))).toBe('ERR_HOTSEG_FILE_ERROR')
      expect(await reader.do('check')).toBe(2)
      expect(others()).toEqual([])
    },
  )

  test('worker threads open the same directory, read and publish', async () => {
    const publisher = await open()
    await publisher.do('publish', { edition: 1 })
    const source = `
      import { parentPort } from 'node:worker_threads'
      import { hashMap, Store, string, u32 } from 'hotseg'
      const schema = { words: hashMap(string, u32), edition: u32 }
      const store = await Store.open(${JSON.stringify(directory)}, { schema })
      const before = [store.current.edition, store.current.words.get('word 3')]
      await store.publish((draft) => { draft.edition = 2 })
      parentPort.postMessage([...before, store.current.edition])
      await store.close()
    `
    const script = join(import.meta.dirname, 'children', `worker-${process.pid}.mjs`)
    fs.writeFileSync(script, source)
    try {
      const worker = new Worker(script)
      const seen = await new Promise((resolve, reject) => {
        worker.once('message', resolve)
        worker.once('error', reject)
      })
      expect(seen).toEqual([1, 1, 2])
      await waitUntil(() => fs.readFileSync(join(directory, 'CURRENT'), 'utf8').includes('"generation":2'))
      await worker.terminate()
    } finally {
      fs.rmSync(script)
    }
  })
})

describe('publishers', () => {
  test('200 rounds of two at once: each wins or waits its turn, and nothing is lost', async () => {
    const [a, b] = [await open({ retain: 2 }), await open({ retain: 2 })]
    const seen: number[] = []
    for (let round = 0; round < 200; round++) {
      const at = Date.now() + 3
      const results = await Promise.all([a.do('increment', { at }), b.do('increment', { at })])
      seen.push(...results.flat())
    }
    expect(seen.sort((x, y) => x - y)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1))
    const reader = await open()
    expect(await reader.do('read')).toEqual({ edition: 400, generation: 400 })
    expect(versionFiles()).toEqual(['398.hotseg', '399.hotseg', '400.hotseg'])
    expect(others()).toEqual([])
  })

  test('who may not wait gets a conflict, and nothing is lost either', async () => {
    const [a, b] = [await open(), await open()]
    await a.do('increment')
    let won = 1
    let conflicts = 0
    for (let round = 0; round < 30; round++) {
      const request = { at: Date.now() + 3, options: { timeoutMs: 0 } }
      const codes = await Promise.all([a, b].map((child) => codeOf(child.do('increment', request))))
      won += codes.filter((code) => code === 'resolved').length
      conflicts += codes.filter((code) => code === 'ERR_HOTSEG_PUBLISH_CONFLICT_ERROR').length
    }
    expect(won - 1 + conflicts).toBe(60)
    const reader = await open()
    expect(await reader.do('read')).toEqual({ edition: won, generation: won })
  })

  test('the next takes over from one that was killed in its build, and clears what it left', async () => {
    const [victim, next] = [await open(), await open()]
    await next.do('publish', { edition: 1 })
    for (let round = 0; round < 3; round++) {
      const killed = round === 0 ? victim : await open()
      expect(await killed.do('publishAndWait', { edition: 99 })).toBe('building')
      expect(others()).toContain('LOCK')
      await killed.kill()
      expect(await next.do('publish', { edition: round + 2, options: { timeoutMs: 20_000 } })).toBe(round + 2)
      expect(others()).toEqual([])
    }
  })

  test('one that was stopped is alive: others wait and then give up', async () => {
    const [stopped, other] = [await open(), await open()]
    await stopped.do('publishAndWait', { edition: 1 })
    process.kill(stopped.pid, 'SIGSTOP')
    const result = codeOf(other.do('publish', { edition: 2, options: { timeoutMs: 100 } }))
    expect(await result).toBe('ERR_HOTSEG_PUBLISH_CONFLICT_ERROR')
    process.kill(stopped.pid, 'SIGCONT')
    await stopped.do('proceed')
    expect(await other.do('publish', { edition: 2 })).toBe(2)
  })

  test('killed at any moment, they leave a store that is whole', async () => {
    const reader = await open()
    const keeper = await open()
    let edition = 1
    await keeper.do('publish', { edition })
    for (let round = 0; round < 25; round++) {
      const victim = await open()
      const running = victim.do('increment', { times: 1000 }).catch(() => undefined)
      await sleep(Math.random() * 25)
      await victim.kill()
      await running
      expect(await keeper.do('publish', { edition: 0 })).toBeGreaterThan(edition)
      edition = (await keeper.do('read')).generation
      expect(others()).toEqual([])
      await keeper.do('check')
    }
    expect(await reader.do('failures')).toEqual([])
    expect(versionFiles()).toHaveLength(2)
  })
})

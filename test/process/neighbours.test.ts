import * as fs from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { Child, makeTemporaryDirectory } from './harness.js'

const directory = makeTemporaryDirectory({ inMemory: true })
const children: Child[] = []

afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()))
  fs.rmSync(directory, { recursive: true, force: true })
})

type Do = (command: string, request?: Record<string, unknown>) => Promise<any>

async function start(): Promise<Do> {
  const child = new Child('neighbour-child.mjs')
  children.push(child)
  await child.next()
  return async (command, request = {}) => {
    const { result, error } = await child.ask({ command, ...request })
    if (error !== undefined) throw Object.assign(new Error(error.stack), { code: error.code })
    return result as unknown
  }
}

/** Asks until the process has come to that version; it follows on its own. */
async function follow(run: Do, generation: number): Promise<any> {
  const end = Date.now() + 20_000
  while ((await run('generation')) !== generation) {
    if (Date.now() > end) throw new Error(`generation ${generation} was not adopted`)
  }
  return await run('read')
}

test('neighbouring schemas on one store: who can read a version adopts it, the others keep serving theirs', async () => {
  const [narrow, wide, whole] = [await start(), await start(), await start()]
  await narrow('open', { directory, schema: 'narrow', create: true })
  expect(await narrow('publish', { edition: 1 })).toBe(1)

  // More fields than the file has, if they may be missing; not more indexes or tables.
  await wide('open', { directory, schema: 'wide' })
  expect(await wide('read')).toEqual({ edition: 1, row: { id: 7, name: '1/7', state: undefined, rank: 7 } })
  await expect(whole('open', { directory, schema: 'whole' })).rejects.toMatchObject({
    code: 'ERR_HOTSEG_SCHEMA_MISMATCH_ERROR',
  })

  // Fewer fields, indexes and tables than the file has.
  await whole('open', { directory, schema: 'whole', create: true })
  expect(await whole('publish', { edition: 2, row: { state: 'S', rank: 9 } })).toBe(2)
  expect(await follow(narrow, 2)).toEqual({ edition: 2, row: { id: 7, name: '2/7' } })
  expect(await follow(wide, 2)).toEqual({ edition: 2, row: { id: 7, name: '2/7', state: 'S', rank: 9 } })
  expect(await whole('byName', { name: '2/7' })).toEqual([7])

  // A version that lacks what one reader needs: that one stays on what it has and says so.
  const before = await whole('failures')
  expect(await narrow('publish', { edition: 3 })).toBe(3)
  expect((await follow(wide, 3)).edition).toBe(3)
  expect(await whole('refresh')).toBe(false)
  expect(await whole('read')).toEqual({ edition: 2, row: { id: 7, name: '2/7', state: 'S', rank: 9 } })
  expect((await whole('failures')).slice(before.length)).toContainEqual([3, 2, 'ERR_HOTSEG_SCHEMA_MISMATCH_ERROR'])

  // The next version that all can read brings all together.
  expect(await whole('publish', { edition: 4 })).toBe(4)
  for (const run of [narrow, wide, whole]) expect((await follow(run, 4)).edition).toBe(4)
  expect((await wide('read')).row).toEqual({ id: 7, name: '4/7', state: undefined, rank: 7 })
  expect(await narrow('failures')).toEqual([])
  expect(await wide('failures')).toEqual([])
})

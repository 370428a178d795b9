import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Child, makeTemporaryDirectory, mapsOf, waitUntil } from './harness.js'

const directory = makeTemporaryDirectory({ inMemory: true })
const path = join(directory, 'everything')
let builder: Child
let reader: Child
let hash: string

const ask = async (child: Child, command: string, request: Record<string, unknown> = {}): Promise<any> => {
  const { result, error } = await child.ask({ command, ...request })
  if (error !== undefined) throw Object.assign(new Error(error.stack), { code: error.code })
  return result
}

beforeAll(async () => {
  builder = new Child('everything-child.mjs')
  reader = new Child('everything-child.mjs')
  await Promise.all([builder.next(), reader.next()])
  hash = await ask(builder, 'build', { path })
})

afterAll(async () => {
  await Promise.all([builder.kill(), reader.kill()])
  fs.rmSync(directory, { recursive: true, force: true })
})

/** Where a process has mapped a file, as the kernel tells. */
function addressesOf(pid: number, file: string): string[] {
  const lines = mapsOf(pid).split('\n').filter((line) => line.endsWith(` ${file}`)) // prettier-ignore
  return lines.map((line) => line.slice(0, line.indexOf('-')))
}

describe('what one process built has the same contents', () => {
  test('in another process, at another address', async () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await ask(builder, 'open', { path })).toBe(hash)
    // Mapped twice: wherever the kernel puts mappings, one of these lies elsewhere than the builder's.
    expect(await ask(reader, 'open', { path })).toBe(hash)
    expect(await ask(reader, 'open', { path })).toBe(hash)
    const [built] = addressesOf(builder.pid, path)
    const read = addressesOf(reader.pid, path)
    expect(built).toBeDefined()
    expect(new Set(read).size).toBe(2)
    expect(read.some((address) => address !== built)).toBe(true)
    await Promise.all([ask(builder, 'close'), ask(reader, 'close')])
    await waitUntil(() => addressesOf(reader.pid, path).length === 0)
  })

  test('in a worker thread', async () => {
    expect(await ask(reader, 'worker', { path })).toBe(hash)
  })

  test.each([
    ['an ArrayBuffer', 0, false],
    ['an aligned view', 64, false],
    ['a view aligned to 8 but not to a page', 8, false],
    ['an unaligned view, which is copied', 3, false],
    ['a SharedArrayBuffer', 0, true],
    ['a view of a SharedArrayBuffer', 16, true],
    ['an unaligned view of a SharedArrayBuffer', 1, true],
  ])('over %s', async (_, shift, isShared) => {
    expect(await ask(reader, 'copy', { path, shift, isShared })).toBe(hash)
  })

  test('in a copy of the file under another name', async () => {
    const copy = `${path}-copy`
    fs.copyFileSync(path, copy)
    fs.chmodSync(copy, 0o600)
    expect(await ask(reader, 'open', { path: copy })).toBe(hash)
    await ask(reader, 'close')
  })
})

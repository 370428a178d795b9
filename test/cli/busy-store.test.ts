import * as fs from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspect } from '../../src/cli/inspect.js'
import { verify } from '../../src/cli/verify.js'
import { makeTemporaryDirectory } from '../process/harness.js'
import { StoreChild } from '../process/store-child.js'

const directory = makeTemporaryDirectory({ inMemory: true })
const output = { out: () => undefined, err: () => undefined, terminal: undefined }
let publisher: StoreChild

beforeAll(async () => {
  publisher = await StoreChild.open(directory, { retain: 0 })
  await publisher.do('publish', { edition: 1 })
})

afterAll(async () => {
  await publisher.kill()
  fs.rmSync(directory, { recursive: true, force: true })
})

test('a store is inspected and verified while versions come and go under it', async () => {
  // Goes on until it is killed.
  const publishing = publisher.do('increment', { times: 1e9 }).catch(() => undefined)
  const seen = new Set<unknown>()
  const end = Date.now() + 60_000
  while (seen.size < 100 && Date.now() < end) {
    const { data } = inspect(directory)
    seen.add(data['generation'])
    expect((data['versions'] as { generation: number }[]).map(({ generation }) => generation)).toEqual([
      data['generation'],
    ])
    expect(verify(directory, output)).toMatchObject({ isRight: true })
  }
  expect(seen.size).toBe(100)
  await publisher.kill()
  await publishing
})

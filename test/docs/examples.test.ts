import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

// A hung example must end the test, not the patience of whoever waits for it.
const LIMIT_MS = 120_000

const run = promisify(execFile)

async function linesOf(example: string): Promise<string[]> {
  const path = join(ROOT, 'examples/build', example)
  const { stdout } = await run(process.execPath, [path], { cwd: ROOT, timeout: LIMIT_MS })
  return stdout.trimEnd().split('\n')
}

describe('the examples', () => {
  // They import the built package by its name, as a user's program does; `npm test` builds it first.
  beforeAll(async () => {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [compiler, '-p', 'examples/tsconfig.build.json'], { cwd: ROOT, timeout: LIMIT_MS })
  })

  test('quick-start: a segment built by one process is read by another', async () => {
    expect(await linesOf('quick-start.js')).toEqual([
      'builder: id is taken by Beijing',
      'reader: 3 cities, London is one of them',
      'reader: prefix Man: Manchester',
      'reader: in GB: London 8961989',
      'reader: in GB: Manchester 395515',
    ])
  })

  test('cluster-store: workers follow from one edition to the next', async () => {
    expect(await linesOf('cluster-store.js')).toEqual([
      'edition 1: a pear is 101 cents',
      'edition 1: a pear is 101 cents',
      'edition 2: a pear is 102 cents',
      'edition 2: a pear is 102 cents',
    ])
  })
})

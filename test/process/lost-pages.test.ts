import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findAddon } from '../../src/platform/load-addon.js'
import { bytes, Segment, vector } from '../../src/index.js'
import { makeTemporaryDirectory, mountSmall, unmountSmall } from './harness.js'

const BLOCK_BYTES = 64 << 10
const BLOCKS = 40

const directory = makeTemporaryDirectory()
const isMounted = mountSmall(directory)
const path = join(directory, 'segment')

beforeAll(() => {
  const segment = Segment.create(path)
  const blocks = segment.construct('blocks', vector(bytes))
  // Zeros in all but the first: their pages can become holes.
  for (let i = 0; i < BLOCKS; i++) blocks.push(new Uint8Array(BLOCK_BYTES).fill(i === 0 ? 1 : 0))
  segment.seal()
  segment.close()
})

afterAll(() => {
  if (isMounted) unmountSmall(directory)
  fs.rmSync(directory, { recursive: true, force: true })
})

interface Outcome {
  readonly signal: string | null
  readonly lines: string[]
}

/** What a reader of `path` in a process of its own tells, and how it ends. */
async function read(reader: string, environment: Record<string, string>): Promise<Outcome> {
  const script = join(import.meta.dirname, 'children', 'lost-pages-child.mjs')
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, reader, path, String(BLOCKS)],
      { env: { ...process.env, ...environment }, timeout: 60_000, killSignal: 'SIGKILL' },
      (error, stdout) => {
        resolve({ signal: (error?.signal as string | undefined) ?? null, lines: stdout.trim().split('\n') })
      },
    )
  })
}

const GUARDED = [
  { title: 'mapped by mmap-io', environment: { HOTSEG_MAPPING: 'mmap-io' } },
  { title: 'mapped by the addon', environment: { HOTSEG_MAPPING: 'addon' } },
]

const SURVIVED = ['opened', 'CorruptionError', 'CorruptionError', 'ClosedError']

describe.skipIf(findAddon() === undefined).each(GUARDED)('a segment $title', ({ environment }) => {
  test.each(['main', 'worker'])(
    'that another process cuts off: its readers live, and know, in the %s thread',
    async (thread) => {
      expect(await read(`cut-off ${thread}`, environment)).toEqual({ signal: null, lines: SURVIVED })
    },
  )

  test('whose file is replaced stays as it was', async () => {
    expect(await read('replaced main', environment)).toEqual({ signal: null, lines: ['opened', `read ${BLOCKS}`] })
  })

  test.skipIf(!isMounted)('with holes, on a disk that is full: its readers live, and know', async () => {
    expect(await read('full main', environment)).toEqual({ signal: null, lines: SURVIVED })
  })
})

describe('without the addon, as the documents say,', () => {
  test('a file that is cut off ends its readers', async () => {
    const { signal, lines } = await read('cut-off main', { HOTSEG_MAPPING: 'mmap-io', HOTSEG_ADDON: 'off' })
    expect({ signal, lines }).toEqual({ signal: 'SIGBUS', lines: ['opened'] })
  })

  test('one that is replaced stays as it was', async () => {
    const outcome = await read('replaced main', { HOTSEG_MAPPING: 'mmap-io', HOTSEG_ADDON: 'off' })
    expect(outcome).toEqual({ signal: null, lines: ['opened', `read ${BLOCKS}`] })
  })
})

test.skipIf(findAddon() === undefined)('a SIGBUS that is none of ours still ends the process', async () => {
  const { signal } = await read('other main', { HOTSEG_MAPPING: 'addon' })
  expect(signal).toBe('SIGBUS')
})

import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findAddon } from '../../src/platform/load-addon.js'
import { makeTemporaryDirectory } from '../process/harness.js'
import { checks } from './conformance.mjs'

interface Mode {
  readonly title: string
  readonly mapping: string
  readonly guard: 'guarded' | 'unguarded'
  readonly environment: Readonly<Record<string, string>>
}

const MODES: readonly Mode[] = [
  { title: 'a buffer', mapping: 'buffer', guard: 'unguarded', environment: {} },
  {
    title: 'mmap-io alone',
    mapping: 'mmap-io',
    guard: 'unguarded',
    environment: { HOTSEG_ADDON: 'off', HOTSEG_MAPPING: 'mmap-io' },
  },
  { title: 'mmap-io with the addon', mapping: 'mmap-io', guard: 'guarded', environment: { HOTSEG_MAPPING: '' } },
  { title: 'the addon alone', mapping: 'addon', guard: 'guarded', environment: { HOTSEG_MAPPING: 'addon' } },
]

const directory = makeTemporaryDirectory({ inMemory: true })
afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

const combinations = MODES.flatMap((mode) => ['main', 'worker'].map((thread) => ({ ...mode, thread })))

describe.each(combinations)('$title in the $thread thread', ({ mapping, guard, environment, thread }) => {
  const needsAddon = guard === 'guarded'
  const results = new Map<string, string | undefined>()

  beforeAll(async () => {
    if (needsAddon && findAddon() === undefined) return
    const script = join(import.meta.dirname, 'conformance-runner.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [script, mapping, guard, thread, directory], {
      env: { ...process.env, ...environment },
      timeout: 100_000,
      killSignal: 'SIGKILL',
    }).catch((error: unknown) => {
      const { message, stdout } = error as { message: string; stdout: string }
      results.set('the process', message)
      return { stdout }
    })
    for (const line of stdout.trim().split('\n')) {
      const { name, error } = JSON.parse(line) as { name: string; error?: string }
      results.set(name, error)
    }
  })

  // Without a compiler there is no addon, and the report shows what was skipped.
  test.skipIf(needsAddon && findAddon() === undefined).each(Object.keys(checks))('%s', (name) => {
    expect(results.get('the process') ?? results.get('the thread')).toBeUndefined()
    expect([...results.keys()]).toContain(name)
    expect(results.get(name)).toBeUndefined()
  })
})

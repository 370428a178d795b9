import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeTemporaryDirectory } from './harness.js'

let directory: string

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
})

afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

function runChild(...args: string[]): any {
  const child = join(import.meta.dirname, 'children/leak-child.mjs')
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', child, directory, ...args]).toString())
}

describe('snapshots that are held', () => {
  test('are listed; one that is lost is an event, and its version goes with the last of the others', () => {
    const { held, leaks, heard, afterLeak, isMapped, count } = runChild()
    expect(held).toEqual([
      { generation: 1, since: expect.any(String) },
      { generation: 1, since: expect.any(String) },
    ])
    expect(leaks).toEqual([held[0]])
    expect(heard).toEqual([{ ...held[0], directory }])
    // What is held by others stays.
    expect(afterLeak).toEqual({ held: [held[1]], isMapped: true, edition: 1 })
    expect(isMapped).toBe(false)
    expect(count).toBe(0)
  })

  test('say where they were acquired, if they are traced', () => {
    const { held, leaks } = runChild('traced')
    expect(leaks[0].stack).toMatch(/^ +at loseOne \(.*leak-child\.mjs:\d+/)
    expect(held[1].stack).not.toContain('loseOne')
  })
})

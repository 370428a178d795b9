import * as fs from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findAddon } from '../../src/platform/load-addon.js'
import { raiseWitness, saysDead } from '../../src/store/publishing/witness.js'
import { makeTemporaryDirectory, waitUntil } from '../process/harness.js'

let entry: string

beforeEach(() => {
  entry = makeTemporaryDirectory()
})

afterEach(() => {
  fs.rmSync(entry, { recursive: true, force: true })
})

// Without a compiler there is no addon, and the report shows what was skipped.
describe.skipIf(findAddon() === undefined)('the witness of a holder', () => {
  test('says that he is dead when his descriptor is gone, and not before, to as many as ask', () => {
    const fd = raiseWitness(entry, 'aa')!
    expect(fs.readdirSync(entry)).toEqual(['aa.alive'])
    for (let i = 0; i < 3; i++) expect(saysDead(entry, 'aa')).toBe(false)
    fs.closeSync(fd)
    for (let i = 0; i < 3; i++) expect(saysDead(entry, 'aa')).toBe(true)
  })

  test('of a thread that was ended says so, while its process goes on', async () => {
    const module = new URL('../../dist/store/publishing/witness.js', import.meta.url).href
    const program = `
      import(${JSON.stringify(module)}).then(({ raiseWitness }) => {
        require('node:worker_threads').parentPort.postMessage(raiseWitness(${JSON.stringify(entry)}, 'bb'))
        setInterval(() => undefined, 1000)
      })`
    const worker = new Worker(program, { eval: true })
    const fd = await new Promise((resolve) => worker.once('message', resolve))
    expect(fd).toBeGreaterThan(0)
    expect(saysDead(entry, 'bb')).toBe(false)
    await worker.terminate()
    await waitUntil(() => saysDead(entry, 'bb'))
  })

  test('that is not there, of another, unfinished, or no file says nothing', () => {
    fs.closeSync(raiseWitness(entry, 'aa')!)
    expect(saysDead(entry, 'bb')).toBe(false)
    fs.renameSync(join(entry, 'aa.alive'), join(entry, 'bb.new'))
    expect(saysDead(entry, 'bb')).toBe(false)
    fs.mkdirSync(join(entry, 'cc.alive'))
    expect(saysDead(entry, 'cc')).toBe(false)
    fs.symlinkSync(join(entry, 'bb.new'), join(entry, 'dd.alive'))
    expect(saysDead(entry, 'dd')).toBe(false)
  })

  test('may be asked by all who may read the store, whatever the umask', () => {
    const before = process.umask(0o077)
    try {
      fs.closeSync(raiseWitness(entry, 'aa')!)
    } finally {
      process.umask(before)
    }
    expect(fs.statSync(join(entry, 'aa.alive')).mode & 0o777).toBe(0o444)
  })

  test('cannot be made where the lock was taken over already', () => {
    expect(raiseWitness(join(entry, 'gone'), 'aa')).toBeUndefined()
  })
})

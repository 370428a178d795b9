import { execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { currentOwner, formatOwner, isProvenDead, parseOwner } from '../../src/platform/identity.js'
import { PublisherLock } from '../../src/store/publishing/publisher-lock.js'
import { makeTemporaryDirectory, waitUntil } from '../process/harness.js'

let directory: string

beforeEach(() => {
  directory = makeTemporaryDirectory()
})

afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

const names = (): string[] => fs.readdirSync(directory).sort()

/** A token whose owner is dead beyond doubt: this thread's number with another start time. */
const deadToken = (serial: string): string => `${formatOwner({ ...currentOwner(), startTime: '1' })}.${serial}`

const acquire = (timeoutMs = 0): Promise<PublisherLock> => PublisherLock.acquire(directory, { timeoutMs })

describe('PublisherLock', () => {
  test('is held by one and leaves nothing when it is released', async () => {
    const lock = await acquire()
    expect(lock.isHeld()).toBe(true)
    await expect(acquire(30)).rejects.toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_PUBLISH_CONFLICT_ERROR' }))
    lock.release()
    expect(lock.isHeld()).toBe(false)
    expect(names()).toEqual([])
    lock.release()
    ;(await acquire()).release()
  })

  test('waits its turn', async () => {
    const first = await acquire()
    const second = acquire(10_000)
    setTimeout(() => first.release(), 20)
    ;(await second).release()
  })

  test('stops waiting when its signal says so', async () => {
    const first = await acquire()
    const waiting = PublisherLock.acquire(directory, { timeoutMs: 10_000, signal: AbortSignal.timeout(10) })
    await expect(waiting).rejects.toThrow(/abort|timeout/i)
    first.release()
  })

  test('is taken over from the dead, through a chain of them, and cleared', async () => {
    fs.symlinkSync(deadToken('aa'), join(directory, 'LOCK'))
    fs.symlinkSync(deadToken('bb'), join(directory, 'LOCK.after.aa'))
    fs.symlinkSync(deadToken('dd'), join(directory, 'LOCK.after.cc'))
    const lock = await acquire()
    expect(lock.isHeld()).toBe(true)
    await expect(acquire()).rejects.toThrow(/another publisher/)
    lock.clearVoidLinks()
    expect(names()).not.toContain('LOCK.after.cc')
    expect(lock.isHeld()).toBe(true)
    lock.release()
    expect(names()).toEqual([])
  })

  test('of a dead owner goes to one of many', () => {
    for (let round = 0; round < 50; round++) {
      fs.symlinkSync(deadToken(`r${round}`), join(directory, 'LOCK'))
      const tries = Array.from({ length: 4 }, () => PublisherLock.tryAcquire(directory))
      const winners = tries.filter((found) => found instanceof PublisherLock)
      expect(winners).toHaveLength(1)
      winners[0]!.release()
      expect(names()).toEqual([])
    }
  })

  test('of an unknown owner is never robbed: another namespace, a strange token', async () => {
    const { pidNamespace, ...rest } = currentOwner()
    const foreign = { ...rest, startTime: '1', pidNamespace: String(Number(pidNamespace) + 1) }
    fs.symlinkSync(`${formatOwner(foreign)}.aa`, join(directory, 'LOCK'))
    await expect(acquire(20)).rejects.toThrow(/another publisher/)
    fs.unlinkSync(join(directory, 'LOCK'))
    fs.symlinkSync('somebody', join(directory, 'LOCK'))
    await expect(acquire(20)).rejects.toThrow(/owner=somebody/)
  })

  test('from before the last boot is taken over on a local disk', async () => {
    const before = { ...currentOwner(), bootId: '00000000-0000-0000-0000-000000000000' }
    fs.symlinkSync(`${formatOwner(before)}.aa`, join(directory, 'LOCK'))
    expect(isProvenDead(before)).toBe(false)
    ;(await acquire()).release()
  })

  test('removed by hand is not held any more', async () => {
    const lock = await acquire()
    fs.unlinkSync(join(directory, 'LOCK'))
    expect(lock.isHeld()).toBe(false)
    lock.release()
  })
})

describe('identity', () => {
  test('survives being written and read', () => {
    expect(parseOwner(formatOwner(currentOwner()))).toEqual(currentOwner())
    expect(parseOwner('1.2.3')).toBeUndefined()
    expect(parseOwner('../../etc')).toBeUndefined()
  })

  test('this thread is alive', () => {
    expect(isProvenDead(currentOwner())).toBe(false)
    expect(currentOwner().pidNamespace).not.toBe('0')
  })

  const ownerOf = (pid: number): ReturnType<typeof currentOwner> => {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!
    return { ...currentOwner(), threadId: pid, startTime }
  }

  test('a killed process is dead, also as a zombie; a stopped one is not', async () => {
    // What the shell turns into never waits for its child, which therefore stays a zombie.
    const shell = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const pid = await new Promise<number>((resolve) => shell.stdout.once('data', (data) => resolve(Number(data))))
      await waitUntil(() => fs.readFileSync(`/proc/${shell.pid!}/comm`, 'utf8') === 'sleep\n')
      const owner = ownerOf(pid)
      process.kill(pid, 'SIGSTOP')
      expect(isProvenDead(owner)).toBe(false)
      process.kill(pid, 'SIGKILL')
      await waitUntil(() => isProvenDead(owner))
      expect(fs.existsSync(`/proc/${pid}`)).toBe(true)
      expect(() => process.kill(pid, 0)).not.toThrow()
    } finally {
      shell.kill('SIGKILL')
    }
  })

  test('a process that is gone is dead', () => {
    const pid = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }))
    expect(isProvenDead({ ...currentOwner(), threadId: pid })).toBe(true)
  })

  test('a terminated worker thread is dead while its process lives', async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads')
       parentPort.postMessage(require('node:fs').readFileSync('/proc/thread-self/stat', 'latin1'))
       setInterval(() => {}, 1000)`,
      { eval: true },
    )
    const stat = await new Promise<string>((resolve) => worker.once('message', resolve))
    const threadId = Number.parseInt(stat, 10)
    const owner = { ...currentOwner(), threadId, startTime: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]! }
    expect(isProvenDead(owner)).toBe(false)
    await worker.terminate()
    await waitUntil(() => isProvenDead(owner))
  })
})

import { execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Store, u32 } from '../../src/index.js'
import { currentOwner, formatOwner, isProvenDead, parseOwner } from '../../src/platform/identity.js'
import { LeaseWatch } from '../../src/store/publishing/lease-watch.js'
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

/** A holder who is dead beyond doubt: this thread's number with another start time. */
const deadHolder = (serial: string): string => `${formatOwner({ ...currentOwner(), startTime: '1' })}.${serial}.0.0`

/** Makes the lock look as if `holder` had it. */
const holdAs = (holder: string): void => {
  fs.mkdirSync(join(directory, 'LOCK', holder), { recursive: true })
}

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

  test('is taken over from the dead, one after the other, and what they left is cleared', async () => {
    holdAs(deadHolder('aa'))
    fs.mkdirSync(join(directory, 'LOCK', deadHolder('aa'), 'aa'))
    fs.writeFileSync(join(directory, 'LOCK', deadHolder('aa'), 'aa/0-7.hotseg'), 'x')
    fs.mkdirSync(join(directory, `LOCK.new.${deadHolder('bb')}`, deadHolder('bb')), { recursive: true })
    fs.mkdirSync(join(directory, 'LOCK.new.somebody'))
    const lock = await acquire()
    expect(lock.isHeld()).toBe(true)
    await expect(acquire()).rejects.toThrow(/another publisher/)
    lock.clearAttempts()
    expect(names()).toEqual(['LOCK', 'LOCK.new.somebody'])
    expect(lock.isHeld()).toBe(true)
    lock.release()
    expect(names()).toEqual(['LOCK.new.somebody'])
  })

  test('that nobody holds any more is free: a death between the two steps of a release', async () => {
    fs.mkdirSync(join(directory, 'LOCK'))
    const lock = await acquire()
    expect(lock.isHeld()).toBe(true)
    lock.release()
    expect(names()).toEqual([])
  })

  test('what one left who died right before he had it is cleared by whoever opens the store', async () => {
    const options = { schema: { edition: u32 }, create: true }
    const store = await Store.open(directory, options)
    await store.publish((draft) => {
      draft.edition = 1
    })
    await store.close()
    fs.mkdirSync(join(directory, `LOCK.new.${deadHolder('bb')}`, deadHolder('bb')), { recursive: true })
    await (await Store.open(directory, options)).close()
    expect(names().filter((name) => name.startsWith('LOCK'))).toEqual([])
  })

  test('of a dead owner goes to one of many', () => {
    for (let round = 0; round < 50; round++) {
      holdAs(deadHolder(`r${round}`))
      const tries = Array.from({ length: 4 }, () => PublisherLock.tryAcquire(directory))
      const winners = tries.filter((found) => found instanceof PublisherLock)
      expect(winners).toHaveLength(1)
      winners[0]!.release()
      expect(names()).toEqual([])
    }
  })

  test('of an unknown owner is never robbed: another namespace, a strange name', async () => {
    const { pidNamespace, ...rest } = currentOwner()
    const foreign = { ...rest, startTime: '1', pidNamespace: String(Number(pidNamespace) + 1) }
    holdAs(`${formatOwner(foreign)}.aa.0.0`)
    await expect(acquire(20)).rejects.toThrow(/another publisher/)
    fs.rmSync(join(directory, 'LOCK'), { recursive: true })
    holdAs('somebody')
    await expect(acquire(20)).rejects.toThrow(/owner=somebody/)
  })

  test('from before the last boot is taken over on a local disk', async () => {
    const before = { ...currentOwner(), bootId: '00000000-0000-0000-0000-000000000000' }
    holdAs(`${formatOwner(before)}.aa.0.0`)
    expect(isProvenDead(before)).toBe(false)
    ;(await acquire()).release()
  })

  test('removed by hand is not held any more', async () => {
    const lock = await acquire()
    fs.rmSync(join(directory, 'LOCK'), { recursive: true })
    expect(lock.isHeld()).toBe(false)
    expect(() => lock.confirm()).toThrow(/was taken away/)
    lock.release()
  })

  test('that is no directory is an error, and stays', async () => {
    fs.writeFileSync(join(directory, 'LOCK'), '')
    await expect(acquire()).rejects.toMatchObject({ code: 'ERR_HOTSEG_FILE_ERROR' })
    expect(names()).toEqual(['LOCK'])
  })

  test('can be taken from the dead by all who may write in the store, whatever the umask', async () => {
    fs.chmodSync(directory, 0o2770)
    const umask = process.umask(0o077)
    try {
      const lock = await acquire()
      const modes = [...(fs.readdirSync(join(directory, 'LOCK'), { recursive: true }) as string[]), '']
        .map((name) => fs.statSync(join(directory, 'LOCK', name)))
        .filter((stats) => stats.isDirectory())
        .map((stats) => stats.mode & 0o777)
      expect(modes).toEqual([0o770, 0o770, 0o770])
      lock.release()
    } finally {
      process.umask(umask)
    }
  })
})

describe('a lease', () => {
  const { pidNamespace } = currentOwner()
  const foreign = { ...currentOwner(), pidNamespace: String(Number(pidNamespace) + 1) }
  const entry = (): string => fs.readdirSync(join(directory, 'LOCK'))[0]!

  test('is over when no sign of life was seen for all of it, by the clock of the one who watches', () => {
    let now = 1000
    const watch = new LeaseWatch(() => now)
    const look = (name: string, afterMs: number): boolean => {
      now += afterMs
      return watch.hasExpired(name, 400)
    }
    expect(look('a', 0)).toBe(false)
    expect(look('a', 100)).toBe(false)
    expect(look('a', 100)).toBe(false)
    expect(look('a', 100)).toBe(false)
    expect(look('b', 100)).toBe(false)
    for (let times = 0; times < 3; times++) expect(look('b', 100)).toBe(false)
    expect(look('b', 99)).toBe(false)
    expect(look('b', 1)).toBe(true)
    // The watcher was stopped himself: that says little about the other.
    expect(look('c', 0)).toBe(false)
    for (let times = 0; times < 3; times++) expect(look('c', 10_000)).toBe(false)
    expect(look('c', 10_000)).toBe(true)
    expect(watch.hasExpired('d', 0)).toBe(false)
    now += 1e9
    expect(watch.hasExpired('d', 0)).toBe(false)
  })

  test('that is kept is never broken; one that is not kept is, whoever the holder was', async () => {
    const holder = await PublisherLock.acquire(directory, { timeoutMs: 0, leaseMs: 200 })
    const first = entry()
    await expect(acquire(700)).rejects.toThrow(/another publisher/)
    expect(entry()).not.toBe(first)
    expect(holder.isHeld()).toBe(true)
    holder.release()
    expect(names()).toEqual([])
    holdAs(`${formatOwner(foreign)}.aa.150.7`)
    const successor = await acquire(20_000)
    expect(successor.isHeld()).toBe(true)
    successor.release()
  })

  test('a holder that was overtaken removes nothing, releases nothing, and is told', async () => {
    const holder = await PublisherLock.acquire(directory, { timeoutMs: 0, leaseMs: 60_000 })
    const successor = overtake(holder)
    const path = join(directory, 'file')
    fs.writeFileSync(path, 'x')
    expect(holder.isHeld()).toBe(false)
    expect(() => holder.confirm()).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_PUBLISH_CONFLICT_ERROR' }))
    expect(holder.remove(path, 'test')).toBe(false)
    expect(fs.existsSync(path)).toBe(true)
    holder.release()
    expect(successor.isHeld()).toBe(true)
    expect(successor.remove(path, 'test')).toBe(true)
    expect(successor.remove(path, 'test')).toBe(false)
    expect(fs.existsSync(path)).toBe(false)
    successor.release()
    holder.release()
    expect(names()).toEqual([])
  })

  /** Takes over as one does who has watched for long enough. */
  function overtake(holder: PublisherLock): PublisherLock {
    let now = 0
    const watch = new LeaseWatch(() => (now += 1e6))
    for (let looks = 0; looks < 10; looks++) {
      const lock = PublisherLock.tryAcquire(directory, 0, watch)
      if (lock instanceof PublisherLock) return lock
    }
    throw new Error(`not overtaken: ${String(holder.isHeld())}`)
  }

  test('that is no time is refused', async () => {
    for (const leaseMs of [0, 99, NaN, 1000.5, '1000', Infinity]) {
      const refused = PublisherLock.acquire(directory, { timeoutMs: 0, leaseMs: leaseMs as number })
      await expect(refused).rejects.toMatchObject({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR' })
    }
    expect(names()).toEqual([])
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

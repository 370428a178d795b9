/**
 * What two processes can do to each other between any two calls of the file system, done by hand: at the n-th call of one
 * actor, for every n, another actor runs to its end.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { currentOwner, formatOwner } from '../../src/platform/identity.js'
import { PublisherLock } from '../../src/store/publishing/publisher-lock.js'
import { makeTemporaryDirectory } from '../process/harness.js'

const interrupt = vi.hoisted(() => ({ countdown: -1, action: (): void => undefined }))

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>()
  const step = <Call extends (...args: any[]) => unknown>(call: Call): Call =>
    ((...args: unknown[]) => {
      if (
        typeof args[0] === 'string' &&
        args.some((arg) => String(arg).includes('LOCK')) &&
        interrupt.countdown-- === 0
      ) {
        interrupt.action()
      }
      return call(...args)
    }) as unknown as Call
  return {
    ...real,
    readlinkSync: step(real.readlinkSync),
    symlinkSync: step(real.symlinkSync),
    unlinkSync: step(real.unlinkSync),
  }
})

let directory: string

beforeEach(() => {
  directory = makeTemporaryDirectory({ inMemory: true })
})

afterEach(() => {
  interrupt.countdown = -1
  fs.rmSync(directory, { recursive: true, force: true })
})

const dead = (serial: string): string => `${formatOwner({ ...currentOwner(), startTime: '1' })}.${serial}`

/** Calls `main` with `other` run at its n-th call, for n from 0 until `main` ends before. */
function interleave(prepare: () => void, main: () => void, other: () => void, check: (n: number) => void): number {
  for (let n = 0; ; n++) {
    for (const name of fs.readdirSync(directory)) fs.rmSync(join(directory, name))
    interrupt.countdown = -1
    prepare()
    interrupt.countdown = n
    let wasInterrupted = false as boolean
    interrupt.action = () => {
      wasInterrupted = true
      other()
    }
    main()
    interrupt.countdown = -1
    check(n)
    if (!wasInterrupted) return n
  }
}

const tryAcquire = (): PublisherLock | string => PublisherLock.tryAcquire(directory)
const isLock = (lock: unknown): lock is PublisherLock => lock instanceof PublisherLock

// LOCK names a dead owner, and this thread has taken over from it.
function takenOver(): PublisherLock {
  fs.symlinkSync(dead('aa'), join(directory, 'LOCK'))
  const lock = tryAcquire()
  if (!isLock(lock)) throw new Error('not taken over')
  return lock
}

test('a release and another acquisition at any step of an acquisition: one holder at most', () => {
  let holder: PublisherLock
  let won: (PublisherLock | string)[]
  const steps = interleave(
    () => {
      holder = takenOver()
      won = []
    },
    () => won.push(tryAcquire()),
    () => {
      holder.release()
      won.push(tryAcquire())
    },
    (n) => {
      expect(won.filter(isLock).length, `step ${n}`).toBeLessThanOrEqual(1)
      for (const lock of won.filter(isLock)) {
        expect(lock.isHeld()).toBe(true)
        lock.clearVoidLinks()
        lock.release()
        expect(fs.readdirSync(directory)).toEqual([])
      }
    },
  )
  expect(steps).toBeGreaterThan(2)
})

test('an acquisition at any step of a release: one holder at most, and the lock is not lost', () => {
  let holder: PublisherLock
  let won: (PublisherLock | string)[]
  const steps = interleave(
    () => {
      holder = takenOver()
      won = []
    },
    () => {
      holder.release()
      won.push(tryAcquire())
    },
    () => won.push(tryAcquire()),
    (n) => {
      expect(won.filter(isLock).length, `step ${n}`).toBe(1)
      const [lock] = won.filter(isLock)
      expect(lock!.isHeld()).toBe(true)
      lock!.clearVoidLinks()
      lock!.release()
      expect(fs.readdirSync(directory)).toEqual([])
    },
  )
  expect(steps).toBeGreaterThan(2)
})

test('two who see the same dead owner, at any step: exactly one takes over', () => {
  let won: (PublisherLock | string)[]
  interleave(
    () => {
      fs.symlinkSync(dead('aa'), join(directory, 'LOCK'))
      fs.symlinkSync(dead('bb'), join(directory, 'LOCK.after.aa'))
      won = []
    },
    () => won.push(tryAcquire()),
    () => won.push(tryAcquire()),
    (n) => {
      expect(won.filter(isLock).length, `step ${n}`).toBe(1)
      won.filter(isLock)[0]!.release()
      expect(fs.readdirSync(directory)).toEqual([])
    },
  )
})

test('a whole turn of another publisher, clearing included, at any step of an acquisition', () => {
  let won: (PublisherLock | string)[]
  interleave(
    () => {
      fs.symlinkSync(dead('aa'), join(directory, 'LOCK'))
      won = []
    },
    () => won.push(tryAcquire()),
    () => {
      const other = tryAcquire()
      if (!isLock(other)) return
      other.clearVoidLinks()
      other.release()
    },
    (n) => {
      expect(won.filter(isLock).length, `step ${n}`).toBe(1)
      expect((won[0] as PublisherLock).isHeld()).toBe(true)
      ;(won[0] as PublisherLock).release()
    },
  )
})

/**
 * What two processes can do to each other between any two calls of the file system, done by hand: at the n-th call of one
 * actor, for every n, another actor runs to its end.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { currentOwner, formatOwner } from '../../src/platform/identity.js'
import { LeaseWatch } from '../../src/store/publishing/lease-watch.js'
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
    readdirSync: step(real.readdirSync),
    mkdirSync: step(real.mkdirSync),
    renameSync: step(real.renameSync),
    lstatSync: step(real.lstatSync),
    unlinkSync: step(real.unlinkSync),
    rmSync: step(real.rmSync),
    rmdirSync: step(real.rmdirSync),
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

const dead = (serial: string): string => `${formatOwner({ ...currentOwner(), startTime: '1' })}.${serial}.0.0`

const holdAs = (holder: string): void => {
  fs.mkdirSync(join(directory, 'LOCK', holder), { recursive: true })
}

/** Calls `main` with `other` run at its n-th call, for n from 0 until `main` ends before. */
function interleave(prepare: () => void, main: () => void, other: () => void, check: (n: number) => void): number {
  for (let n = 0; ; n++) {
    for (const name of fs.readdirSync(directory)) fs.rmSync(join(directory, name), { recursive: true })
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
  holdAs(dead('aa'))
  const lock = tryAcquire()
  if (!isLock(lock)) throw new Error('not taken over')
  return lock
}

test('another acquisition, or one and its release, at any step of the first acquisition: one holder at most', () => {
  for (const releases of [false, true]) {
    let won: (PublisherLock | string)[]
    const steps = interleave(
      () => (won = []),
      () => won.push(tryAcquire()),
      () => {
        const other = tryAcquire()
        if (releases && isLock(other)) other.release()
        else won.push(other)
      },
      (n) => {
        expect(won.filter(isLock).length, `step ${n}`).toBe(1)
        const [lock] = won.filter(isLock)
        expect(lock!.isHeld()).toBe(true)
        lock!.release()
        expect(fs.readdirSync(directory)).toEqual([])
      },
    )
    expect(steps).toBeGreaterThan(4)
  }
})

test('a takeover by lease, and a removal of what has the same name, at any step of what the holder does', () => {
  const path = (): string => join(directory, 'versions-LOCK-7')
  let holder: PublisherLock
  let successor: PublisherLock | undefined
  for (const act of [
    () => holder.remove(path(), 'test'),
    () => {
      holder.release()
    },
    () => {
      holder.isHeld()
    },
  ]) {
    interleave(
      () => {
        fs.writeFileSync(path(), 'of the holder')
        const lock = PublisherLock.tryAcquire(directory, 60_000)
        if (!isLock(lock)) throw new Error('not taken')
        holder = lock
      },
      act,
      () => {
        let now = 0
        const watch = new LeaseWatch(() => (now += 1e6))
        let lock: PublisherLock | string = ''
        for (let looks = 0; looks < 10 && !isLock(lock); looks++) lock = PublisherLock.tryAcquire(directory, 0, watch)
        if (!isLock(lock)) return
        successor = lock
        fs.rmSync(path(), { force: true })
        fs.writeFileSync(path(), 'of the successor')
      },
      (n) => {
        // After its last step, the holder was not interrupted.
        if (successor?.isHeld() !== true) {
          holder.release()
          return
        }
        expect(fs.readFileSync(path(), 'utf8'), `step ${n}`).toBe('of the successor')
        holder.release()
        expect(successor.isHeld(), `step ${n}`).toBe(true)
        successor.release()
      },
    )
  }
})

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
        lock.clearAttempts()
        lock.release()
        expect(fs.readdirSync(directory)).toEqual([])
      }
    },
  )
  expect(steps).toBeGreaterThan(0)
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
      lock!.clearAttempts()
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
      holdAs(dead('aa'))
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
      holdAs(dead('aa'))
      won = []
    },
    () => won.push(tryAcquire()),
    () => {
      const other = tryAcquire()
      if (!isLock(other)) return
      other.clearAttempts()
      other.release()
    },
    (n) => {
      expect(won.filter(isLock).length, `step ${n}`).toBe(1)
      expect((won[0] as PublisherLock).isHeld()).toBe(true)
      ;(won[0] as PublisherLock).release()
    },
  )
})

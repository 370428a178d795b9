import * as fs from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { string, Store, u32, type AdoptFailedEvent, type SwapEvent } from '../../src/index.js'
import { codeOf, mapsOf, waitUntil } from '../process/harness.js'
import { publish, schema, StoreRoom } from './store-room.js'

/** A name such as unfinished files have. */
const UNFINISHED = `tmp-${'0a'.repeat(16)}`

const room = new StoreRoom(schema)

const files = (): string[] => fs.readdirSync(join(room.directory, 'versions')).sort()
const leftovers = (): string[] =>
  fs.readdirSync(room.directory).filter((name) => !['CURRENT', 'DOORBELL', 'readers', 'versions'].includes(name))

describe('a new store', () => {
  test('has no version, says so, and gets one by publishing', async () => {
    const store = await room.open()
    expect(store.generation).toBe(0)
    expect(() => store.current).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_NO_VERSION_ERROR' }))
    expect(() => store.acquire()).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_NO_VERSION_ERROR' }))
    expect(store.versions()).toEqual([])
    const version = await publish(store, 4)
    expect(version).toMatchObject({ generation: 1, isCurrent: true })
    expect(store.generation).toBe(1)
    expect(store.current.edition).toBe(4)
    expect(store.current.title).toBe('edition 4')
    expect(store.current.words.get('word')).toBe(4)
    expect(leftovers()).toEqual([])
  })

  test('is not made without create', async () => {
    const missing = join(room.directory, 'missing')
    expect(await codeOf(Store.open(missing, { schema }))).toBe('ERR_HOTSEG_FILE_ERROR')
    expect(fs.existsSync(missing)).toBe(false)
  })

  test('is waited for as long as waitMs says', async () => {
    expect(await codeOf(room.open({ waitMs: 30 }))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    const reader = room.open({ waitMs: 20_000, create: false })
    await publish(await room.open(), 1)
    expect((await reader).current.edition).toBe(1)
  })

  test('is waited for also when its directory appears later', async () => {
    const later = join(room.directory, 'in', 'time')
    const reading = Store.open(later, { schema, waitMs: 20_000 })
    for (let pauses = 0; pauses < 3; pauses++) await sleep(30)
    const publisher = room.keep(await Store.open(later, { schema, create: true }))
    await publish(publisher, 7)
    room.keep(await reading)
    expect((await reading).current.edition).toBe(7)
  })

  test('refuses wrong options', async () => {
    expect(await codeOf(room.open({ retain: -1 }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    expect(await codeOf(room.open({ waitMs: NaN }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    for (const wrong of [{ segment: u32 }, { words: 'u32' }, null, 7]) {
      expect(await codeOf(room.open({ schema: wrong as never }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    }
    expect(await codeOf(room.open({ check: 'none' as never }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    const store = await room.open()
    expect(await codeOf(store.publish(undefined as never))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    for (const wrong of [{ timeoutMs: -1 }, { durability: 'disc' }, { validate: 'yes' }, { note: 7 }]) {
      expect(await codeOf(store.publish(() => undefined, wrong as never))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    }
    expect(leftovers()).toEqual([])
  })
})

describe('following', () => {
  test('another store adopts on a later turn; within a turn nothing changes', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const reader = await room.open({ create: false })
    const swaps: SwapEvent[] = []
    reader.on('swap', (event) => swaps.push(event))
    expect(reader.follows).toBe('doorbell')
    await publish(publisher, 2)
    while (reader.current.edition !== 2) {
      const first = reader.current
      await Promise.resolve()
      expect(reader.current).toBe(first)
      await nextTurn()
    }
    expect(swaps).toEqual([
      { generation: 2, previous: 1, adoptMs: expect.any(Number), longestBlockMs: expect.any(Number) },
    ])
  })

  test('the doorbell tells a reader that looks, long before its timer would', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const reader = await room.open({ create: false })
    const lookFor = async (edition: number): Promise<void> => {
      // Sixty pauses of a millisecond are long enough for an adoption, and end long before the timer.
      for (let pauses = 0; pauses < 60 && reader.current.edition !== edition; pauses++) await sleep(1)
    }
    // It looks during the build, too: what is put right when a publisher begins is no substitute for ringing at its end.
    await publisher.publish(async (draft) => {
      await lookFor(-1)
      draft.edition = 2
    })
    await lookFor(2)
    expect(reader.current.edition).toBe(2)
  })

  test('an idle reader notices by its timer', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const reader = await room.open({ create: false })
    await publish(publisher, 2)
    await waitUntil(() => reader.generation === 2)
  })

  test('refresh adopts in the same turn', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const reader = await room.open({ create: false })
    expect(reader.refresh()).toBe(false)
    const before = reader.current
    // Both steps in one turn: publishing has ended, and the reader has had no turn of its own yet.
    const done = publish(publisher, 2)
    await done
    if (reader.generation === 1) expect(reader.refresh()).toBe(true)
    expect(reader.current).not.toBe(before)
    expect(reader.current.edition).toBe(2)
  })

  test('a reader overtaken by three publishes between number and file never notices', async () => {
    const publisher = await room.open({ retain: 0 })
    await publish(publisher, 1)
    const reader = await room.open({ create: false })
    const failures: unknown[] = []
    reader.on('adopt-failed', (event) => failures.push(event))
    const { Follower } = await import('../../src/store/reading/follower.js')
    const { EventHub } = await import('../../src/store/events.js')
    const follower = new Follower(
      room.directory,
      {
        schema,
        checksData: true,
        resident: 'lazy',
        clock: () => 0,
        events: new EventHub(room.directory),
        mapped: new Set(),
      },
      { onSwitch: () => undefined },
    )
    const steps = follower.findNewest()
    expect(steps.next().done).toBe(false)
    for (let edition = 2; edition <= 4; edition++) await publish(publisher, edition)
    expect(files()).toEqual(['4.hotseg'])
    let step = steps.next()
    while (step.done !== true) step = steps.next()
    expect(step.value?.version.generation).toBe(4)
    step.value?.version.retireAtOnce()
    await follower.close()
    await waitUntil(() => reader.generation === 4)
    expect(failures).toEqual([])
  })

  test('a directory that was replaced by another is noticed', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const reader = await room.open({ create: false })
    const other = room.directory + '-other'
    const second = await Store.open(other, { schema, create: true })
    for (let edition = 10; edition < 13; edition++) await publish(second, edition)
    await second.close()
    const old = room.directory + '-old'
    fs.renameSync(room.directory, old)
    fs.renameSync(other, room.directory)
    try {
      await waitUntil(() => reader.current.edition === 12)
      await publish(await room.open(), 13)
      await waitUntil(() => reader.current.edition === 13)
    } finally {
      fs.rmSync(old, { recursive: true, force: true })
    }
  })

  test('listeners that throw disturb nobody', async () => {
    const publisher = await room.open()
    const seen: number[] = []
    const thrown = new Promise<Error>((resolve) => {
      const listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      process.once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener)
        resolve(error)
      })
    })
    publisher.on('swap', () => {
      throw new Error('mine')
    })
    const listener = (event: SwapEvent): number => seen.push(event.generation)
    publisher.on('swap', listener)
    await publish(publisher, 1)
    publisher.off('swap', listener)
    expect(seen).toEqual([1])
    expect((await thrown).message).toBe('mine')
  })
})

describe('holding', () => {
  test('an acquired version stays readable until it is released, then it is unmapped', async () => {
    const store = await room.open({ retain: 0 })
    await publish(store, 1)
    const snapshot = store.acquire()
    await publish(store, 2)
    expect(files()).toEqual(['2.hotseg'])
    const released = new Promise((resolve) => store.on('release', resolve))
    await sleep(300)
    expect(snapshot.edition).toBe(1)
    expect(snapshot.words.get('word')).toBe(1)
    expect(store.current.edition).toBe(2)
    const { words } = snapshot
    snapshot.release()
    snapshot.release()
    expect(await released).toMatchObject({ generation: 1 })
    expect(() => words.get('word')).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
    await waitUntil(() => !mapsOf(process.pid).includes(join(room.directory, 'versions/1.hotseg')))
  })

  test('each holder counts once, however often it releases', async () => {
    const store = await room.open()
    await publish(store, 1)
    const [a, b] = [store.acquire(), store.acquire()]
    await publish(store, 2)
    a.release()
    a[Symbol.dispose]()
    await store.close()
    expect(b.edition).toBe(1)
    b.release()
    expect(() => b.edition).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
  })

  test('close does not wait for the gentle giving back of versions that were replaced', async () => {
    const store = await room.open()
    await publish(store, 1)
    await publish(store, 2)
    await store.close()
    expect(mapsOf(process.pid)).not.toContain(room.directory)
  })

  test('close waits for a version that is just being adopted, and unmaps that, too', async () => {
    const store = await room.open()
    await publish(store, 1)
    for (let turns = 0; turns < 8; turns++) {
      const reader = await room.open({ create: false })
      await publish(store, turns + 2)
      // As many turns into the adoption of the new version.
      expect(reader.current.generation).toBeGreaterThan(0)
      for (let turn = 0; turn < turns; turn++) await nextTurn()
      await reader.close()
    }
    await store.close()
    expect(mapsOf(process.pid)).not.toContain(room.directory)
  })

  test('withSnapshot holds across awaits and releases on failure too', async () => {
    const store = await room.open()
    await publish(store, 1)
    const edition = await store.withSnapshot(async (snapshot) => {
      await publish(store, 2)
      return snapshot.edition
    })
    expect(edition).toBe(1)
    await expect(store.withSnapshot(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    await publish(store, 3)
    await waitUntil(() => !/versions\/[12]\.hotseg/.test(mapsOf(process.pid)))
  })

  test('within a second of the last swap only the current version is mapped, in an idle process', async () => {
    const store = await room.open({ retain: 2 })
    for (let edition = 1; edition <= 5; edition++) await publish(store, edition)
    await waitUntil(() => !/versions\/[1-4]\.hotseg/.test(mapsOf(process.pid)))
    const versions = mapsOf(process.pid).match(/\S*\.hotseg|\S*\/tmp-\S*/g)
    expect(versions).toEqual([join(room.directory, 'versions/5.hotseg')])
    expect(files()).toEqual(['3.hotseg', '4.hotseg', '5.hotseg'])
  })

  test('strict closes what was read from current at the end of the turn', async () => {
    const store = await room.open({ strict: true })
    await publish(store, 1)
    const { words } = store.current
    expect(store.current.words).toBe(words)
    await Promise.resolve()
    expect(words.get('word')).toBe(1)
    await nextTurn()
    expect(() => words.get('word')).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
    expect(store.current.words.get('word')).toBe(1)
    await store.withSnapshot(async (snapshot) => {
      await sleep(5)
      expect(snapshot.words.get('word')).toBe(1)
    })
  })

  test('close unmaps all but what is held, and everything afterwards throws', async () => {
    const store = await room.open()
    await publish(store, 1)
    const held = store.acquire()
    await publish(store, 2)
    const { words } = store.current
    await store.close()
    await store.close()
    expect(() => store.current).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
    expect(() => store.acquire()).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
    expect(() => store.versions()).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
    expect(await codeOf(publish(store, 3))).toBe('ERR_HOTSEG_CLOSED_ERROR')
    expect(() => words.get('word')).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
    expect(held.edition).toBe(1)
    expect(mapsOf(process.pid)).not.toContain(join(room.directory, 'versions/2.hotseg'))
    held.release()
    await waitUntil(() => !mapsOf(process.pid).includes(room.directory))
  })
})

describe('publishing', () => {
  test('what fails leaves the old version and nothing behind', async () => {
    const store = await room.open()
    await publish(store, 1)
    const failing: [Parameters<typeof store.publish>[0], Parameters<typeof store.publish>[1], string | undefined][] = [
      [() => { throw new RangeError('mine') }, {}, undefined], // prettier-ignore
      [() => Promise.reject(new RangeError('mine')), {}, undefined],
      [() => undefined, { validate: () => { throw new Error('no') } }, 'ERR_HOTSEG_VALIDATION_ERROR'], // prettier-ignore
      [
        () => undefined,
        { validate: [() => undefined, () => Promise.reject(new Error('no'))] },
        'ERR_HOTSEG_VALIDATION_ERROR',
      ],
      [(draft) => { for (let i = 0; i < 1e5; i++) draft.words.set(`w${i}`, i) }, { capacity: '64 KiB' }, 'ERR_HOTSEG_OUT_OF_SPACE_ERROR'], // prettier-ignore
      [() => undefined, { signal: AbortSignal.abort(new RangeError('mine')) }, undefined],
    ]
    for (const [build, options, code] of failing) {
      expect(await codeOf(store.publish(build, options))).toBe(code)
      expect(store.generation).toBe(1)
      expect(files()).toEqual(['1.hotseg'])
      expect(leftovers()).toEqual([])
    }
    await publish(store, 2)
    expect(store.generation).toBe(2)
  })

  test('validators see the version read back, and the current one', async () => {
    const store = await room.open()
    const seen: unknown[] = []
    const validate = (candidate: any, current: any): void => {
      seen.push([candidate.generation, candidate.edition, candidate.words.get('a'), current?.edition])
    }
    await store.publish((draft) => { draft.edition = 1 }, { validate }) // prettier-ignore
    await store.publish((draft) => { draft.words.set('a', 7) }, { validate: [validate] }) // prettier-ignore
    expect(seen).toEqual([
      [1, 1, undefined, undefined],
      [2, 0, 7, 1],
    ])
  })

  test('a draft can be async, is closed afterwards, and its names cannot be replaced', async () => {
    const store = await room.open()
    let kept: any
    await store.publish(async (draft) => {
      await sleep(2)
      draft.words.set('late', 1)
      kept = draft.words
      expect(() => { (draft as any).words = 1 }).toThrow(TypeError) // prettier-ignore
      expect(() => { (draft as any).edition = -1 }).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_VALUE_ERROR' })) // prettier-ignore
    })
    expect(store.current.words.get('late')).toBe(1)
    expect(() => {
      kept.get('late')
    }).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
  })

  test('notes, sizes and times are listed; mode is exact', async () => {
    const store = await room.open({ retain: 5 })
    await store.publish(() => undefined, { note: 'nightly', mode: 0o640 })
    await publish(store, 2)
    const [first, second] = store.versions()
    expect(first).toMatchObject({ generation: 1, isCurrent: false, note: 'nightly' })
    expect(second).toMatchObject({ generation: 2, isCurrent: true, note: undefined })
    const path = join(room.directory, 'versions/1.hotseg')
    expect(first!.byteLength).toBe(fs.statSync(path).size)
    expect(fs.statSync(path).mode & 0o777).toBe(0o640)
    expect(Math.abs(Date.now() - first!.publishedAt.getTime())).toBeLessThan(3_600_000)
  })

  test('two publishers take turns, and what each reads is the newest', async () => {
    const [a, b] = [await room.open(), await room.open()]
    await publish(a, 0)
    const increment = (store: typeof a): Promise<unknown> =>
      store.publish((draft) => {
        draft.edition = store.current.edition + 1
      })
    await Promise.all(Array.from({ length: 20 }, (_, index) => increment(index % 2 === 0 ? a : b)))
    expect(Math.max(a.generation, b.generation)).toBe(21)
    a.refresh()
    expect(a.current.edition).toBe(20)
  })

  test('a publisher that may not wait gets a conflict', async () => {
    const [a, b] = [await room.open(), await room.open()]
    let proceed = (): void => undefined
    const first = a.publish(() => new Promise<void>((resolve) => (proceed = resolve)))
    await waitUntil(() => leftovers().includes('LOCK'))
    expect(await codeOf(b.publish(() => undefined, { timeoutMs: 0 }))).toBe('ERR_HOTSEG_PUBLISH_CONFLICT_ERROR')
    expect(await codeOf(b.publish(() => undefined, { timeoutMs: 20 }))).toBe('ERR_HOTSEG_PUBLISH_CONFLICT_ERROR')
    const second = publish(b, 2)
    proceed()
    await first
    expect((await second).generation).toBe(2)
  })

  test('a lock taken away by hand prevents the switch', async () => {
    const store = await room.open()
    await publish(store, 1)
    const result = store.publish(() => fs.rmSync(join(room.directory, 'LOCK'), { recursive: true }))
    expect(await codeOf(result)).toBe('ERR_HOTSEG_PUBLISH_CONFLICT_ERROR')
    expect(store.generation).toBe(1)
    expect(files()).toEqual(['1.hotseg'])
    expect(leftovers()).toEqual([])
  })

  test('leftovers of the dead are cleared by the next opener that may write, and by the next publisher', async () => {
    const store = await room.open()
    await publish(store, 1)
    const litter = (): void => {
      fs.writeFileSync(join(room.directory, UNFINISHED), 'x')
      fs.writeFileSync(join(room.directory, 'versions/2.hotseg'), 'x')
      fs.writeFileSync(join(room.directory, 'versions/99.hotseg'), 'x')
      fs.writeFileSync(join(room.directory, 'versions/README'), 'not ours')
    }
    litter()
    await room.open({ create: false })
    expect(files()).toEqual(['1.hotseg', 'README'])
    expect(leftovers()).toEqual([])
    litter()
    await publish(store, 2)
    expect(files()).toEqual(['1.hotseg', '2.hotseg', 'README'])
  })

  test('what looks like a leftover and cannot be removed disturbs nobody, but where a version must go', async () => {
    const store = await room.open()
    await publish(store, 1)
    fs.mkdirSync(join(room.directory, UNFINISHED))
    fs.mkdirSync(join(room.directory, 'versions/99.hotseg'))
    await publish(store, 2)
    expect(store.current.edition).toBe(2)
    expect(files()).toEqual(['1.hotseg', '2.hotseg', '99.hotseg'])
    fs.mkdirSync(join(room.directory, 'versions/3.hotseg'))
    expect(await codeOf(publish(store, 3))).toBe('ERR_HOTSEG_EXISTS_ERROR')
    expect(store.current.edition).toBe(2)
    expect(leftovers()).toEqual([UNFINISHED])
  })

  test('the closing of a store waits for its publication', async () => {
    const store = await room.open()
    let published = 0
    const result = publish(store, 1).then(({ generation }) => (published = generation))
    await store.close()
    expect(published).toBe(1)
    await result
  })
})

describe('keeping and rolling back', () => {
  test('retain counts versions besides the current one', async () => {
    const store = await room.open({ retain: 2 })
    for (let edition = 1; edition <= 5; edition++) await publish(store, edition)
    expect(store.versions().map(({ generation }) => generation)).toEqual([3, 4, 5])
    const none = await room.open({ retain: 0 })
    await publish(none, 6)
    expect(files()).toEqual(['6.hotseg'])
  })

  test('rollback makes an older number current; the next publish takes the highest ever plus one', async () => {
    const store = await room.open({ retain: 2 })
    const reader = await room.open({ create: false })
    for (let edition = 1; edition <= 3; edition++) await publish(store, edition)
    expect(await store.rollback()).toMatchObject({ generation: 2, isCurrent: true })
    expect(store.generation).toBe(2)
    expect(store.current.edition).toBe(2)
    await waitUntil(() => reader.generation === 2)
    expect((await store.rollback(1)).generation).toBe(1)
    expect(await codeOf(store.rollback())).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    expect(await codeOf(store.rollback(9))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
    expect((await publish(store, 4)).generation).toBe(4)
    // Those current last are kept: 1, which was rolled back to, and 2 before it.
    expect(store.versions().map(({ generation }) => generation)).toEqual([1, 2, 4])
    expect((await store.rollback(2)).generation).toBe(2)
    expect((await publish(store, 5)).generation).toBe(5)
  })

  test('rolling back to a damaged version is refused', async () => {
    const store = await room.open({ retain: 2 })
    for (let edition = 1; edition <= 2; edition++) await publish(store, edition)
    flipBit(join(room.directory, 'versions/1.hotseg'), 4200)
    expect(await codeOf(store.rollback())).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
    expect(store.generation).toBe(2)
  })
})

function flipBit(path: string, position: number): void {
  fs.chmodSync(path, 0o600)
  const fd = fs.openSync(path, 'r+')
  const byte = new Uint8Array(1)
  fs.readSync(fd, byte, 0, 1, position)
  byte[0]! ^= 1
  fs.writeSync(fd, byte, 0, 1, position)
  fs.closeSync(fd)
}

describe('a version that cannot be adopted', () => {
  test('of another schema leaves old readers on the one they have', async () => {
    const store = await room.open()
    await publish(store, 1)
    const failures: AdoptFailedEvent[] = []
    store.on('adopt-failed', (event) => failures.push(event))
    const other = room.keep(await Store.open(room.directory, { schema: { edition: string }, create: true }))
    expect(() => other.current).toThrow(
      expect.objectContaining({
        code: 'ERR_HOTSEG_NO_VERSION_ERROR',
        cause: expect.objectContaining({ name: 'SchemaMismatchError' }),
      }),
    )
    await other.publish((draft) => {
      draft.edition = 'two'
    })
    expect(other.current.edition).toBe('two')
    await waitUntil(() => failures.length > 0)
    expect(failures[0]).toMatchObject({
      generation: 2,
      current: 1,
      error: { code: 'ERR_HOTSEG_SCHEMA_MISMATCH_ERROR' },
    })
    expect(store.current.edition).toBe(1)
    expect(store.generation).toBe(1)
    expect(await codeOf(room.open({ create: false }))).toBe('ERR_HOTSEG_SCHEMA_MISMATCH_ERROR')
    // A version of its own schema brings it back.
    await store.publish((draft) => {
      draft.edition = 3
    })
    expect(store.current.edition).toBe(3)
  })

  test('neighbouring schemas: a reader with fewer tables adopts, one with more stays', async () => {
    const few = room.keep(await Store.open(room.directory, { schema: { edition: u32 }, create: true }))
    await few.publish((draft) => {
      draft.edition = 1
    })
    expect(await codeOf(room.open({ create: false }))).toBe('ERR_HOTSEG_SCHEMA_MISMATCH_ERROR')
    await publish(await room.open(), 2)
    await waitUntil(() => few.current.edition === 2)
  })

  test('damaged in its data or missing is refused by who checks', async () => {
    const store = await room.open({ retain: 2 })
    await publish(store, 1)
    await publish(store, 2)
    const path = join(room.directory, 'versions/2.hotseg')
    flipBit(path, fs.statSync(path).size - 5)
    expect(await codeOf(room.open({ create: false }))).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
    fs.truncateSync(path, 4096)
    expect(await codeOf(room.open({ create: false, check: 'header' }))).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
    fs.unlinkSync(path)
    expect(await codeOf(room.open({ create: false }))).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
  })
})

test('the current version costs neither I/O nor an object per access', async () => {
  const { Follower } = await import('../../src/store/reading/follower.js')
  const { EventHub } = await import('../../src/store/events.js')
  const store = await room.open()
  await publish(store, 1)
  await nextTurn()
  expect(store.current).toBe(store.current)
  expect(Object.keys(store.current)).toEqual(['generation', 'segment', 'words'])
  const rest = { clock: () => 0, events: new EventHub(room.directory), mapped: new Set<never>() }
  const context = { schema, checksData: true, resident: 'lazy' as const, ...rest }
  const follower = new Follower(room.directory, context, { onSwitch: () => undefined })
  await follower.look()
  expect(follower.heard).toBe(1)
  expect(follower.heard).toBe(Atomics.load(follower.doorbell.word, 0))
  await follower.close()
})

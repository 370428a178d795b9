import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { AdoptFailedEvent, SnapshotOf, Store } from '../../src/index.js'
import { codeOf, mapsOf, waitUntil } from '../process/harness.js'
import { publish, schema, StoreRoom, type S } from './store-room.js'

const room = new StoreRoom(schema)

/** What a warm-up waits for, and who lets it go on. */
class Gate {
  readonly seen: number[] = []
  open: (error?: Error) => void = () => undefined

  readonly warmUp = (snapshot: SnapshotOf<S>): Promise<void> => {
    this.seen.push(snapshot.edition)
    return new Promise((resolve, reject) => {
      this.open = (error) => {
        if (error === undefined) resolve()
        else reject(error)
      }
    })
  }
}

function failuresOf(store: Store<S>): AdoptFailedEvent[] {
  const failures: AdoptFailedEvent[] = []
  store.on('adopt-failed', (event) => failures.push(event))
  return failures
}

describe('warmUp', () => {
  test('sees each version before it is read: the first one, those of others and those of this process', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const seen: [number, number | undefined][] = []
    const read: { store?: Store<S> } = {}
    const reader = await room.open({
      warmUp: (snapshot) => {
        expect(snapshot.words.get('word')).toBe(snapshot.edition)
        seen.push([snapshot.edition, read.store?.generation])
      },
    })
    read.store = reader
    expect(seen).toEqual([[1, undefined]])
    await publish(publisher, 2)
    await waitUntil(() => reader.generation === 2)
    await publish(reader, 3)
    await publisher.rollback(2)
    reader.refresh()
    expect(reader.generation).toBe(2)
    expect(seen.slice(1)).toEqual([
      [2, 1],
      [3, 2],
      [2, 3],
    ])
  })

  test('an async one delays the switch, which has a turn of its own, and not the event loop', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const gate = new Gate()
    const opening = room.open({ warmUp: gate.warmUp })
    await waitUntil(() => gate.seen.length === 1)
    gate.open()
    const reader = await opening
    await publish(publisher, 2)
    await waitUntil(() => gate.seen.length === 2)
    expect(reader.current.edition).toBe(1)
    // Whoever comes while it is under way does not begin it anew.
    expect(reader.refresh()).toBe(false)
    gate.open()
    const before = reader.current
    for (let round = 0; round < 20; round++) {
      await Promise.resolve()
      expect(reader.current).toBe(before)
    }
    await waitUntil(() => reader.current.edition === 2)
    expect(gate.seen).toEqual([1, 2])
  })

  test('refresh switches at once after a synchronous one, and on a later turn after one that gives a promise', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const synchronous = await room.open({ warmUp: () => undefined })
    const asynchronous = await room.open({ warmUp: async () => await nextTurn() })
    const done = publish(publisher, 2)
    await done
    if (synchronous.generation === 1) expect(synchronous.refresh()).toBe(true)
    expect(synchronous.generation).toBe(2)
    if (asynchronous.generation === 1) expect(asynchronous.refresh()).toBe(false)
    await waitUntil(() => asynchronous.generation === 2)
  })

  test('one that throws or rejects leaves the process on its version, is an event, and is tried again', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    let isWarm = false
    const reader = await room.open({
      warmUp: (snapshot) => {
        if (snapshot.edition === 2 && !isWarm) throw new Error('cold')
        if (snapshot.edition === 3) return Promise.reject(new Error('still cold'))
        return undefined
      },
    })
    const failures = failuresOf(reader)
    await publish(publisher, 2)
    await waitUntil(() => failures.length > 0)
    const code = 'ERR_HOTSEG_VALIDATION_ERROR'
    expect(failures).toMatchObject([{ generation: 2, current: 1, error: { code, cause: { message: 'cold' } } }])
    expect(failures[0]!.error.message).toContain('generation=2, reason=cold')
    expect(reader.current.edition).toBe(1)
    isWarm = true
    await waitUntil(() => reader.generation === 2)
    await publish(publisher, 3)
    await waitUntil(() => failures.length > 1)
    expect(failures[1]).toMatchObject({ generation: 3, current: 2, error: { code, cause: { message: 'still cold' } } })
    expect(reader.current.edition).toBe(2)
  })

  test('one that does not end within warmUpMs is given up, and its snapshot is closed', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const snapshots: SnapshotOf<S>[] = []
    const reader = await room.open({
      warmUpMs: 20,
      warmUp: (snapshot) => {
        snapshots.push(snapshot)
        return snapshot.edition === 2 ? new Promise(() => undefined) : undefined
      },
    })
    const failures = failuresOf(reader)
    await publish(publisher, 2)
    await waitUntil(() => failures.length > 0)
    expect(failures[0]).toMatchObject({ generation: 2, current: 1, error: { expected: 20 } })
    expect(() => snapshots[1]!.words.get('word')).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' }))
    expect(reader.current.edition).toBe(1)
    await publish(publisher, 3)
    await waitUntil(() => reader.generation === 3)
    expect(mapsOf(process.pid)).not.toContain('/2.hotseg (deleted)')
  })

  test('of the first version: open throws, or opens without a version where it may publish one', async () => {
    const refuses = (): never => {
      throw new Error('cold')
    }
    await publish(await room.open(), 1)
    expect(await codeOf(room.open({ create: false, warmUp: refuses }))).toBe('ERR_HOTSEG_VALIDATION_ERROR')
    const store = await room.open({ warmUp: refuses })
    const failures = failuresOf(store)
    // What it publishes is current for all others, and not for itself.
    expect(await publish(store, 2)).toMatchObject({ generation: 2, isCurrent: true })
    expect(store.generation).toBe(0)
    expect(failures.at(-1)).toMatchObject({ generation: 2, current: undefined })
    expect((await room.open()).current.edition).toBe(2)
  })

  test('a version that was rolled back while it was warmed up is not read', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const gate = new Gate()
    const reader = await room.open({
      warmUp: (snapshot) => (snapshot.edition === 1 ? undefined : gate.warmUp(snapshot)),
    })
    await publish(publisher, 2)
    await waitUntil(() => gate.seen.length === 1)
    await publisher.rollback(1)
    expect(reader.refresh()).toBe(false)
    const swaps: unknown[] = []
    reader.on('swap', (event) => swaps.push(event))
    gate.open()
    await publish(publisher, 3)
    await waitUntil(() => gate.seen.length === 2)
    gate.open()
    await waitUntil(() => reader.generation === 3)
    expect(swaps).toMatchObject([{ previous: 1, generation: 3 }])
  })

  test('close does not wait for one that never ends', async () => {
    const publisher = await room.open()
    await publish(publisher, 1)
    const gate = new Gate()
    const reader = await room.open({
      warmUp: (snapshot) => (snapshot.edition === 1 ? undefined : gate.warmUp(snapshot)),
    })
    const failures = failuresOf(reader)
    await publish(publisher, 2)
    await waitUntil(() => gate.seen.length === 1)
    await reader.close()
    await publisher.close()
    gate.open(new Error('too late'))
    await nextTurn()
    expect(failures).toEqual([])
    expect(mapsOf(process.pid)).not.toContain(room.directory)
  })

  test('in a strict store its snapshot is closed when it ends, and that of acquire when it is released', async () => {
    const snapshots: SnapshotOf<S>[] = []
    const store = await room.open({
      strict: true,
      warmUp: async (snapshot) => {
        snapshots.push(snapshot)
        await nextTurn()
        expect(snapshot.words.get('word')).toBe(1)
      },
    })
    await publish(store, 1)
    const held = store.acquire()
    const { words } = held
    await nextTurn()
    expect(words.get('word')).toBe(1)
    held.release()
    const closed = expect.objectContaining({ code: 'ERR_HOTSEG_CLOSED_ERROR' })
    expect(() => words.get('word')).toThrow(closed)
    expect(() => snapshots[0]!.words.get('word')).toThrow(closed)
    expect(store.current.words.get('word')).toBe(1)
  })

  test('wrong options are refused', async () => {
    for (const wrong of [{ warmUp: 7 }, { warmUpMs: 0 }, { warmUpMs: NaN }, { resident: 'always' }]) {
      expect(await codeOf(room.open(wrong as never))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
    }
    const store = await room.open()
    const resident = 'always' as never
    expect(await codeOf(store.publish(() => undefined, { resident }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
  })
})

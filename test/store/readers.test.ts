import * as fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SlowReaderEvent } from '../../src/index.js'
import { currentOwner, ownerState } from '../../src/platform/identity.js'
import { formatAnnouncement, parseAnnouncement, readerName } from '../../src/store/watching/reader-info.js'
import { codeOf, waitUntil } from '../process/harness.js'
import { publish, schema, StoreRoom } from './store-room.js'

const room = new StoreRoom(schema)

const announcement = (generation: number): string =>
  formatAnnouncement({ processId: 7, threadId: 8, since: new Date(9), generation, held: [] })

/** Writes a file that looks like one of a living reader. */
function plant(text: string | Uint8Array, name = readerName(currentOwner())): string {
  const path = join(room.directory, 'readers', name)
  fs.writeFileSync(path, text)
  return path
}

describe("readers' files", () => {
  test('are never believed: what is not of their shape is passed over, and what lies is shown and decides nothing', async () => {
    const store = await room.open()
    await publish(store, 1)
    const wrong = [
      '',
      'null',
      '7',
      '[]',
      '{}',
      '{"processId":1}',
      announcement(1).replace('"held":[]', '"held":{}'),
      announcement(1).replace('"held":[]', '"held":[null]'),
      announcement(1).replace('"held":[]', '"held":[{"generation":1,"since":"now"}]'),
      announcement(1).replace('"held":[]', `"held":[${'{"generation":1,"since":1},'.repeat(60)}{}]`),
      announcement(1).replace('"since":9', '"since":1e300'),
      announcement(1).replace('"generation":1', '"generation":-1'),
      announcement(1).replace('"generation":1', '"generation":1.5'),
      announcement(1) + ' '.repeat(10_000),
      Uint8Array.of(0xff, 0xfe, 0),
    ]
    for (const text of wrong) plant(text)
    plant(announcement(1), 'a stranger')
    plant(announcement(1), '1.2.3.4')
    plant(announcement(1), `${readerName(currentOwner())}.tmp`)
    const folder = join(room.directory, 'readers', readerName(currentOwner()))
    fs.mkdirSync(folder)
    fs.symlinkSync('/etc/passwd', join(room.directory, 'readers', readerName(currentOwner())))
    plant(announcement(123_456))
    expect(store.readers().map(({ generation }) => generation)).toEqual([1, 123_456])
    await publish(store, 2)
    // What is not of the dead stays, whatever it is.
    expect(fs.readdirSync(join(room.directory, 'readers'))).toHaveLength(1 + wrong.length + 3 + 2 + 1)
  })

  test('say after all that is done to them what the store reads, or are not there', async () => {
    const store = await room.open()
    await publish(store, 1)
    const readers = join(room.directory, 'readers')
    fs.rmSync(readers, { recursive: true })
    expect(store.readers()).toMatchObject([{ isSelf: true }])
    const second = await room.open()
    expect(store.readers()).toMatchObject([{ isSelf: true }, { isSelf: false, processId: process.pid, generation: 1 }])
    await publish(store, 2)
    await waitUntil(() => fs.readdirSync(readers).length === 2)
    await waitUntil(() => store.readers()[1]?.generation === 2)
    fs.rmSync(readers, { recursive: true })
    fs.writeFileSync(readers, 'in the way')
    await publish(store, 3)
    await waitUntil(() => second.generation === 3)
    expect(store.readers()).toMatchObject([{ generation: 3 }])
    await second.close()
    expect(fs.readFileSync(readers, 'utf8')).toBe('in the way')
  })

  test('are of bounded length, however much is held', () => {
    const held = Array.from({ length: 1000 }, (_, index) => ({ generation: 2 ** 50 + index, since: new Date(8.64e15) }))
    const text = formatAnnouncement({
      processId: 2 ** 31,
      threadId: 2 ** 31,
      since: new Date(8.64e15),
      generation: 2 ** 50,
      held,
    })
    expect(Buffer.byteLength(text)).toBeLessThan(8192)
    expect(parseAnnouncement(text)?.held).toEqual(held.slice(0, 50))
  })

  test('of this thread are alive, of an earlier boot dead or unknown', () => {
    const own = currentOwner()
    if (own.pidNamespace === '0') return
    expect(ownerState(own)).toBe('alive')
    expect(ownerState({ ...own, startTime: '1' })).toBe('dead')
    expect(ownerState({ ...own, pidNamespace: '1' })).toBe('unknown')
    expect(ownerState({ ...own, bootId: 'b' })).toBe('unknown')
  })

  test('of an earlier boot are removed', async () => {
    const store = await room.open()
    await publish(store, 1)
    const path = plant(announcement(1), readerName({ ...currentOwner(), bootId: 'abc' }))
    expect(store.readers()).toHaveLength(1)
    expect(fs.existsSync(path)).toBe(false)
  })
})

describe('a slow reader', () => {
  test('is looked for only while somebody listens, and never is one that reads the current version', async () => {
    const store = await room.open({ slowReaderMs: 20 })
    const events: SlowReaderEvent[] = []
    await publish(store, 1)
    plant(announcement(1))
    plant(announcement(0))
    await publish(store, 2)
    const listener = (event: SlowReaderEvent): number => events.push(event)
    store.on('slow-reader', listener)
    await waitUntil(() => events.length > 0)
    store.off('slow-reader', listener)
    expect(events).toMatchObject([{ reader: { processId: 7, threadId: 8 }, generation: 1, current: 2, isHeld: false }])
    // Whoever listens anew is told anew.
    const second = await room.open({ slowReaderMs: 20 })
    second.on('slow-reader', listener)
    await waitUntil(() => events.length > 1)
    expect(events[1]).toMatchObject({ generation: 1, current: 2 })
    expect(await codeOf(room.open({ slowReaderMs: 0 }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
  })
})

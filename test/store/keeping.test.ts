import * as fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { u32, type Store, type SwapEvent } from '../../src/index.js'
import { readCurrent } from '../../src/store/files/current-file.js'
import { codeOf, waitUntil } from '../process/harness.js'
import { StoreRoom } from './store-room.js'

const schema = { edition: u32 }
type S = typeof schema

const room = new StoreRoom(schema)

const publish = (store: Store<S>, edition: number): ReturnType<Store<S>['publish']> =>
  store.publish((draft) => {
    draft.edition = edition
  })

const generations = (store: Store<S>): number[] => store.versions().map(({ generation }) => generation)

test('a pinned version stays current while others are published, until unpin makes the newest current', async () => {
  const store = await room.open({ retain: 1 })
  const reader = await room.open({ create: false })
  const swaps: SwapEvent[] = []
  reader.on('swap', (event) => swaps.push(event))
  for (let edition = 1; edition <= 2; edition++) await publish(store, edition)
  await waitUntil(() => reader.generation === 2)
  expect(await store.pin(1, { reason: 'prices of 2 are wrong' })).toMatchObject({
    generation: 1,
    isCurrent: true,
    isPinned: true,
  })
  expect(store.current.edition).toBe(1)
  await waitUntil(() => reader.generation === 1)
  for (let edition = 3; edition <= 5; edition++) {
    expect(await publish(store, edition)).toMatchObject({ generation: edition, isCurrent: false, isPinned: false })
    expect(store.current.edition).toBe(1)
    expect(generations(store)).toEqual([1, edition])
  }
  reader.refresh()
  expect(reader.generation).toBe(1)
  expect(store.versions()[0]).toMatchObject({ generation: 1, isCurrent: true, isPinned: true })
  expect(await store.unpin({ reason: '5 is right' })).toMatchObject({ generation: 5, isCurrent: true, isPinned: false })
  expect(store.current.edition).toBe(5)
  await waitUntil(() => reader.generation === 5)
  expect(swaps.map(({ generation, reason }) => [generation, reason]).slice(-2)).toEqual([
    [1, 'prices of 2 are wrong'],
    [5, '5 is right'],
  ])
  expect((await publish(store, 6)).isCurrent).toBe(true)
  expect(generations(store)).toEqual([5, 6])
})

test('with nothing to keep, the newest published under a pin is there all the same when the pin goes', async () => {
  const store = await room.open({ retain: 0 })
  await publish(store, 1)
  await store.pin(1)
  await publish(store, 2)
  await publish(store, 3)
  expect(generations(store)).toEqual([1, 3])
  expect(fs.readdirSync(join(room.directory, 'versions')).sort()).toEqual(['1.hotseg', '3.hotseg'])
  expect((await store.unpin()).generation).toBe(3)
  await publish(store, 4)
  expect(generations(store)).toEqual([4])
})

test('a rollback under a pin takes the pin along; without one it keeps nobody from publishing', async () => {
  const store = await room.open({ retain: 3 })
  for (let edition = 1; edition <= 3; edition++) await publish(store, edition)
  await store.pin(2)
  expect(await store.rollback(undefined, { reason: 'further back' })).toMatchObject({ generation: 1, isPinned: true })
  expect((await publish(store, 4)).isCurrent).toBe(false)
  await store.pin(3)
  expect(store.versions().filter(({ isPinned }) => isPinned)).toMatchObject([{ generation: 3, isCurrent: true }])
  await store.unpin()
  expect(await store.rollback(1)).toMatchObject({ generation: 1, isPinned: false })
  expect(await publish(store, 5)).toMatchObject({ generation: 5, isCurrent: true })
})

test('the last switch is recorded with its kind, reason and time; a publish under a pin is none', async () => {
  const store = await room.open({ retain: 3 })
  const last = (): unknown => readCurrent(room.directory)?.lastSwitch
  const at = expect.any(Number)
  await publish(store, 1)
  expect(last()).toEqual({ kind: 'publish', at })
  await publish(store, 2)
  await store.rollback(1, { reason: 'a' })
  expect(last()).toEqual({ kind: 'rollback', at, reason: 'a' })
  await store.pin(2, { reason: 'b' })
  await publish(store, 3)
  expect(last()).toEqual({ kind: 'pin', at, reason: 'b' })
  await store.unpin()
  expect(last()).toEqual({ kind: 'unpin', at })
  await publish(store, 4)
  expect(last()).toEqual({ kind: 'publish', at })
})

test('unpin where nothing is pinned changes nothing, not even what was rolled back', async () => {
  const store = await room.open()
  expect(await codeOf(store.unpin())).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
  await publish(store, 1)
  await publish(store, 2)
  await store.rollback()
  const before = fs.readFileSync(join(room.directory, 'CURRENT'))
  expect(await store.unpin()).toMatchObject({ generation: 1, isCurrent: true })
  expect(fs.readFileSync(join(room.directory, 'CURRENT'))).toEqual(before)
})

test('what cannot be pinned is refused and nothing changes', async () => {
  const store = await room.open({ retain: 2 })
  expect(await codeOf(store.pin(1))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
  for (let edition = 1; edition <= 3; edition++) await publish(store, edition)
  const path = join(room.directory, 'versions/1.hotseg')
  fs.chmodSync(path, 0o600)
  const bytes = fs.readFileSync(path)
  bytes[bytes.length - 5]! ^= 1
  fs.writeFileSync(path, bytes)
  const before = fs.readFileSync(join(room.directory, 'CURRENT'))
  expect(await codeOf(store.pin(9))).toBe('ERR_HOTSEG_NO_VERSION_ERROR')
  expect(await codeOf(store.pin(1))).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
  for (const wrong of [undefined, '2', 1.5, null]) {
    expect(await codeOf(store.pin(wrong as never))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
  }
  expect(await codeOf(store.pin(2, { reason: 7 as never }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
  expect(await codeOf(store.unpin({ reason: 'x'.repeat(10_001) }))).toBe('ERR_HOTSEG_INVALID_OPTION_ERROR')
  expect(fs.readFileSync(join(room.directory, 'CURRENT'))).toEqual(before)
  // One that was pinned before it was damaged stays pinned when the newest is not fit to take over.
  await store.pin(2)
  const newest = join(room.directory, 'versions/3.hotseg')
  fs.chmodSync(newest, 0o600)
  fs.truncateSync(newest, 4096)
  expect(await codeOf(store.unpin())).toBe('ERR_HOTSEG_CORRUPTION_ERROR')
  expect(store.versions().find(({ isPinned }) => isPinned)?.generation).toBe(2)
})

test('a retention function that fails refuses the version, and nothing is left of it', async () => {
  const store = await room.open({
    retain: (versions) => {
      if (versions.length > 1) throw new RangeError('mine')
      return []
    },
  })
  await publish(store, 1)
  await expect(publish(store, 2)).rejects.toThrow('mine')
  expect(store.generation).toBe(1)
  expect(fs.readdirSync(join(room.directory, 'versions'))).toEqual(['1.hotseg'])
  expect(fs.readdirSync(room.directory).sort()).toEqual(['CURRENT', 'DOORBELL', 'readers', 'versions'])
})

test('retain by age and by function reach what a store keeps', async () => {
  const byAge = await room.open({ retain: { forMs: 3_600_000 } })
  for (let edition = 1; edition <= 4; edition++) await publish(byAge, edition)
  expect(generations(byAge)).toEqual([1, 2, 3, 4])
  const byName = await room.open({
    retain: (versions) => versions.filter(({ note }) => note === 'keep').map((v) => v.generation),
  })
  await byName.publish(() => undefined, { note: 'keep' })
  await publish(byName, 6)
  await publish(byName, 7)
  expect(generations(byName)).toEqual([5, 7])
})

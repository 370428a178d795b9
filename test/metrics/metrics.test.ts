import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { Store, u32 } from '../../src/index.js'
import { collectMetrics } from '../../src/prom-client.js'
import { waitUntil } from '../process/harness.js'
import { publish, schema, StoreRoom } from '../store/store-room.js'

const room = new StoreRoom(schema)

/** All values of a scrape that are not of a histogram's buckets, by name and labels besides the store. */
async function scrape(registry: Registry): Promise<Record<string, number>> {
  const values: Record<string, number> = {}
  for (const { name, values: all } of (await registry.getMetricsAsJSON()) as { values: any[]; name: string }[]) {
    for (const { metricName, labels, value } of all) {
      if (labels.le !== undefined) continue
      const { store, ...others } = labels
      expect(store).toContain(room.directory)
      values[[metricName ?? name, ...Object.values(others)].join(' ')] = value
    }
  }
  return values
}

async function texts(registry: Registry): Promise<string> {
  return await registry.metrics()
}

describe('metrics for prom-client', () => {
  test('tell what was done, and what there is at each scrape', async () => {
    const store = await room.open({ retain: 1 })
    const registry = new Registry()
    const stop = collectMetrics(registry, [store])
    const other = await Store.open(room.directory, { schema: { edition: u32 }, create: true })
    for (let edition = 1; edition <= 3; edition++) await publish(store, edition)
    const held = store.acquire()
    await waitUntil(() => other.generation === 3)
    // Versions 1 and 2 are given back.
    await waitUntil(() => store.memory().length === 1)
    await waitUntil(async () => (await scrape(registry))['hotseg_readers_behind'] === 0)
    const text = await texts(registry)
    const label = `store="${room.directory}"`
    for (const line of [
      `hotseg_generation{${label}} 3`,
      `hotseg_versions{${label}} 2`,
      `hotseg_mapped_bytes{${label}} ${store.mappedBytes}`,
      `hotseg_held_snapshots{${label}} 1`,
      `hotseg_readers{${label}} 2`,
      `hotseg_readers_behind{${label}} 0`,
      `hotseg_swaps_total{${label}} 3`,
      `hotseg_publishes_total{${label}} 3`,
      `hotseg_leaks_total{${label}} 0`,
      `hotseg_adopt_seconds_count{${label}} 3`,
      `hotseg_longest_block_seconds_count{work="adopt",${label}} 3`,
      `hotseg_longest_block_seconds_count{work="release",${label}} 2`,
      ...['build', 'write', 'read-back', 'validate', 'rename', 'switch'].map(
        (stage) => `hotseg_publish_seconds_count{stage="${stage}",${label}} 3`,
      ),
    ]) {
      expect(text.split('\n').map(sortLabels)).toContain(sortLabels(line))
    }
    expect(store.mappedBytes).toBeGreaterThan(0)
    held.release()

    // A reader that cannot follow is counted by its code, and as one behind.
    await other.publish((draft) => void (draft.edition = 4))
    await waitUntil(async () =>
      Object.keys(await scrape(registry)).includes('hotseg_adopt_failures_total ERR_HOTSEG_SCHEMA_MISMATCH_ERROR'),
    )
    // The other says in its file of readers soon that it has switched.
    await waitUntil(async () => (await scrape(registry))['hotseg_readers_behind'] === 1)
    expect(await scrape(registry)).toMatchObject({ hotseg_generation: 3 })
    await other.close()

    // A store that was closed has no such values; the rest of the scrape is there.
    await store.close()
    const values = await scrape(registry)
    expect(values).toMatchObject({ hotseg_swaps_total: 3, hotseg_mapped_bytes: 0 })
    expect(Object.keys(values)).not.toContain('hotseg_readers')
    stop()
    expect(await registry.getMetricsAsJSON()).toEqual([])
  })

  test('of several stores are told apart, and stop when they are taken away', async () => {
    const store = await room.open()
    const second = await Store.open(join(room.directory, 'second'), { schema: { edition: u32 }, create: true })
    const registry = new Registry()
    const stop = collectMetrics(registry, [store, second], { prefix: 'words_' })
    await second.publish((draft) => void (draft.edition = 1))
    const text = await texts(registry)
    expect(text).toContain(`words_swaps_total{store="${store.directory}"} 0`)
    expect(text).toContain(`words_swaps_total{store="${second.directory}"} 1`)
    stop()
    // A second time under the same names, since nothing is left.
    const again = collectMetrics(registry, [store, second], { prefix: 'words_' })
    await second.publish((draft) => void (draft.edition = 2))
    expect(await texts(registry)).toContain(`words_swaps_total{store="${second.directory}"} 1`)
    again()
    await second.close()
  })
})

describe('channels of node:diagnostics_channel', () => {
  test('give each event of every store of the process, with its directory', async () => {
    const heard: [string, any][] = []
    const names = ['publish', 'swap', 'adopt-failed', 'release', 'slow-reader', 'leak'] as const
    const listener = (message: unknown, name: string | symbol): void => void heard.push([String(name), message])
    for (const name of names) subscribe(`hotseg:${name}`, listener)
    try {
      const store = await room.open({ slowReaderMs: 10, warmUp: ({ edition }) => expect(edition).toBeLessThan(3) })
      await publish(store, 1)
      // Without a listener of the store, too.
      const held = store.acquire()
      await publish(store, 2)
      await waitUntil(() => heard.some(([name]) => name === 'hotseg:slow-reader'))
      held.release()
      await publish(store, 3)
      const { directory } = room
      await waitUntil(() => heard.some(([name]) => name === 'hotseg:release'))
      const first = (name: string): unknown => heard.find(([other]) => other === name)?.[1]
      expect(first('hotseg:publish')).toMatchObject({ directory, generation: 1, stages: expect.any(Array) })
      expect(first('hotseg:swap')).toMatchObject({ directory, generation: 1, previous: undefined })
      expect(first('hotseg:slow-reader')).toMatchObject({ directory, generation: 1, current: 2, isHeld: true })
      expect(first('hotseg:release')).toMatchObject({ directory, generation: 1 })
      expect(first('hotseg:adopt-failed')).toMatchObject({ directory, generation: 3, current: 2 })
    } finally {
      for (const name of names) unsubscribe(`hotseg:${name}`, listener)
    }
    expect(names.map((name) => channel(`hotseg:${name}`).hasSubscribers)).toEqual(names.map(() => false))
  })
})

function sortLabels(line: string): string {
  return line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`)
}

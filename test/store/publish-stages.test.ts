import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bytes, Store, u32, vector, type PublishProgress, type PublishStage } from '../../src/index.js'
import { makeTemporaryDirectory } from '../process/harness.js'

const PUBLISH_STAGES = ['build', 'write', 'sync', 'read-back', 'validate', 'rename', 'switch'] as const

const schema = { edition: u32, blobs: vector(bytes) }

let directory: string
let store: Store<typeof schema>

beforeEach(async () => {
  directory = makeTemporaryDirectory()
  store = await Store.open(directory, { schema, create: true })
  await store.publish((draft) => {
    draft.edition = 1
  })
})

afterEach(async () => {
  await store.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

const names = (): string[] => [...fs.readdirSync(directory), ...fs.readdirSync(join(directory, 'versions'))].sort()

/** Above the size of one piece, so that there is progress between the beginning and the end. */
const fill = (draft: { edition: number; blobs: { push(blob: Uint8Array): unknown } }): void => {
  draft.edition = 2
  for (let index = 0; index < 10; index++) draft.blobs.push(new Uint8Array(1 << 20).fill(index))
}

describe('stages of a publication', () => {
  test('are told in their order, with bytes and times, and come back with the version', async () => {
    const seen: PublishProgress[] = []
    const version = await store.publish(fill, { onProgress: (progress) => seen.push(progress) })
    expect(seen.filter(({ state }) => state === 'begin').map(({ stage }) => stage)).toEqual(PUBLISH_STAGES)
    for (const stage of PUBLISH_STAGES) {
      const events = seen.filter((progress) => progress.stage === stage)
      const between = events.slice(1, -1)
      expect([events[0]?.state, events.at(-1)?.state]).toEqual(['begin', 'end'])
      expect(between.length > 0).toBe(stage === 'write' || stage === 'read-back')
      expect(between.map(({ done }) => done!)).toEqual(between.map(({ done }) => done!).sort((a, b) => a - b))
      if (between.length > 0)
        expect(between.at(-1)).toMatchObject({ done: version.byteLength, total: version.byteLength })
      expect(version.stages.find((time) => time.stage === stage)?.ms).toBe(events.at(-1)?.ms)
    }
    expect(version.stages.map(({ stage }) => stage)).toEqual(PUBLISH_STAGES)
    expect(version.stages.every(({ ms }) => ms >= 0)).toBe(true)
    const derived = await store.derive(() => undefined)
    expect(derived.stages.map(({ stage }) => stage)).toEqual(PUBLISH_STAGES)
  })

  test.each(PUBLISH_STAGES)(
    'a signal given in %s ends it there: nothing is published, nothing is left',
    async (stage) => {
      const before = names()
      const controller = new AbortController()
      const reason = Object.assign(new Error('mine'), { code: 'MINE' })
      const seen: PublishStage[] = []
      const refused = store.publish(fill, {
        signal: controller.signal,
        onProgress: (progress) => {
          seen.push(progress.stage)
          if (progress.stage === stage && progress.state === 'begin') controller.abort(reason)
        },
      })
      await expect(refused).rejects.toBe(reason)
      expect(seen.at(-1)).toBe(stage)
      expect(names()).toEqual(before)
      expect(store.current.edition).toBe(1)
      await store.publish(fill)
      expect(store.current.edition).toBe(2)
    },
  )

  test.each(['write', 'read-back'] as const)('a signal given between two pieces of %s ends it there', async (stage) => {
    const controller = new AbortController()
    let pieces = 0
    const refused = store.publish(fill, {
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.stage !== stage || progress.state !== 'progress') return
        pieces++
        controller.abort()
      },
    })
    await expect(refused).rejects.toThrow(/abort/i)
    expect(pieces).toBe(1)
    expect(names()).toEqual(['1.hotseg', 'CURRENT', 'DOORBELL', 'readers', 'versions'])
  })

  test('a build, or a validator, that never ends is not waited for when the signal is given', async () => {
    const never = new Promise<void>(() => undefined)
    for (const [build, validate] of [
      [() => never, () => undefined],
      [fill, () => never],
    ] as const) {
      const refused = store.publish(build, { validate, signal: AbortSignal.timeout(30) })
      await expect(refused).rejects.toThrow(/abort|timeout/i)
      expect(names()).toEqual(['1.hotseg', 'CURRENT', 'DOORBELL', 'readers', 'versions'])
    }
    await store.publish(fill)
    expect(store.current.edition).toBe(2)
  })

  test('a signal given while another publisher is waited for gives its reason', async () => {
    let proceed = (): void => undefined
    let isBuilding = (): void => undefined
    const building = new Promise<void>((resolve) => (isBuilding = resolve))
    const first = store.publish(() => {
      isBuilding()
      return new Promise<void>((resolve) => (proceed = resolve))
    })
    await building
    const reason = new Error('mine')
    const controller = new AbortController()
    const second = store.publish(fill, { signal: controller.signal })
    controller.abort(reason)
    await expect(second).rejects.toBe(reason)
    proceed()
    await first
  })

  test('onProgress that is no function is refused', async () => {
    await expect(store.publish(fill, { onProgress: 'yes' as never })).rejects.toMatchObject({
      code: 'ERR_HOTSEG_INVALID_OPTION_ERROR',
    })
  })
})

import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findAddon } from '../../src/platform/load-addon.js'
import { Doorbell, repairDoorbell, ringDoorbell } from '../../src/store/files/doorbell.js'
import { nextTurn } from '../../src/store/reading/steps.js'
import { makeTemporaryDirectory, waitUntil } from '../process/harness.js'

const PRIVATE = { mode: 0o600 }
const noFence = (): void => undefined

let directory: string
let bell: Doorbell

beforeEach(() => {
  directory = makeTemporaryDirectory()
  bell = new Doorbell(directory)
})

afterEach(() => {
  bell.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

const word = (): number => Atomics.load(bell.word, 0)

test('without a page it is silent, and with one it is heard through the mapping', () => {
  bell.renew()
  expect(bell.isMapped).toBe(false)
  expect(word()).toBe(0)
  repairDoorbell(directory, 3, PRIVATE, noFence)
  bell.renew()
  expect(bell.isMapped).toBe(true)
  expect(word()).toBe(3)
  ringDoorbell(directory, 4)
  expect(word()).toBe(4)
})

test('the page is written in full, so that it never needs room later', () => {
  repairDoorbell(directory, 1, { mode: 0o640 }, noFence)
  const stats = fs.statSync(join(directory, 'DOORBELL'))
  expect(stats.size).toBe(4096)
  expect(stats.blocks).toBeGreaterThan(0)
  expect(stats.mode & 0o777).toBe(0o640)
  expect(fs.readdirSync(directory)).toEqual(['DOORBELL'])
})

test('a publisher that died before ringing is made good', () => {
  repairDoorbell(directory, 1, PRIVATE, noFence)
  bell.renew()
  repairDoorbell(directory, 2, PRIVATE, noFence)
  expect(word()).toBe(2)
})

test('one that is not a page is replaced, and readers find the new one', () => {
  const path = join(directory, 'DOORBELL')
  fs.writeFileSync(path, 'x')
  bell.renew()
  expect(bell.isMapped).toBe(false)
  repairDoorbell(directory, 5, PRIVATE, noFence)
  bell.renew()
  expect(word()).toBe(5)
  fs.unlinkSync(path)
  repairDoorbell(directory, 6, PRIVATE, noFence)
  expect(word()).toBe(5)
  bell.renew()
  expect(word()).toBe(6)
})

// Without a compiler there is no addon, and the report shows what was skipped.
describe.skipIf(findAddon() === undefined)('whoever listens', () => {
  let rings: number
  const onRing = (): void => {
    rings++
  }

  beforeEach(() => {
    rings = 0
    repairDoorbell(directory, 1, PRIVATE, noFence)
    bell.renew()
  })

  test('is told once, on a later turn, that the bell was rung', async () => {
    bell.listen(1, onRing)
    bell.listen(1, onRing)
    ringDoorbell(directory, 2)
    expect(rings).toBe(0)
    await waitUntil(() => rings === 1)
    ringDoorbell(directory, 3)
    bell.listen(3, onRing)
    ringDoorbell(directory, 4)
    await waitUntil(() => rings === 2)
  })

  test('is told at once when it was rung after what he heard', async () => {
    ringDoorbell(directory, 2)
    bell.listen(1, onRing)
    await waitUntil(() => rings === 1)
  })

  test('is woken by the ring itself: the word that another writes is looked at once a second only', async () => {
    bell.listen(1, onRing)
    // The word stays as it is. A ring before his thread waits is not heard.
    await waitUntil(() => {
      ringDoorbell(directory, 1)
      return rings === 1
    })
  })

  test('is told when a bell is made good', async () => {
    bell.listen(1, onRing)
    repairDoorbell(directory, 2, PRIVATE, noFence)
    await waitUntil(() => rings === 1)
  })

  test('is not told any more once it is closed', async () => {
    ringDoorbell(directory, 2)
    bell.listen(1, onRing)
    bell.close()
    const other = new Doorbell(directory)
    other.renew()
    let isRung = false
    other.listen(1, () => (isRung = true))
    await waitUntil(() => isRung)
    await nextTurn()
    expect(rings).toBe(0)
    other.close()
  })

  test('and hears of nothing that is cut off, goes on when it is made anew', async () => {
    bell.listen(1, onRing)
    fs.truncateSync(join(directory, 'DOORBELL'), 0)
    repairDoorbell(directory, 2, PRIVATE, noFence)
    bell.renew()
    bell.listen(2, onRing)
    ringDoorbell(directory, 3)
    await waitUntil(() => rings === 1)
  })
})

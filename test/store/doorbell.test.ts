import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Doorbell, repairDoorbell, ringDoorbell } from '../../src/store/files/doorbell.js'
import { makeTemporaryDirectory } from '../process/harness.js'

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

import * as fs from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { Child, makeTemporaryDirectory, waitUntil } from './harness.js'

const DIST = process.env['HOTSEG_TEST_DIST'] ?? resolve(import.meta.dirname, '../../dist')

const directory = makeTemporaryDirectory({ inMemory: true })
const children = new Set<Child>()

afterEach(async () => {
  await Promise.all([...children].map((child) => child.kill()))
  fs.rmSync(directory, { recursive: true, force: true })
})

test('processes killed at any moment never let two inside, and never lock the others out', async () => {
  const broken: string[] = []
  let taken = 0
  const spawn = (): void => {
    const child = new Child('lock-child.mjs', [directory, DIST])
    children.add(child)
    child.process.on('message', (message: any) => {
      if (message.broken !== undefined) broken.push(message.broken)
      if (message.count !== undefined) taken++
    })
  }
  for (let index = 0; index < 4; index++) spawn()
  await waitUntil(() => taken > 50)
  for (let kills = 0; kills < 40; kills++) {
    await sleep(Math.random() * 20)
    const victim = [...children][Math.floor(Math.random() * children.size)]!
    children.delete(victim)
    await victim.kill()
    const before = taken
    spawn()
    await waitUntil(() => taken > before)
  }
  expect(broken).toEqual([])
  const links = fs.readdirSync(directory).filter((name) => name.startsWith('LOCK'))
  expect(links.length).toBeLessThan(60)
  expect(fs.existsSync(join(directory, 'versions'))).toBe(false)
})

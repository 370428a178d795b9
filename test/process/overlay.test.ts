import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeTemporaryDirectory, waitUntil } from './harness.js'
import { StoreChild } from './store-child.js'

const root = makeTemporaryDirectory({ inMemory: true })
const merged = join(root, 'merged')

// Mounting needs the right to do so. Where it is missing the test is skipped, and the report shows it.
const isMounted = ((): boolean => {
  for (const name of ['lower', 'upper', 'work', 'merged']) fs.mkdirSync(join(root, name))
  try {
    const options = `lowerdir=${root}/lower,upperdir=${root}/upper,workdir=${root}/work`
    execFileSync('mount', ['-t', 'overlay', 'hotseg-test', '-o', options, merged], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

afterAll(() => {
  if (isMounted) execFileSync('umount', ['-l', merged], { stdio: 'ignore' })
  fs.rmSync(root, { recursive: true, force: true })
})

test.skipIf(!isMounted)(
  'on overlayfs, where a mapping may never change, readers follow by the timer and say so',
  async () => {
    const publisher = await StoreChild.open(merged)
    const reader = await StoreChild.open(merged)
    try {
      for (let edition = 1; edition <= 3; edition++) {
        await publisher.do('publish', { edition })
        await waitUntil(() =>
          fs.readFileSync(`/proc/${reader.pid}/maps`, 'utf8').includes(`versions/${edition}.hotseg`),
        )
      }
      expect(await reader.do('follows')).toBe('timer')
      // The last version is mapped before it is read.
      await waitUntil(async () => (await reader.do('check')) === 3)
    } finally {
      await Promise.all([publisher.kill(), reader.kill()])
    }
  },
)

import { fork, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashMap, Store, string, u32, type ReaderInfo, type SlowReaderEvent } from '../../src/index.js'
import { Child, makeTemporaryDirectory, waitUntil } from './harness.js'
import { StoreChild } from './store-child.js'

const schema = { words: hashMap(string, u32), edition: u32 }
const isRoot = process.geteuid?.() === 0

let directory: string
let store: Store<typeof schema>
const children: Child[] = []

beforeEach(async () => {
  directory = makeTemporaryDirectory({ inMemory: true })
  store = await Store.open(directory, { schema, create: true, slowReaderMs: 30, mode: 0o644 })
  await publish(1)
})

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()))
  await store.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

const publish = (edition: number): Promise<unknown> => store.publish((draft) => void (draft.edition = edition))
const names = (): string[] => fs.readdirSync(join(directory, 'readers'))
const others = (): ReaderInfo[] => store.readers().filter(({ isSelf }) => !isSelf)

async function start(...args: string[]): Promise<Child> {
  const child = new Child('reader-child.mjs', [directory, ...args])
  children.push(child)
  expect(await child.next()).toBe('open')
  return child
}

describe('readers', () => {
  test('are listed with what they read and hold, and no more once they are closed', async () => {
    const before = Date.now()
    const child = await StoreChild.open(directory)
    children.push(child)
    await child.do('acquire')
    await publish(2)
    await waitUntil(() => others()[0]?.generation === 2 && others()[0]?.held.length === 1)
    const [reader] = others()
    expect(reader).toEqual({
      processId: child.pid,
      threadId: child.pid,
      since: expect.any(Date),
      generation: 2,
      held: [{ generation: 1, since: expect.any(Date) }],
      state: 'alive',
      isSelf: false,
    })
    expect(reader!.held[0]!.since.getTime()).toBeGreaterThanOrEqual(before)
    expect(reader!.since.getTime()).toBeGreaterThanOrEqual(reader!.held[0]!.since.getTime())
    expect(store.readers()[0]).toMatchObject({ processId: process.pid, generation: 2, held: [], isSelf: true })
    expect(names()).toHaveLength(2)
    await child.do('release')
    await waitUntil(() => others()[0]?.held.length === 0)
    await child.do('close')
    expect(others()).toEqual([])
    expect(names()).toHaveLength(1)
  })

  test('that were killed are not listed, and whoever looks or publishes removes their files', async () => {
    const victims = await Promise.all([start(), start()])
    expect(others()).toHaveLength(2)
    await victims[0].kill()
    await waitUntil(() => others().length === 1)
    expect(names()).toHaveLength(2)
    await victims[1].kill()
    // What a dead one was just writing goes, too.
    const unfinished = `${names().find((name) => name.startsWith(`${victims[1].pid}.`))!}.tmp`
    fs.writeFileSync(join(directory, 'readers', unfinished), '')
    await publish(2)
    expect(names()).toHaveLength(1)
  })

  test('in worker threads have threads of their own, and are gone when they are terminated', async () => {
    const child = await start('worker')
    const [worker] = others()
    expect(worker).toMatchObject({ processId: child.pid, state: 'alive' })
    expect(worker!.threadId).not.toBe(child.pid)
    expect(await child.ask({})).toBe('terminated')
    await waitUntil(() => others().length === 0)
    expect(names()).toHaveLength(1)
  })

  test.skipIf(!isRoot)('of another pid namespace are unknown, and are left alone also when they are dead', async () => {
    const script = join(import.meta.dirname, 'children/reader-child.mjs')
    const child: ChildProcess = fork(script, [directory], {
      execPath: '/usr/bin/unshare',
      execArgv: ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath],
    })
    try {
      await new Promise((resolve) => child.once('message', resolve))
      expect(others()).toMatchObject([{ processId: 1, generation: 1, state: 'unknown' }])
    } finally {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    }
    await publish(2)
    expect(others()).toMatchObject([{ generation: 1, state: 'unknown' }])
  })

  test.skipIf(!isRoot)('that may not write are not listed, follow all the same, and say nothing', async () => {
    fs.chmodSync(directory, 0o755)
    const child = await StoreChild.open(directory, { create: false }, 65534)
    children.push(child)
    await publish(2)
    await waitUntil(async () => (await child.do('read')).edition === 2)
    expect(others()).toEqual([])
    expect(child.output).toBe('')
    await child.do('close')
    expect(child.output).toBe('')
  })

  test('one that hangs, and one that holds an old version, are reported once each', async () => {
    const [hanging, holding] = [await StoreChild.open(directory), await StoreChild.open(directory)]
    children.push(hanging, holding)
    await holding.do('acquire')
    process.kill(hanging.pid, 'SIGSTOP')
    await publish(2)
    await waitUntil(() => others().some(({ generation, held }) => generation === 2 && held.length === 1))
    const events: SlowReaderEvent[] = []
    store.on('slow-reader', (event) => events.push(event))
    await waitUntil(() => events.length >= 2)
    events.sort((a, b) => Number(a.isHeld) - Number(b.isHeld))
    expect(events).toMatchObject([
      { reader: { processId: hanging.pid, isSelf: false }, generation: 1, current: 2, isHeld: false },
      { reader: { processId: holding.pid, isSelf: false }, generation: 1, current: 2, isHeld: true },
    ])
    for (const { behindMs } of events) expect(behindMs).toBeGreaterThanOrEqual(30)
    // The next one who is slow is told of, and those of before are not told of again.
    const own = store.acquire()
    await publish(3)
    const ofSelf = (): SlowReaderEvent[] => events.filter(({ reader }) => reader.isSelf)
    await waitUntil(() => ofSelf().length > 0)
    expect(ofSelf()).toMatchObject([{ generation: 2, current: 3, isHeld: true }])
    expect(events.filter(({ generation }) => generation === 1)).toHaveLength(2)
    own.release()
  })
})

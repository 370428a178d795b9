// Publishes when it is told to, and stops itself right before the n-th call to the file system, or before the renaming to a name that
// is given, until somebody lets it go on.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [directory, leaseMs] = process.argv.slice(2)
let countdown = -1
let target

// Signs of life at certain steps only, so that the n-th call is the same one each time.
globalThis.setInterval = () => ({ unref: () => undefined })

for (const name of [
  ...['openSync', 'closeSync', 'writeSync', 'write', 'fsync', 'fsyncSync', 'fchmodSync', 'chmodSync', 'mkdirSync'],
  ...['renameSync', 'linkSync', 'unlinkSync', 'rmSync', 'rmdirSync', 'lstatSync', 'readdirSync'],
]) {
  const call = fs[name]
  fs[name] = (...args) => {
    const isTarget = name === 'renameSync' && target !== undefined && String(args[1]).includes(target)
    if (isTarget) target = undefined
    if (countdown-- === 0 || isTarget) process.kill(process.pid, 'SIGSTOP')
    return call(...args)
  }
}
syncBuiltinESMExports()

const { hashMap, Store, string, u32 } = await import('hotseg')
const store = await Store.open(directory, { schema: { words: hashMap(string, u32), edition: u32 }, create: true })

process.on('disconnect', () => process.exit())
process.on('message', async ({ edition, stopAt, stopBefore }) => {
  countdown = stopAt ?? -1
  target = stopBefore
  try {
    const { generation } = await store.publish(
      (draft) => {
        draft.edition = edition
        for (let index = 0; index < 10; index++) draft.words.set(`word ${index}`, edition)
      },
      { durability: 'disk', timeoutMs: 20_000, ...(leaseMs === undefined ? {} : { leaseMs: Number(leaseMs) }) },
    )
    process.send({ generation })
  } catch (error) {
    process.send({ code: error.code, message: error.message })
  } finally {
    countdown = -1
    target = undefined
  }
})
process.send({ ready: true })

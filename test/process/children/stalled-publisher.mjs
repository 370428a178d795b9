// Publishes when it is told to, and stops itself right before the n-th call that changes something on the disk, until somebody
// lets it go on.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [directory, leaseMs] = process.argv.slice(2)
let countdown = -1
let calls = 0

for (const name of [
  ...['openSync', 'closeSync', 'writeSync', 'write', 'fsync', 'fsyncSync', 'fchmodSync', 'chmodSync', 'mkdirSync'],
  ...['renameSync', 'linkSync', 'unlinkSync', 'rmSync', 'rmdirSync', 'lstatSync', 'readdirSync'],
]) {
  const call = fs[name]
  fs[name] = (...args) => {
    calls++
    if (countdown-- === 0) process.kill(process.pid, 'SIGSTOP')
    return call(...args)
  }
}
syncBuiltinESMExports()

const { hashMap, Store, string, u32 } = await import('hotseg')
const store = await Store.open(directory, { schema: { words: hashMap(string, u32), edition: u32 }, create: true })

process.on('disconnect', () => process.exit())
process.on('message', async ({ edition, stopAt }) => {
  countdown = stopAt
  calls = 0
  try {
    const { generation } = await store.publish(
      (draft) => {
        draft.edition = edition
        for (let index = 0; index < 10; index++) draft.words.set(`word ${index}`, edition)
      },
      { durability: 'disk', timeoutMs: 20_000, ...(leaseMs === undefined ? {} : { leaseMs: Number(leaseMs) }) },
    )
    process.send({ generation, calls })
  } catch (error) {
    process.send({ code: error.code, message: error.message, calls })
  } finally {
    countdown = -1
  }
})
process.send({ ready: true })

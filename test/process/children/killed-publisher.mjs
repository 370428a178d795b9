// Publishes once and kills itself right before the n-th call that changes something on the disk. Says how many there were when it
// comes to the end.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [directory, n, edition] = process.argv.slice(2)
let calls = 0

for (const name of [
  ...['openSync', 'closeSync', 'writeSync', 'write', 'fsync', 'fsyncSync', 'fchmodSync', 'mkdirSync'],
  ...['renameSync', 'linkSync', 'unlinkSync', 'rmSync', 'symlinkSync'],
]) {
  const call = fs[name]
  fs[name] = (...args) => {
    if (++calls === Number(n)) process.kill(process.pid, 'SIGKILL')
    return call(...args)
  }
}
syncBuiltinESMExports()

const { hashMap, Store, string, u32 } = await import('hotseg')
const store = await Store.open(directory, {
  schema: { words: hashMap(string, u32), edition: u32 },
  create: true,
  retain: 1,
})
await store.publish(
  (draft) => {
    draft.edition = Number(edition)
    for (let index = 0; index < 10; index++) draft.words.set(`word ${index}`, Number(edition))
  },
  { durability: 'disk', mode: 0o644, timeoutMs: 20_000 },
)
await store.close()
process.send({ calls })
process.disconnect()

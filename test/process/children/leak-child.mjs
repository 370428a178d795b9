// Loses snapshots, collects garbage, and prints what the store says of it. To be run with --expose-gc.
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Store, u32 } from 'hotseg'

const [directory, traces] = process.argv.slice(2)
const store = await Store.open(directory, {
  schema: { edition: u32 },
  create: true,
  retain: 0,
  traceSnapshots: traces === 'traced',
})
const publish = (edition) => store.publish((draft) => void (draft.edition = edition))
const leaks = []
const heard = []
store.on('leak', (leak) => leaks.push(leak))
subscribe('hotseg:leak', (message) => heard.push(message))
await publish(1)

function loseOne() {
  store.acquire()
}
function releaseOne() {
  store.acquire().release()
}
loseOne()
releaseOne()
const kept = store.acquire()
await store.withSnapshot(() => undefined)
const held = store.held()
await publish(2)
const isMapped = () => readFileSync('/proc/self/maps', 'utf8').includes('versions/1.hotseg')

async function collectUntil(condition) {
  for (let round = 0; round < 1000 && !condition(); round++) {
    global.gc()
    await sleep(5)
  }
}
await collectUntil(() => leaks.length > 0)
const afterLeak = { held: store.held(), isMapped: isMapped(), edition: kept.edition }
kept.release()
await collectUntil(() => !isMapped())
console.log(JSON.stringify({ held, leaks, heard, afterLeak, isMapped: isMapped(), count: store.held().length }))
await store.close()

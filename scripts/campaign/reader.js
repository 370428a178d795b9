// A reader of the campaign: reads in every way there is, and checks each answer by what the answer itself says.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Store } from 'hotseg'
import { begin } from './begin.js'
import { Random } from './random.js'
import { checkAll, checkEdition, checkRow, schema } from './values.js'

const ROWS_MAX = 2100
const REPORT_EVERY = 200

let isOver = false
process.on('message', ({ type }) => {
  if (type === 'end') isOver = true
})

const { directory, seed } = await begin()
const random = new Random(seed)

let checks = 0
const serials = new Map()

function report() {
  process.send({ type: 'checked', checks, serials: [...serials] })
  checks = 0
  serials.clear()
}

function expect(complaint) {
  checks++
  if (complaint !== undefined) process.send({ type: 'complaint', text: complaint })
}

function look(snapshot, isThorough) {
  expect(checkEdition(snapshot))
  for (let count = 0; count < 10; count++) expect(checkRow(snapshot, random.below(ROWS_MAX)))
  if (isThorough) expect(checkAll(snapshot))
  const { generation, serial } = snapshot.edition
  serials.set(generation, serial)
}

async function hold(snapshot) {
  const { serial } = snapshot.edition
  for (let count = random.below(4); count >= 0; count--) {
    look(snapshot, random.chance(0.2))
    await sleep(random.below(10))
    expect(snapshot.edition.serial === serial ? undefined : `version ${snapshot.generation} changed while it was held`)
  }
}

const ways = [
  (store) => look(store.current, random.chance(0.1)),
  (store) => look(store.current, false),
  (store) => {
    store.refresh()
    look(store.current, true)
  },
  async (store) => {
    const snapshot = store.acquire()
    await hold(snapshot)
    snapshot.release()
  },
  (store) => store.withSnapshot(hold),
]

async function open() {
  const options = { check: random.pick(['data', 'header']), strict: random.chance(0.3), waitMs: 10_000 }
  const store = await Store.open(directory, { schema, ...options })
  store.on('adopt-failed', ({ error }) => process.send({ type: 'complaint', text: error.stack }))
  return store
}

let store = await open()
process.send({ type: 'ready' })
while (!isOver) {
  await random.pick(ways)(store)
  if (random.chance(0.01)) {
    await store.close()
    store = await open()
  }
  if (checks >= REPORT_EVERY) report()
  await (random.chance(0.3) ? sleep(random.below(5)) : nextTurn())
}
await store.close()
report()
process.disconnect()

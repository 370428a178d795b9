// Terminates worker threads inside of publish, acquire, withSnapshot and Store.open, at random moments, and looks after each whether
// the main thread and the other workers go on. Prints its seed; the moments depend on the machine as well. The last line tells what
// was done; the status is 1 when anything was wrong.
//
//     npm run campaign:terminate -- [--terminations 200] [--seed N]
import { on, once } from 'node:events'
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { Store } from 'hotseg'
import { leftoversIn } from './leftovers.js'
import { isPrivate, makeStoreDirectory, runPrivately } from './private-namespace.js'
import { Random } from './random.js'
import { checkAll, fill, nextGeneration, schema } from './values.js'

const { values } = parseArgs({
  options: {
    terminations: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
})

/** Whoever does not get the lock, or does not answer, within this time is stuck. */
const STUCK_MS = 30_000
const WATCHDOG_MS = 120_000
const RETAIN = 1
const TASKS = ['publish', 'publish', 'derive', 'acquire', 'withSnapshot', 'open']
/** Old versions are unmapped some time after the switch, so this is looked at now and then. */
const MAPPINGS_EVERY = 10

const random = new Random(Number(values.seed))
const complaints = []
const terminated = Object.fromEntries(TASKS.map((task) => [task, 0]))
let checks = 0
let held = 0

function expect(complaint) {
  if (complaint !== undefined) complaints.push(complaint)
}

function startWorker(directory, task) {
  const worker = new Worker(new URL('terminate-worker.js', import.meta.url), {
    workerData: { directory, task, seed: random.below(2 ** 32), retain: RETAIN, limitMs: STUCK_MS },
  })
  worker.on('message', ({ type, complaint }) => {
    if (type === 'checked') checks++
    expect(complaint)
  })
  worker.on('error', (error) => expect(`${task}: ${error.stack}`))
  return { task, worker, ready: once(worker, 'message', { signal: AbortSignal.timeout(STUCK_MS) }) }
}

/** A publication by the main thread, which nobody must keep waiting. */
async function publish(store) {
  const made = { generation: 0, serial: random.below(2 ** 32), count: 200 }
  try {
    await store.publish(
      (draft) => {
        made.generation = nextGeneration(store.directory)
        fill(draft, made)
      },
      { timeoutMs: STUCK_MS },
    )
  } catch (error) {
    expect(`the main thread cannot publish: ${error.stack}`)
  }
  expect(checkAll(store.current))
  checks++
}

/** The same by the worker that survives. */
async function askForPublication(worker) {
  worker.postMessage('publish')
  const signal = AbortSignal.timeout(STUCK_MS)
  try {
    for await (const [{ type }] of on(worker, 'message', { signal })) if (type === 'published') return
  } catch (error) {
    expect(`the surviving worker cannot publish: ${error.stack}`)
  }
}

/** What is left behind when somebody has opened the store. */
async function checkLeftovers(directory) {
  const store = await Store.open(directory, { schema, create: true, retain: RETAIN })
  for (const name of leftoversIn(store, RETAIN + 1, 3)) expect(`left behind: ${name}`)
  expect(checkAll(store.current))
  await store.close()
}

async function until(condition) {
  const end = performance.now() + STUCK_MS
  while (!condition()) {
    if (performance.now() > end) return false
    await sleep(5)
  }
  return true
}

/** The files of the store this process maps and holds open. */
function mappedBelow(directory) {
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n')
  const mapped = maps.map((line) => line.slice(line.indexOf('/'))).filter((path) => path.startsWith(`${directory}/`))
  const open = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })
  return { mapped, open: open.filter((path) => path.startsWith(`${directory}/`)) }
}

/** Two stores are open, this thread's and the survivor's: each maps the current version and the doorbell, and holds one descriptor. */
async function checkMappings(store, stores) {
  const state = () => {
    const { directory } = store
    const { mapped, open } = mappedBelow(directory)
    const current = `${directory}/versions/${store.generation}.hotseg`
    const old = mapped.filter((path) => path !== current && path !== `${directory}/DOORBELL`)
    return { old, mapped: mapped.length - old.length, open: open.length }
  }
  const isClean = () => {
    const { old, mapped, open } = state()
    return old.length === 0 && mapped === 2 * stores && open <= stores
  }
  if (await until(isClean)) return
  expect(
    `mapped or open besides the current version: ${JSON.stringify({ ...state(), ...mappedBelow(store.directory) })}`,
  )
}

async function terminateSome(directory, count) {
  const workers = Array.from({ length: count }, () => startWorker(directory, random.pick(TASKS)))
  await Promise.all(workers.map(({ ready }) => ready))
  await sleep(random.below(15))
  await Promise.all(
    workers.map(async ({ worker, task }) => {
      terminated[task]++
      await worker.terminate()
    }),
  )
}

async function campaign(directory) {
  const store = await Store.open(directory, { schema, create: true, retain: RETAIN })
  store.on('adopt-failed', ({ error }) => expect(error.stack))
  await publish(store)
  const survivor = startWorker(directory, 'survive')
  await survivor.ready
  const wanted = Number(values.terminations)
  let done = 0
  const watchdog = setTimeout(() => {
    console.error(`nothing happens for ${WATCHDOG_MS} ms`)
    process.exit(1)
  }, WATCHDOG_MS)
  const begin = performance.now()
  for (let round = 1; done < wanted && complaints.length === 0; round++) {
    const count = Math.min(random.chance(0.25) ? 3 : 1, wanted - done)
    await terminateSome(directory, count)
    done += count
    if (lstatSync(join(directory, 'LOCK'), { throwIfNoEntry: false }) !== undefined) held++
    await checkLeftovers(directory)
    await (random.chance(0.5) ? publish(store) : askForPublication(survivor.worker))
    if (round % MAPPINGS_EVERY === 0) await checkMappings(store, 2)
    watchdog.refresh()
  }
  const seconds = (performance.now() - begin) / 1000
  survivor.worker.postMessage('end')
  await once(survivor.worker, 'exit', { signal: AbortSignal.timeout(STUCK_MS) })
  await publish(store)
  await checkMappings(store, 1)
  const leftovers = leftoversIn(store, RETAIN + 1, 1)
  await store.close()
  for (const name of leftovers) expect(`left behind: ${name}`)
  if (!(await until(() => mappedBelow(directory).mapped.length === 0))) expect('mapped after close')
  clearTimeout(watchdog)
  const tasks = Object.entries(terminated).map(([task, count]) => `${count} in ${task}`)
  return `${done} workers terminated in ${seconds.toFixed(1)} s (${(done / seconds).toFixed(1)} a second): ${tasks.join(', ')}; ${held} times the lock was held`
}

async function main() {
  console.log(`seed ${values.seed}${isPrivate ? '' : '; without namespaces of its own'}`)
  const directory = makeStoreDirectory()
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
  const summary = await campaign(directory)
  rmSync(directory, { recursive: true, force: true })
  if (isPrivate) for (const name of readdirSync('/dev/shm')) expect(`left behind: /dev/shm/${name}`)
  for (const complaint of complaints) console.log(complaint)
  console.log(`${summary}; ${checks} answers checked; ${complaints.length} wrong`)
  return complaints.length === 0 ? 0 : 1
}

// The same seed in the process that runs in namespaces of its own.
process.argv.push('--seed', values.seed)
process.exitCode = (await runPrivately()) ?? (await main())

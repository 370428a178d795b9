// Runs the checks of one mapping: `node conformance-runner.mjs <mapping> <guarded|unguarded> <main|worker> <directory>`. One line of JSON a check.
import * as fs from 'node:fs'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Segment } from 'hotseg'
import { checks } from './conformance.mjs'

const [mapping, guard, thread, root] = isMainThread ? process.argv.slice(2) : workerData

const isForced = process.env.HOTSEG_MAPPING === mapping

function open(path) {
  return mapping === 'buffer' ? Segment.fromBuffer(fs.readFileSync(path)) : Segment.open(path)
}

async function run(name) {
  const directory = fs.mkdtempSync(join(root, 'room-'))
  try {
    await checks[name]({ directory, open, mapping, isForced, isGuarded: guard === 'guarded' })
    return { name }
  } catch (error) {
    return { name, error: error.stack }
  } finally {
    fs.rmSync(directory, { recursive: true, force: true })
  }
}

if (isMainThread && thread === 'worker') {
  const worker = new Worker(new URL(import.meta.url), { workerData: [mapping, guard, thread, root] })
  worker.on('message', (result) => console.log(JSON.stringify(result)))
  worker.on('error', (error) => console.log(JSON.stringify({ name: 'the thread', error: error.stack })))
} else {
  for (const name of Object.keys(checks)) {
    const result = await run(name)
    if (isMainThread) console.log(JSON.stringify(result))
    else parentPort.postMessage(result)
  }
}

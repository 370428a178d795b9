// Reads a store without ever asking it, and without its timer: only a ring can tell it of a new version. Says which it has swapped to.
import { parentPort, isMainThread } from 'node:worker_threads'

const TIMER_MS = 250
const real = globalThis.setTimeout
const never = { unref: () => never }
globalThis.setTimeout = (callback, ms, ...args) => (ms === TIMER_MS ? never : real(callback, ms, ...args))

const directory = isMainThread ? process.argv[2] : process.env.HOTSEG_TEST_DIRECTORY
const { Store, u32 } = await import('hotseg')
const say = (message) => (isMainThread ? process.send(message) : parentPort.postMessage(message))
if (isMainThread) process.on('disconnect', () => process.exit())
const store = await Store.open(directory, { schema: { edition: u32 } })
store.on('swap', ({ generation }) => say(generation))
say('open')
setInterval(() => undefined, 1000)

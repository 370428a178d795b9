// Builds and reads segments that hold everything, told what to do by messages.
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { Worker } from 'node:worker_threads'
import * as hotseg from 'hotseg'
import { contentsOf, fill, typesOf } from '../../everything/everything.mjs'

const types = typesOf(hotseg)
const opened = []

const hashOf = (segment) => createHash('sha256').update(contentsOf(segment, types)).digest('hex')

const commands = {
  build({ path }) {
    const segment = fill(hotseg.Segment.create(path, { capacity: '4 MiB' }), types)
    segment.seal()
    const hash = hashOf(segment)
    segment.close()
    return hash
  },
  /** Maps the file and keeps it mapped. */
  open({ path }) {
    const segment = hotseg.Segment.open(path)
    opened.push(segment)
    return hashOf(segment)
  },
  worker({ path }) {
    const worker = new Worker(new URL('everything-worker.mjs', import.meta.url), { workerData: { path } })
    return new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  },
  close() {
    for (const segment of opened.splice(0)) segment.close()
  },
  /** Reads a copy of the bytes in private memory, `shift` bytes behind the start of its buffer. */
  copy({ path, shift, isShared }) {
    const bytes = fs.readFileSync(path)
    const buffer = isShared ? new SharedArrayBuffer(shift + bytes.length) : new ArrayBuffer(shift + bytes.length)
    const view = new Uint8Array(buffer, shift)
    view.set(bytes)
    const segment = hotseg.Segment.fromBuffer(shift === 0 ? buffer : view)
    // An unaligned view is copied: what happens to the buffer afterwards is not seen.
    if (shift % 8 !== 0) view.fill(0)
    const hash = hashOf(segment)
    segment.close()
    return hash
  },
}

process.on('disconnect', () => process.exit())
process.on('message', async ({ command, ...request }) => {
  try {
    process.send({ result: await commands[command](request) })
  } catch (error) {
    process.send({ error: { code: error.code, message: error.message, stack: error.stack } })
  }
})
process.send({ ready: true })

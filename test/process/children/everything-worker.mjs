// Reads a segment that holds everything in a worker thread, from the file.
import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import * as hotseg from 'hotseg'
import { contentsOf, typesOf } from '../../everything/everything.mjs'

const segment = hotseg.Segment.open(workerData.path)
const hash = createHash('sha256')
  .update(contentsOf(segment, typesOf(hotseg)))
  .digest('hex')
segment.close()
parentPort.postMessage(hash)

// Reads a copy of a segment that loses pages meanwhile: `lost-pages-child.mjs "<what happens> <main|worker>" <path> <blocks>`. One word a line.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { bytes, Segment, vector } from 'hotseg'

const [what, path, count] = isMainThread ? process.argv.slice(2) : workerData
const [happening, thread] = what.split(' ')

// Synchronous: a process that is killed must have said what it has seen.
const say = (line) => fs.writeSync(1, `${line}\n`)

const directory = fs.mkdtempSync(join(dirname(path), 'lost-'))
const copy = join(directory, 'segment')

/** Pages of zeros become holes, so that reading them needs room. */
function copySparsely() {
  const content = fs.readFileSync(path)
  const fd = fs.openSync(copy, 'w', 0o600)
  fs.ftruncateSync(fd, content.length)
  const zeros = Buffer.alloc(4096)
  for (let at = 0; at < content.length; at += 4096) {
    const page = content.subarray(at, at + 4096)
    if (!page.equals(zeros.subarray(0, page.length))) fs.writeSync(fd, page, 0, page.length, at)
  }
  fs.closeSync(fd)
}

function fillDisk() {
  const fd = fs.openSync(join(directory, 'filler'), 'w')
  for (const byteLength of [65536, 4096, 1]) {
    try {
      for (;;) fs.writeSync(fd, new Uint8Array(byteLength))
    } catch {
      // Full, in pieces of that size.
    }
  }
}

const inAnotherProcess = (code) => execFileSync(process.execPath, ['-e', code])

const HAPPENINGS = {
  'cut-off': () => inAnotherProcess(`fs.truncateSync(${JSON.stringify(copy)}, 8192)`),
  replaced: () =>
    inAnotherProcess(
      `fs.writeFileSync(${JSON.stringify(`${copy}.new`)}, 'other'); fs.renameSync(${JSON.stringify(`${copy}.new`)}, ${JSON.stringify(copy)})`,
    ),
  full: fillDisk,
  other: () => process.kill(process.pid, 'SIGBUS'),
}

const nameOf = (work) => {
  try {
    return String(work())
  } catch (error) {
    return error.constructor.name
  }
}

function main() {
  if (happening === 'full') copySparsely()
  else fs.copyFileSync(path, copy)
  fs.chmodSync(copy, 0o600)
  const segment = Segment.open(copy)
  const blocks = segment.find('blocks', vector(bytes))
  say('opened')
  HAPPENINGS[happening]()
  let read = 0
  for (; read < Number(count); read++) {
    const name = nameOf(() => blocks.at(read).length)
    if (name === 'CorruptionError') {
      say(name)
      break
    }
  }
  if (read === Number(count)) say(`read ${read}`)
  else {
    say(nameOf(() => blocks.at(0).length))
    segment.close()
    say(nameOf(() => blocks.length))
  }
}

try {
  if (isMainThread && thread === 'worker') {
    fs.rmSync(directory, { recursive: true })
    new Worker(new URL(import.meta.url), { workerData: [what, path, count] })
  } else {
    main()
  }
} finally {
  fs.rmSync(directory, { recursive: true, force: true })
}

/**
 * Builds, publishes and reads versions of 3 and 5 GiB by the addon, in this Node. What this Node, or mmap-io, cannot map must be an
 * UnsupportedError. Needs 12 GB of memory and 6 GB in the directory for temporary files, so it is not among the tests.
 *
 *     npm run test:large
 */
import assert from 'node:assert/strict'
import { constants } from 'node:buffer'
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytes, f64, hashMap, Segment, Store, string, struct, u32, vector } from 'hotseg'

const GIB = 2 ** 30
const BLOCK_BYTES = 64 << 20

const Row = struct({ name: string, size: f64 })
const schema = {
  first: hashMap(u32, Row),
  ballast: vector(bytes),
  last: hashMap(u32, Row),
  words: hashMap(string, u32),
}

const directory = mkdtempSync(join(tmpdir(), 'hotseg-large-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

async function tryVersion(gibibytes) {
  const path = join(directory, String(gibibytes))
  const blocks = (gibibytes * GIB) / BLOCK_BYTES
  const start = performance.now()
  const options = { schema, create: true, mapping: 'addon' }
  const writer = await Store.open(path, options)
  await writer.publish(
    (draft) => {
      for (let i = 0; i < 1000; i++) draft.first.set(i, { name: `first ${i}`, size: i })
      const block = new Uint8Array(BLOCK_BYTES)
      for (let i = 0; i < blocks; i++) draft.ballast.push(block.fill(i + 1))
      for (let i = 0; i < 1000; i++) {
        draft.last.set(i, { name: `last ${i} 最後`, size: -i })
        draft.words.set(`word ${i}`, i)
      }
    },
    { capacity: gibibytes * GIB + (256 << 20) },
  )
  const built = performance.now()
  await writer.close()
  const store = await Store.open(path, options)
  const { current } = store
  assert.equal(current.ballast.length, blocks)
  for (const i of [0, 17, 999]) {
    assert.deepEqual(current.first.get(i).toObject(), { name: `first ${i}`, size: i })
    assert.deepEqual(current.last.get(i).toObject(), { name: `last ${i} 最後`, size: -i })
    assert.equal(current.words.get(`word ${i}`), i)
  }
  const last = current.ballast.at(-1)
  assert.equal(last.length, BLOCK_BYTES)
  assert.equal(last[0], blocks & 255)
  assert.equal(last.at(-1), blocks & 255)
  const file = join(path, 'versions', `${store.generation}.hotseg`)
  const { size } = statSync(file)
  assert(size > gibibytes * GIB)
  await store.close()
  assert.throws(() => Segment.open(file, { mapping: 'mmap-io' }), { name: 'UnsupportedError' })
  const seconds = (ms) => (ms / 1000).toFixed(1)
  console.log(
    `${gibibytes} GiB: ${size} bytes, built and published in ${seconds(built - start)} s, opened, checked and read at both ends in ${seconds(performance.now() - built)} s`,
  )
  rmSync(path, { recursive: true })
}

console.log(`Node ${process.version}, buffers of at most ${constants.MAX_LENGTH} bytes`)
await tryVersion(3)
if (constants.MAX_LENGTH > 6 * GIB) {
  await tryVersion(5)
} else {
  const capacity = 5 * GIB
  const file = join(directory, 'sparse')
  writeFileSync(file, '', { mode: 0o600 })
  truncateSync(file, capacity)
  assert.throws(() => Segment.open(file, { mapping: 'addon' }), { name: 'UnsupportedError' })
  assert.throws(() => Segment.open(file), { name: 'UnsupportedError' })
  console.log('5 GiB: UnsupportedError when it is opened')
}

/**
 * How much private memory a reader needs for a table of 10,000 rows and for one of 1,000,000: the rows are in the shared
 * mapping, so it should be the same. Four processes each; run by the demo, or alone: node examples/build/demo/memory.js
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { hashedUnique, multiIndex, Store, string, struct, u32 } from 'hotseg'
import { makeDirectory } from './directory.js'
import { privateMbOf } from './kernel.js'
import { messageFrom } from './processes.js'
import { mean } from './statistics.js'

const READERS = 4
const LOOKUPS = 100_000
const SIZES = [10_000, 1_000_000] as const

const schema = {
  rows: multiIndex(struct({ id: u32, text: string, value: u32 }), {
    id: hashedUnique('id'),
    text: hashedUnique('text'),
  }),
}

/** Mean private memory of four readers, in MB, for each size. */
export interface PrivateMemory {
  readonly small: number
  readonly large: number
}

/** Builds both tables below `directory` and measures their readers. */
export async function comparePrivateMemory(directory: string): Promise<PrivateMemory> {
  const [small, large] = [await measure(directory, SIZES[0]), await measure(directory, SIZES[1])]
  return { small, large }
}

async function measure(directory: string, size: number): Promise<number> {
  const place = join(directory, `memory-${size}`)
  const run = async (task: 'build' | 'read'): Promise<number> => {
    const child = fork(import.meta.filename, [task, place, String(size)], { execArgv: ['--expose-gc'] })
    return (await messageFrom<{ type: 'done'; mb: number }>(child, 'done')).mb
  }
  await run('build')
  return mean(await Promise.all(Array.from({ length: READERS }, () => run('read'))))
}

async function build(directory: string, size: number): Promise<number> {
  const store = await Store.open(directory, { schema, create: true })
  await store.publish(
    (draft) => {
      for (let id = 0; id < size; id++) draft.rows.insert({ id, text: `row number ${id}`, value: id % 1000 })
    },
    { capacity: '1 GiB' },
  )
  await store.close()
  return 0
}

async function read(directory: string, size: number): Promise<number> {
  const store = await Store.open(directory, { schema })
  const { rows } = store.current
  for (let count = 0; count < LOOKUPS; count++) {
    const id = (count * 7919) % size
    if (rows.by.id.get(id)?.value !== id % 1000) throw new Error('wrong row')
    if (rows.by.text.get(`row number ${id}`)?.id !== id) throw new Error('wrong row')
  }
  for (let count = 0; count < 3; count++) {
    ;(globalThis as { gc?: () => void }).gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const mb = privateMbOf('self')
  await store.close()
  return mb
}

const [task, place = '', size] = process.argv.slice(2)
if (process.argv[1] === import.meta.filename) {
  if (task === undefined) {
    const { small, large } = await comparePrivateMemory(makeDirectory())
    console.log(`private memory of a reader: ${small.toFixed(1)} MB at 10,000 rows, ${large.toFixed(1)} at 1,000,000`)
  } else {
    const mb = await (task === 'build' ? build : read)(place, Number(size))
    process.send?.({ type: 'done', mb })
    process.disconnect()
  }
}

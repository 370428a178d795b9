/**
 * The data of a running service is replaced in four ways, one after the other, on the same machine and under the same load.
 *
 *     npm run bench:replace -- [--only hotseg] [--rate 1000] [--changes 3]
 */
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { makeDirectory } from '../../examples/demo/directory.js'
import { installRivals, lmdbVersion } from '../lmdb.js'
import { machine } from '../report.js'
import { formatRows, rowOf, type Row } from './report.js'
import { run } from './run.js'
import { WAYS } from './systems.js'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rate: { type: 'string', default: '1000' },
    changes: { type: 'string', default: '3' },
  },
})

installRivals()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
const directory = makeDirectory()
const rows: Row[] = []
const wrong: string[] = []
for (const name of Object.keys(WAYS)) {
  if (options.only !== undefined && options.only !== name) continue
  const result = await run(name, { directory, rate: Number(options.rate), changes: Number(options.changes) })
  const row = rowOf(result)
  rows.push(row)
  console.log(`${row.way}: ${row.requests} requests`)
  if (row.torn > 0 || !row.isReplaced) wrong.push(name)
  for (const complaint of result.load.complaints) console.log(`${name}: ${complaint}`)
  rmSync(`${directory}/${name}`, { recursive: true, force: true })
}
console.log(`${options.changes} replacements of 484,278 rows under ${options.rate} requests a second, 4 workers`)
console.log(
  Object.entries({ ...machine(), lmdb: lmdbVersion() })
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
)
console.log(formatRows(rows))
if (wrong.length > 0) throw new Error(`wrong answers, or old ones to the end: ${wrong.join(', ')}`)
process.exit()

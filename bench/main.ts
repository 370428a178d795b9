/**
 * Measures the workloads of hotseg against JavaScript's Map and lmdb, all in one process and one run.
 *
 *     npm run bench -- [--json FILE] [--rows 1048576] [--rounds 5] [--only WORD]
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Context, Findings } from './context.js'
import { installRivals, lmdbVersion } from './lmdb.js'
import { OtherSchemas } from './other-schemas.js'
import { formatAcceptance, formatResults, isKept, machine, spreadOf } from './report.js'
import { findBatches } from './workloads/batch.js'
import { build } from './workloads/build.js'
import { findByCutString } from './workloads/cut-keys.js'
import { findByInteger, findByString } from './workloads/find.js'
import { hardKeys } from './workloads/hard-keys.js'
import { openSegment } from './workloads/open.js'
import { ordered } from './workloads/ordered.js'
import { ranked } from './workloads/ranked.js'
import { sequences } from './workloads/sequences.js'

type Workload = (context: Context) => Findings | readonly Findings[] | Promise<Findings>

// The small segments of `open` come first: with them comes the first detach of the process, which V8 answers by throwing
// compiled code away. What is measured is the state of a service that has swapped before.
const WORKLOADS: Readonly<Record<string, Workload>> = {
  open: openSegment,
  string: (context) => findByString(context, { id: 'findByString', shortest: 11, longest: 14, limit: 1.35 }),
  cut: findByCutString,
  long: (context) => findByString(context, { id: 'findByLongString', shortest: 20, longest: 28, limit: 1.7 }),
  integer: findByInteger,
  batch: findBatches,
  ordered,
  ranked,
  sequences,
  hard: hardKeys,
  build,
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    rows: { type: 'string', default: String(1 << 20) },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
  },
})

installRivals()
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const directory = mkdtempSync(join(root, 'hotseg-bench-'))
process.on('SIGINT', () => process.exit(130))
process.on('exit', () => {
  rmSync(directory, { recursive: true, force: true })
})

const others = new OtherSchemas()
for (let count = 0; count < 20; count++) others.use()
const context: Context = {
  rows: Number(options.rows),
  directory,
  plan: {
    rounds: Number(options.rounds),
    between: () => {
      others.use()
    },
  },
}

const findings: Findings[] = []
for (const [name, workload] of Object.entries(WORKLOADS)) {
  if (options.only !== undefined && options.only !== name) continue
  if (process.stderr.isTTY) process.stderr.write(`${name} ...\n`)
  const found = await workload(context)
  findings.push(...(Array.isArray(found) ? (found as readonly Findings[]) : [found as Findings]))
}
const results = findings.flatMap((one) => one.results)
const acceptance = findings.flatMap((one) => one.acceptance)
const where = { ...machine(), lmdb: lmdbVersion() }

console.log(`${context.rows} rows, best of ${context.plan.rounds} rounds, eight other schemas alive and in use`)
console.log(
  Object.entries(where)
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
)
console.log(formatResults(results))
console.log(formatAcceptance(acceptance))

if (options.json !== undefined) {
  const report = {
    rows: context.rows,
    rounds: context.plan.rounds,
    machine: where,
    workloads: results.map((result) => ({ ...result, spread: spreadOf(result) })),
    acceptance: acceptance.map((one) => ({ ...one, kept: isKept(one) })),
  }
  writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`)
}

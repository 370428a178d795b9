import { Segment } from 'hotseg'
import { AGAIN, collectGarbage, LMDB, MAP, MAP_OF_OBJECTS, OURS } from '../context.js'
import type { Context, Findings } from '../context.js'
import { randomKeys, rowsFor, type PlainRow } from '../data.js'
import { fillLmdb, openLmdb } from '../lmdb.js'
import { measure } from '../measure.js'
import { Table, TableByText } from '../table.js'

/** A build takes long enough to be measured in fewer rounds. */
const ROUNDS_MAX = 3

function buildByText(rows: readonly PlainRow[]): number {
  const segment = Segment.inMemory({ capacity: '2 GiB' })
  const table = segment.construct('table', TableByText)
  for (const row of rows) table.insert(row)
  const { size } = table
  segment.close()
  return size
}

function buildWithThreeIndexes(rows: readonly PlainRow[]): number {
  const segment = Segment.inMemory({ capacity: '2 GiB' })
  const table = segment.construct('table', Table)
  for (const row of rows) table.insert(row)
  const { size } = table
  segment.close()
  return size
}

function buildMap(rows: readonly PlainRow[]): number {
  const map = new Map<string, number>()
  for (const row of rows) map.set(row.text, row.value)
  return map.size
}

function buildMapOfObjects(rows: readonly PlainRow[]): number {
  const map = new Map<string, PlainRow>()
  for (const { text, id, value } of rows) map.set(text, { text, id, value })
  return map.size
}

/** Building a table in private memory, a row at a time. */
export async function build(context: Context): Promise<Findings> {
  const rows = rowsFor(randomKeys(context.rows, 11, 14, 55))
  const pairs = rows.map((row) => [row.text, row.value] as const)
  const databases: { close(): Promise<void> }[] = []
  const systems = [
    { name: OURS, run: () => buildByText(rows) },
    { name: MAP, run: () => buildMap(rows) },
    { name: MAP_OF_OBJECTS, run: () => buildMapOfObjects(rows) },
    {
      name: LMDB,
      run: () => {
        const database = openLmdb(context.directory, `build-${databases.length}`)
        databases.push(database)
        fillLmdb(database, pairs)
        return pairs.length
      },
    },
    { name: AGAIN, run: () => buildByText(rows) },
  ]
  const plan = {
    rounds: Math.min(ROUNDS_MAX, context.plan.rounds),
    between: () => {
      context.plan.between()
      collectGarbage()
    },
  }
  const single = measure(systems, rows.length, rows.length, plan)
  await Promise.all(databases.map((database) => database.close()))
  const three = [{ name: OURS, run: () => buildWithThreeIndexes(rows) }]
  return {
    results: [
      { id: 'build', title: 'build, one hashed index by string, a row', timings: single },
      {
        id: 'buildThree',
        title: 'build, two hashed indexes and an ordered one, a row',
        timings: measure(three, rows.length, rows.length, plan),
      },
    ],
    acceptance: [],
  }
}

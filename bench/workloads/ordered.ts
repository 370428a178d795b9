import { AGAIN, best, collectGarbage, LMDB, MAP, MAP_OF_OBJECTS, OURS, ratio, withLmdb } from '../context.js'
import type { Context, Findings } from '../context.js'
import { randomKeys, rowsFor, sumOfValues, type PlainRow } from '../data.js'
import type { Lmdb } from '../lmdb.js'
import { measure } from '../measure.js'
import { shuffled } from '../random.js'
import { TableFile, type SealedTable } from '../table.js'
import { fasterThanLmdb } from './find.js'

function findInTable(table: SealedTable, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += table.by.sorted.get(keys[index]!)!.value
  return sum
}

function findInMap(map: ReadonlyMap<string, number>, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += map.get(keys[index]!)!
  return sum
}

function findInLmdb(database: Lmdb, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += database.get(keys[index]!) as number
  return sum
}

function scanTable(table: SealedTable): number {
  let sum = 0
  for (const row of table.by.sorted.range()) sum += row.value
  return sum
}

function scanMap(map: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const value of map.values()) sum += value
  return sum
}

function scanMapOfObjects(map: ReadonlyMap<string, PlainRow>): number {
  let sum = 0
  for (const row of map.values()) sum += row.value
  return sum
}

function scanLmdb(database: Lmdb): number {
  let sum = 0
  for (const { value } of database.getRange()) sum += value as number
  return sum
}

/** Find in an ordered index, and a scan of all rows in order. Maps have no order; they scan in order of insertion. */
export async function ordered(context: Context): Promise<Findings> {
  const rows = rowsFor(randomKeys(context.rows, 11, 14, 44))
  const keys = shuffled(
    rows.map(({ text }) => text),
    8,
  )
  using file = new TableFile(context.directory, 'ordered', rows)
  const map = new Map(rows.map((row) => [row.text, row.value]))
  const mapOfObjects = new Map(rows.map((row) => [row.text, row]))
  const pairs = rows.map((row) => [row.text, row.value] as const)
  const expected = sumOfValues(rows)
  const [finds, scans] = await withLmdb(context, 'ordered', pairs, (database) => {
    collectGarbage()
    const finding = [
      { name: OURS, run: () => findInTable(file.table, keys) },
      { name: MAP, run: () => findInMap(map, keys) },
      { name: LMDB, run: () => findInLmdb(database, keys) },
      { name: AGAIN, run: () => findInTable(file.table, keys) },
    ]
    const scanning = [
      { name: OURS, run: () => scanTable(file.table) },
      { name: MAP, run: () => scanMap(map) },
      { name: MAP_OF_OBJECTS, run: () => scanMapOfObjects(mapOfObjects) },
      { name: LMDB, run: () => scanLmdb(database) },
      { name: AGAIN, run: () => scanTable(file.table) },
    ]
    return [
      measure(finding, keys.length, expected, context.plan),
      measure(scanning, rows.length, expected, context.plan),
    ]
  })
  return {
    results: [
      { id: 'orderedFind', title: 'find by string in an ordered index (Map: hashed get)', timings: finds },
      {
        id: 'orderedScan',
        title: 'scan in order, reading one number a row (Map: in order of insertion)',
        timings: scans,
      },
    ],
    acceptance: [
      { title: "ordered find: times Map's get", actual: ratio(finds, OURS, MAP), comparison: 'at most', limit: 3 },
      fasterThanLmdb('ordered find', ratio(finds, LMDB, OURS)),
      {
        title: "ordered scan, a row: times Map's get",
        actual: best(scans, OURS) / best(finds, MAP),
        comparison: 'at most',
        limit: 0.2,
      },
    ],
  }
}

import { AGAIN, collectGarbage, LMDB, MAP, MAP_OF_OBJECTS, OURS, ratio, withLmdb } from '../context.js'
import type { Acceptance, Context, Findings } from '../context.js'
import { randomKeys, rowsFor, sumOfValues, type PlainRow } from '../data.js'
import type { Lmdb } from '../lmdb.js'
import { measure } from '../measure.js'
import { shuffled } from '../random.js'
import { TableFile, type SealedTable } from '../table.js'

// Each loop is a function of its own: a user's call site sees one kind of container, while the library inside sees all.

function findInTable(table: SealedTable, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += table.by.text.get(keys[index]!)!.value
  return sum
}

function findInMap(map: ReadonlyMap<string, number>, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += map.get(keys[index]!)!
  return sum
}

function findInMapOfObjects(map: ReadonlyMap<string, PlainRow>, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += map.get(keys[index]!)!.value
  return sum
}

function findInLmdb(database: Lmdb, keys: readonly string[]): number {
  let sum = 0
  for (let index = 0; index < keys.length; index++) sum += database.get(keys[index]!) as number
  return sum
}

function findIdInTable(table: SealedTable, ids: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < ids.length; index++) sum += table.by.id.get(ids[index]!)!.value
  return sum
}

function findIdInMap(map: ReadonlyMap<number, number>, ids: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < ids.length; index++) sum += map.get(ids[index]!)!
  return sum
}

function findIdInMapOfObjects(map: ReadonlyMap<number, PlainRow>, ids: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < ids.length; index++) sum += map.get(ids[index]!)!.value
  return sum
}

function findIdInLmdb(database: Lmdb, ids: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < ids.length; index++) sum += database.get(ids[index]!) as number
  return sum
}

/** Find by string, in random order, with key objects that are in the heap already, so that a Map finds their hash ready. */
export async function findByString(
  context: Context,
  { id, shortest, longest, limit }: { id: string; shortest: number; longest: number; limit: number },
): Promise<Findings> {
  const rows = rowsFor(randomKeys(context.rows, shortest, longest, 11 + shortest))
  const keys = shuffled(
    rows.map(({ text }) => text),
    3,
  )
  using file = new TableFile(context.directory, id, rows)
  const map = new Map(rows.map((row) => [row.text, row.value]))
  const mapOfObjects = new Map(rows.map((row) => [row.text, row]))
  const pairs = rows.map((row) => [row.text, row.value] as const)
  const timings = await withLmdb(context, id, pairs, (database) => {
    collectGarbage()
    const systems = [
      { name: OURS, run: () => findInTable(file.table, keys) },
      { name: MAP, run: () => findInMap(map, keys) },
      { name: MAP_OF_OBJECTS, run: () => findInMapOfObjects(mapOfObjects, keys) },
      { name: LMDB, run: () => findInLmdb(database, keys) },
      { name: AGAIN, run: () => findInTable(file.table, keys) },
    ]
    return measure(systems, keys.length, sumOfValues(rows), context.plan)
  })
  const title = `find by string, ${shortest} to ${longest} characters, key objects in the heap`
  return {
    results: [{ id, title, timings }],
    acceptance: [
      { title: `${title}: times Map's`, actual: ratio(timings, OURS, MAP), comparison: 'at most', limit },
      fasterThanLmdb(title, ratio(timings, LMDB, OURS)),
    ],
  }
}

/** Find by integer, in random order. */
export async function findByInteger(context: Context): Promise<Findings> {
  const id = 'findByInteger'
  const rows = rowsFor(randomKeys(context.rows, 11, 14, 5))
  const ids = shuffled(
    rows.map((row) => row.id),
    4,
  )
  using file = new TableFile(context.directory, id, rows)
  const map = new Map(rows.map((row) => [row.id, row.value]))
  const mapOfObjects = new Map(rows.map((row) => [row.id, row]))
  const pairs = rows.map((row) => [row.id, row.value] as const)
  const timings = await withLmdb(context, id, pairs, (database) => {
    collectGarbage()
    const systems = [
      { name: OURS, run: () => findIdInTable(file.table, ids) },
      { name: MAP, run: () => findIdInMap(map, ids) },
      { name: MAP_OF_OBJECTS, run: () => findIdInMapOfObjects(mapOfObjects, ids) },
      { name: LMDB, run: () => findIdInLmdb(database, ids) },
      { name: AGAIN, run: () => findIdInTable(file.table, ids) },
    ]
    return measure(systems, ids.length, sumOfValues(rows), context.plan)
  })
  return {
    results: [{ id, title: 'find by integer', timings }],
    acceptance: [
      {
        title: 'find by integer: times faster than Map',
        actual: ratio(timings, MAP, OURS),
        comparison: 'at least',
        limit: 1.8,
      },
      fasterThanLmdb('find by integer', ratio(timings, LMDB, OURS)),
    ],
  }
}

/** The limit every single find has against lmdb. */
export function fasterThanLmdb(title: string, actual: number): Acceptance {
  return { title: `${title}: times faster than lmdb`, actual, comparison: 'at least', limit: 4 }
}

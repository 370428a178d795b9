import { AGAIN, best, collectGarbage, MAP, MAP_OF_OBJECTS, OURS } from '../context.js'
import type { Context, Findings } from '../context.js'
import { randomKeys, rowsFor, sumOfValues, type PlainRow } from '../data.js'
import { measure } from '../measure.js'
import { shuffled } from '../random.js'
import { TableFile, type SealedTable } from '../table.js'

const BATCH = 64
const ONE_BY_ONE = 'hotseg, one by one'

type Batches = readonly (readonly string[])[]

function getMany(table: SealedTable, batches: Batches): number {
  let sum = 0
  for (const batch of batches) {
    const rows = table.by.text.getMany(batch)
    for (let index = 0; index < rows.length; index++) sum += rows[index]!.value
  }
  return sum
}

function getEach(table: SealedTable, batches: Batches): number {
  let sum = 0
  for (const batch of batches) {
    for (let index = 0; index < batch.length; index++) sum += table.by.text.get(batch[index]!)!.value
  }
  return sum
}

function getFromMap(map: ReadonlyMap<string, number>, batches: Batches): number {
  let sum = 0
  for (const batch of batches) {
    for (let index = 0; index < batch.length; index++) sum += map.get(batch[index]!)!
  }
  return sum
}

function getFromMapOfObjects(map: ReadonlyMap<string, PlainRow>, batches: Batches): number {
  let sum = 0
  for (const batch of batches) {
    for (let index = 0; index < batch.length; index++) sum += map.get(batch[index]!)!.value
  }
  return sum
}

/** 64 strings at once. lmdb's `getMany` is asynchronous and not compared. */
export function findBatches(context: Context): Findings {
  const rows = rowsFor(randomKeys(context.rows, 11, 14, 33))
  const keys = shuffled(
    rows.map(({ text }) => text),
    9,
  )
  const batches: string[][] = []
  for (let start = 0; start < keys.length; start += BATCH) batches.push(keys.slice(start, start + BATCH))
  using file = new TableFile(context.directory, 'batches', rows)
  const map = new Map(rows.map((row) => [row.text, row.value]))
  const mapOfObjects = new Map(rows.map((row) => [row.text, row]))
  collectGarbage()
  const systems = [
    { name: OURS, run: () => getMany(file.table, batches) },
    { name: ONE_BY_ONE, run: () => getEach(file.table, batches) },
    { name: MAP, run: () => getFromMap(map, batches) },
    { name: MAP_OF_OBJECTS, run: () => getFromMapOfObjects(mapOfObjects, batches) },
    { name: AGAIN, run: () => getMany(file.table, batches) },
  ]
  const timings = measure(systems, keys.length, sumOfValues(rows), context.plan)
  const single = timings.find(({ name }) => name === ONE_BY_ONE)!
  return {
    results: [
      { id: 'getMany', title: `find ${BATCH} strings with getMany`, timings },
      {
        id: 'getEach',
        title: `the same ${BATCH} strings one by one`,
        timings: [{ ...single, name: OURS }, ...timings.filter(({ name }) => name === MAP || name === MAP_OF_OBJECTS)],
      },
    ],
    acceptance: [
      {
        title: `getMany of ${BATCH}: times faster than as many gets`,
        actual: single.bestNs / best(timings, OURS),
        comparison: 'at least',
        limit: 1.5,
      },
    ],
  }
}

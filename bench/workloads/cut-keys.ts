import { AGAIN, collectGarbage, LMDB, MAP, MAP_OF_OBJECTS, OURS, ratio, withLmdb } from '../context.js'
import type { Context, Findings } from '../context.js'
import { layOut, randomKeys, rowsFor, sumOfValues, type CutKeys, type PlainRow } from '../data.js'
import type { Lmdb } from '../lmdb.js'
import { measure } from '../measure.js'
import { shuffled } from '../random.js'
import { TableFile, type SealedTable } from '../table.js'
import { fasterThanLmdb } from './find.js'

function cutOnly({ buffer, starts }: CutKeys): number {
  let sum = 0
  for (let index = 1; index < starts.length; index++) {
    sum += buffer.latin1Slice(starts[index - 1]!, starts[index]!).length
  }
  return sum
}

function findInTable(table: SealedTable, { buffer, starts }: CutKeys): number {
  let sum = 0
  for (let index = 1; index < starts.length; index++) {
    sum += table.by.text.get(buffer.latin1Slice(starts[index - 1]!, starts[index]!))!.value
  }
  return sum
}

function findInMap(map: ReadonlyMap<string, number>, { buffer, starts }: CutKeys): number {
  let sum = 0
  for (let index = 1; index < starts.length; index++) {
    sum += map.get(buffer.latin1Slice(starts[index - 1]!, starts[index]!))!
  }
  return sum
}

function findInMapOfObjects(map: ReadonlyMap<string, PlainRow>, { buffer, starts }: CutKeys): number {
  let sum = 0
  for (let index = 1; index < starts.length; index++) {
    sum += map.get(buffer.latin1Slice(starts[index - 1]!, starts[index]!))!.value
  }
  return sum
}

function findInLmdb(database: Lmdb, { buffer, starts }: CutKeys): number {
  let sum = 0
  for (let index = 1; index < starts.length; index++) {
    sum += database.get(buffer.latin1Slice(starts[index - 1]!, starts[index]!)) as number
  }
  return sum
}

/** Find by a string that was just cut out of a buffer, as a server gets its keys: nobody has computed its hash yet. */
export async function findByCutString(context: Context): Promise<Findings> {
  const id = 'findByCutString'
  const rows = rowsFor(randomKeys(context.rows, 11, 14, 22))
  const keys = shuffled(
    rows.map(({ text }) => text),
    6,
  )
  const cut = layOut(keys)
  using file = new TableFile(context.directory, id, rows)
  const map = new Map(rows.map((row) => [row.text, row.value]))
  const mapOfObjects = new Map(rows.map((row) => [row.text, row]))
  const pairs = rows.map((row) => [row.text, row.value] as const)
  const timings = await withLmdb(context, id, pairs, (database) => {
    collectGarbage()
    const systems = [
      { name: OURS, run: () => findInTable(file.table, cut) },
      { name: MAP, run: () => findInMap(map, cut) },
      { name: MAP_OF_OBJECTS, run: () => findInMapOfObjects(mapOfObjects, cut) },
      { name: LMDB, run: () => findInLmdb(database, cut) },
      { name: AGAIN, run: () => findInTable(file.table, cut) },
    ]
    return measure(systems, keys.length, sumOfValues(rows), context.plan)
  })
  const cutting = measure([{ name: OURS, run: () => cutOnly(cut) }], keys.length, cut.buffer.length, context.plan)
  const title = 'find by string, 11 to 14 characters, key just cut from a buffer'
  return {
    results: [
      { id, title, timings },
      { id: 'cuttingAlone', title: 'the cutting alone (latin1Slice), contained in the row above', timings: cutting },
    ],
    acceptance: [
      {
        title: `${title}: times faster than Map`,
        actual: ratio(timings, MAP, OURS),
        comparison: 'at least',
        limit: 1.8,
      },
      fasterThanLmdb(title, ratio(timings, LMDB, OURS)),
    ],
  }
}

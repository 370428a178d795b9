import { AGAIN, collectGarbage, MAP, MAP_OF_OBJECTS, OURS } from '../context.js'
import type { Context, Findings } from '../context.js'
import { chineseWords, keysWithPrefix, rowsFor, sumOfValues, type PlainRow } from '../data.js'
import { measure } from '../measure.js'
import { meanProbes } from '../probes.js'
import { shuffled } from '../random.js'
import { TableFile, type SealedTable } from '../table.js'

const PROBES_MAX = 2

/** Equal prefixes need long keys; so many of them fill the memory of a small machine sooner. */
const PREFIXED_MAX = 200_000

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

/** Keys on which careless hash functions cluster: words of two-byte characters, and keys whose first 200 characters are equal. */
export function hardKeys(context: Context): Findings[] {
  const prefixed = Math.min(PREFIXED_MAX, context.rows)
  return [
    findAll(context, 'chinese', 'find by string, 349,045 Chinese words', chineseWords()),
    findAll(
      context,
      'prefix200',
      `find by string, ${prefixed} keys with 200 equal characters in front`,
      keysWithPrefix(prefixed, 200),
    ),
  ]
}

function findAll(context: Context, id: string, title: string, words: readonly string[]): Findings {
  const rows = rowsFor(words)
  const keys = shuffled(words, 10)
  using file = new TableFile(context.directory, id, rows)
  const map = new Map(rows.map((row) => [row.text, row.value]))
  const mapOfObjects = new Map(rows.map((row) => [row.text, row]))
  collectGarbage()
  const systems = [
    { name: OURS, run: () => findInTable(file.table, keys) },
    { name: MAP, run: () => findInMap(map, keys) },
    { name: MAP_OF_OBJECTS, run: () => findInMapOfObjects(mapOfObjects, keys) },
    { name: AGAIN, run: () => findInTable(file.table, keys) },
  ]
  const timings = measure(systems, keys.length, sumOfValues(rows), context.plan)
  return {
    results: [{ id, title, timings }],
    acceptance: [
      {
        title: `${title}: mean probes`,
        actual: meanProbes(file.table.by.text),
        comparison: 'at most',
        limit: PROBES_MAX,
      },
    ],
  }
}

// What the campaigns publish: each row carries its key, the generation of its version, the serial of the publication that made it
// and a hash over the three, so that a reader can check whatever it reads.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashedUnique, multiIndex, orderedUnique, string, struct, u32 } from 'hotseg'

const Row = struct({ key: string, generation: u32, serial: u32, hash: u32, text: string })

export const schema = {
  rows: multiIndex(Row, { key: hashedUnique('key'), order: orderedUnique('key') }),
  edition: struct({ generation: u32, serial: u32, count: u32, hash: u32 }),
}

export const keyOf = (index) => `key ${index}`

function hashOf(...parts) {
  let hash = 0x811c9dc5
  for (const part of parts) {
    for (const character of `${part}/`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  }
  return hash >>> 0
}

function rowOf(index, generation, serial) {
  const key = keyOf(index)
  const hash = hashOf(key, generation, serial)
  return { key, generation, serial, hash, text: `${key} of ${generation}, ${hash}` }
}

/** The number the next version gets, for whoever holds the lock of the publishers: CURRENT says the highest there ever was. */
export function nextGeneration(directory) {
  try {
    return JSON.parse(readFileSync(join(directory, 'CURRENT'), 'utf8').split('\n')[1]).highest + 1
  } catch (error) {
    if (error.code === 'ENOENT') return 1
    throw error
  }
}

/** Makes a draft say that it is `generation`; one that has rows already, derived from another version, is changed row by row. */
export function fill(draft, { generation, serial, count }) {
  const { rows } = draft
  for (let index = count; index < rows.size;) rows.by.key.delete(keyOf(rows.size - 1))
  for (let index = 0; index < count; index++) {
    const row = rowOf(index, generation, serial)
    const view = rows.by.key.get(row.key)
    if (view === undefined) rows.insert(row)
    else rows.modify(view, row)
  }
  draft.edition = { generation, serial, count, hash: hashOf(generation, serial, count) }
}

/** What is wrong with the edition a snapshot names; undefined when nothing is. */
export function checkEdition(snapshot) {
  const { generation, serial, count, hash } = snapshot.edition
  if (generation !== snapshot.generation) return `version ${snapshot.generation} says that it is ${generation}`
  if (hash !== hashOf(generation, serial, count)) return `wrong hash of edition ${generation}`
  if (snapshot.rows.size !== count) return `version ${generation} has ${snapshot.rows.size} rows of ${count}`
  return undefined
}

/** The same of one row, which is there exactly if its index is below the number of rows. */
export function checkRow(snapshot, index) {
  const { generation, serial, count } = snapshot.edition
  const row = snapshot.rows.by.key.get(keyOf(index))
  if (row === undefined) return index < count ? `version ${generation} lacks ${keyOf(index)}` : undefined
  if (index >= count) return `version ${generation} has ${row.key} besides its ${count} rows`
  return isRow(row.toObject(), rowOf(index, generation, serial))
    ? undefined
    : `version ${generation}: ${JSON.stringify(row)}`
}

/** The same of all rows, in the order of the ordered index. */
export function checkAll(snapshot) {
  const { generation, serial } = snapshot.edition
  let before = ''
  for (const row of snapshot.rows.by.order) {
    const { key } = row
    if (key <= before) return `version ${generation} has ${key} behind ${before}`
    const index = Number(key.slice('key '.length))
    if (!isRow(row.toObject(), rowOf(index, generation, serial))) return `version ${generation}: ${JSON.stringify(row)}`
    before = key
  }
  return checkEdition(snapshot)
}

function isRow(actual, expected) {
  return Object.entries(expected).every(([name, value]) => actual[name] === value)
}

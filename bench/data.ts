import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Random } from './random.js'

/** A row as all systems get it. */
export interface PlainRow {
  readonly text: string
  readonly id: number
  readonly value: number
}

/** Values stay below this, so that the sum of all of them is a small integer in every system. */
const VALUE_LIMIT = 1000

const LETTERS = Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789')

/** Different random keys of `shortest` to `longest` characters, each a flat string as parsing gives it. */
export function randomKeys(count: number, shortest: number, longest: number, seed: number): string[] {
  const random = new Random(seed)
  const buffer = Buffer.alloc(longest)
  const keys = new Set<string>()
  while (keys.size < count) {
    const length = shortest + random.below(longest - shortest + 1)
    for (let index = 0; index < length; index++) buffer[index] = LETTERS[random.below(LETTERS.length)]!
    keys.add(buffer.toString('latin1', 0, length))
  }
  return [...keys]
}

/** Keys that differ only after `prefixLength` equal characters. */
export function keysWithPrefix(count: number, prefixLength: number): string[] {
  const prefix = 'https://example.org/'.repeat(Math.ceil(prefixLength / 20)).slice(0, prefixLength)
  return Array.from({ length: count }, (_, index) => Buffer.from(prefix + String(index)).toString('latin1'))
}

/** The words of the lexicon that comes with `@node-rs/jieba` (MIT). */
export function chineseWords(): string[] {
  const path = createRequire(import.meta.url).resolve('@node-rs/jieba/dict.txt')
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(0, line.indexOf(' ')))
}

/** A row for each key: its number as id, spread so that ids are not their own order, and a small value. */
export function rowsFor(keys: readonly string[]): PlainRow[] {
  const random = new Random(7)
  return keys.map((text, index) => ({ text, id: Math.imul(index, 0x9e3779b1) >>> 0, value: random.below(VALUE_LIMIT) }))
}

/** What every system must get when it reads all values once. */
export function sumOfValues(rows: readonly PlainRow[]): number {
  return rows.reduce((sum, { value }) => sum + value, 0)
}

/** A Buffer and its fastest way to decode a range, which every Node has but not its types. */
export interface SliceableBuffer {
  readonly length: number
  latin1Slice(start: number, end: number): string
}

/** All keys as one piece of bytes, to cut them out of again. */
export interface CutKeys {
  readonly buffer: SliceableBuffer
  /** Key `index` lies from `starts[index]` to `starts[index + 1]`. */
  readonly starts: Uint32Array
}

/** Lays the keys one after the other. */
export function layOut(keys: readonly string[]): CutKeys {
  const starts = new Uint32Array(keys.length + 1)
  let end = 0
  for (const [index, key] of keys.entries()) {
    end += key.length
    starts[index + 1] = end
  }
  return { buffer: Buffer.from(keys.join(''), 'latin1') as Buffer & SliceableBuffer, starts }
}

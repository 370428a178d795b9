import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CurrentRecord, VersionRecord } from '../../src/store/files/current-file.js'
import { checkRetain, retained, type Retain } from '../../src/store/publishing/retention.js'

const HOUR_MS = 3_600_000
const NOW = 100 * HOUR_MS

const version = (generation: number, ageHours = 0, sequence = generation): VersionRecord => ({
  generation,
  sequence,
  byteLength: 1,
  checksum: 0,
  publishedAt: NOW - ageHours * HOUR_MS,
})

const recordOf = (versions: VersionRecord[], generation = versions.at(-1)!.generation): CurrentRecord => ({
  sequence: 99,
  generation,
  highest: versions.at(-1)!.generation,
  versions,
})

const kept = (record: CurrentRecord, retain: Retain): number[] =>
  retained(record, retain, NOW).map(({ generation }) => generation)

test('a number keeps as many besides the current one, those that were current last', () => {
  const record = recordOf([version(1, 0, 8), version(2), version(3), version(4)])
  expect(kept(record, 0)).toEqual([4])
  expect(kept(record, 1)).toEqual([1, 4])
  expect(kept(record, 2)).toEqual([1, 3, 4])
  expect(kept(record, 9)).toEqual([1, 2, 3, 4])
})

test('by age: what was published within the time, and by both what either keeps', () => {
  const record = recordOf([version(1, 30), version(2, 3), version(3, 2), version(4, 1), version(5)])
  expect(kept(record, { forMs: 2.5 * HOUR_MS })).toEqual([3, 4, 5])
  expect(kept(record, { forMs: 0 })).toEqual([5])
  expect(kept(record, { last: 3, forMs: HOUR_MS })).toEqual([2, 3, 4, 5])
  expect(kept(record, { last: 1, forMs: 2.5 * HOUR_MS })).toEqual([3, 4, 5])
})

test('a function is given all versions and says whom to keep; numbers of none do no harm', () => {
  const record = recordOf([version(1), version(2), version(3), version(4)])
  const seen: unknown[] = []
  const even: Retain = (versions) => {
    seen.push(versions.map(({ generation, isCurrent }) => [generation, isCurrent]))
    return versions.filter(({ generation }) => generation % 2 === 0).map(({ generation }) => generation)
  }
  expect(kept(record, even)).toEqual([2, 4])
  expect(seen).toEqual([[[1, false], [2, false], [3, false], [4, true]]]) // prettier-ignore
  expect(kept(record, () => new Set([1, 77]))).toEqual([1, 4])
  for (const wrong of [undefined, 7, '12', [1.5], ['1'], [NaN]]) {
    expect(() => kept(record, () => wrong as never)).toThrow(
      expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR' }),
    )
  }
})

test('the newest version counts towards the number while an older one is current, and is never removed', () => {
  const record = recordOf([version(1), version(2, 0, 9), version(3, 0, 10), version(4, 0, 11)], 2)
  expect(kept(record, 0)).toEqual([2, 4])
  expect(kept(record, 1)).toEqual([2, 4])
  expect(kept(record, 2)).toEqual([2, 3, 4])
  expect(kept(record, () => [])).toEqual([2, 4])
  expect(kept(record, { forMs: 0 })).toEqual([2, 4])
})

test('whatever is asked, the current and the newest stay and the order is kept', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 })
  const retains = fc.oneof(
    fc.nat(5),
    fc.record({ last: fc.nat(5) }),
    fc.record({ forMs: fc.nat(1000) }),
    fc.array(fc.nat(50)).map(
      (list): Retain =>
        () =>
          list,
    ),
  )
  fc.assert(
    fc.property(numbers, fc.nat(), retains, (generations, pick, retain) => {
      const versions = generations.sort((a, b) => a - b).map((generation) => version(generation, generation % 7))
      const current = generations[pick % generations.length]!
      const left = kept(recordOf(versions, current), retain)
      expect(left).toContain(current)
      expect(left).toContain(generations.at(-1))
      expect(left).toEqual(generations.filter((generation) => left.includes(generation)))
      if (typeof retain === 'number') expect(left.length).toBeLessThanOrEqual(Math.max(2, retain + 1))
    }),
  )
})

test('what is no retention is refused', () => {
  for (const wrong of [-1, 1.5, NaN, '1', null, {}, [], { last: -1 }, { last: 1, forMs: -1 }, { forMs: NaN }]) {
    expect(() => checkRetain('open store', wrong), JSON.stringify(wrong)).toThrow(
      expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR' }),
    )
  }
  for (const right of [0, 3, { last: 0 }, { forMs: 1.5 }, { last: 2, forMs: Infinity }, () => []]) {
    checkRetain('open store', right)
  }
})

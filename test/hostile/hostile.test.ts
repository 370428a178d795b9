import { expect, test } from 'vitest'
import * as hotseg from '../../src/index.js'
import { contentsOf, fill, typesOf } from '../everything/everything.mjs'
import { fixChecksums, Target } from './mutations.mjs'
import { sourceOf, useDamaged } from './use-damaged.js'

const FIRST_SEED = Number(process.env['HOTSEG_HOSTILE_SEED'] ?? 1)
const COUNT = Number(process.env['HOTSEG_HOSTILE_COUNT'] ?? 5000)

const types = typesOf(hotseg)
const source = sourceOf((segment) => fill(segment, types))
const again = (seed: number): string => `HOTSEG_HOSTILE_SEED=${seed} HOTSEG_HOSTILE_COUNT=1`

test('the undamaged segment reads, and its checksums are what they are made to be', () => {
  expect(fixChecksums(source.slice())).toEqual(source)
  const segment = hotseg.Segment.fromBuffer(source)
  segment.verify()
  expect(contentsOf(segment, types).split('\n').length).toBeGreaterThan(500)
  const { levels, descriptions } = new Target(source)
  expect(levels.length).toBeGreaterThan(5)
  expect(descriptions.length).toBeGreaterThan(20)
})

test.each([
  ['reading', false, COUNT],
  ['writing to copies of', true, Math.ceil(COUNT / 3)],
])('%s damaged segments whose checksums are right gives errors of hotseg or answers', async (_, isWritten, count) => {
  const run = { source, from: FIRST_SEED, to: FIRST_SEED + count, isWritten }
  const { opened, answers, codes, findings } = await useDamaged(run, again)
  console.log(`${count} seeds from ${FIRST_SEED}: opened=${opened}, answers=${answers}, ${JSON.stringify(codes)}`)
  expect(findings).toEqual([])
  // Most are opened, since opening looks at headers only, and some of them are found out later.
  if (count < 1000) return
  expect(opened).toBeGreaterThan(count / 2)
  expect(codes['ERR_HOTSEG_CORRUPTION_ERROR']).toBeGreaterThan(count / 10)
})

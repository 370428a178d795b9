import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as t from '../../src/core.js'
import { Heap } from '../../src/heap/heap.js'
import { GRANULE_BYTES } from '../../src/memory/memory.js'
import type { View } from '../../src/types/view.js'

const RUNS = 300

const Row = t.struct({ id: t.u8, name: t.string, level: t.withDefault(t.i8, -1), words: t.vector(t.string) })
type Row = t.Infer<typeof Row>

const ROWS = fc.record(
  {
    id: fc.nat(12),
    name: fc.constantFrom('', 'a', 'ab', 'bä'),
    level: fc.integer({ min: -3, max: 3 }),
    words: fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
  },
  { requiredKeys: ['id', 'name', 'words'] },
)
const COMMANDS = fc.array(
  fc.record({
    how: fc.constantFrom('insert', 'insert', 'modify', 'replace', 'erase'),
    row: ROWS,
    at: fc.nat(12),
    // The call that fails, counted within the command; most often none.
    failing: fc.oneof(fc.constant(-1), fc.nat(3)),
  }),
  { minLength: 30, maxLength: 60, size: 'max' },
)

class Thrown extends Error {}

function bytesOf(view: object): Buffer {
  const { memory } = (view as View)['hotseg.at']
  return Buffer.from(memory.bytes(0, Heap.of(memory).endOffset * GRANULE_BYTES))
}

test('a function that throws changes no byte, and each is called once with the row as it is to be', () => {
  let calls: Row[] = []
  let failing = -1
  const watched =
    <Value>(compute: (row: Row) => Value) =>
    (row: Row): Value => {
      if (calls.push(structuredClone(row)) - 1 === failing) throw new Thrown()
      return compute(row)
    }
  const initial = t.computed(
    'initial',
    1,
    t.string,
    watched(({ name }) => name.slice(0, 1)),
  )
  const low = t.predicate(
    'low',
    1,
    watched(({ level }) => level < 0),
  )
  const length = t.computed(
    'length',
    1,
    t.u32,
    watched(({ words }) => words.join().length),
  )
  const odd = t.predicate(
    'odd',
    1,
    watched(({ id }) => id % 2 === 1),
  )
  const Rows = t.multiIndex(Row, {
    low: t.orderedUnique('name', { where: low }),
    id: t.hashedUnique('id'),
    initial: t.orderedNonUnique([initial, t.desc(length)]),
    oddLength: t.hashedUnique([length, initial], { where: odd }),
    lowInitial: t.hashedNonUnique(initial, { where: low }),
  })
  let failures = 0
  fc.assert(
    fc.property(COMMANDS, (commands) => {
      using segment = t.Segment.inMemory({ capacity: 1 << 20 })
      const table = segment.construct('rows', Rows)
      for (const command of commands) {
        const view = table.by.id.get(command.at)
        const before = bytesOf(table)
        const patch = { name: command.row.name, words: command.row.words }
        const whole: Row = { level: -1, ...command.row }
        calls = []
        failing = command.failing
        let isChanged: boolean | undefined
        let expected = whole
        try {
          if (command.how === 'insert') isChanged = table.insert(command.row).inserted
          else if (view === undefined) continue
          else if (command.how === 'erase') table.erase(view)
          else if (command.how === 'modify') {
            expected = { ...view.toObject(), ...patch }
            isChanged = table.modify(view, patch).modified
          } else isChanged = table.replace(view, command.row).modified
        } catch (error) {
          if (!(error instanceof Thrown)) throw error
          failures++
          isChanged = false
        }
        if (isChanged === false) expect(bytesOf(table).equals(before)).toBe(true)
        for (const call of calls) expect(call).toEqual(expected)
        if (command.how !== 'erase') expect(calls.length).toBe(command.failing < 0 ? 4 : command.failing + 1)
        else expect(calls).toEqual([])
        const rows = table.toObject()
        expect(table.by.low.size).toBe(rows.filter(({ level }) => level < 0).length)
        expect(table.by.oddLength.size).toBe(rows.filter(({ id }) => id % 2 === 1).length)
        table.checkInvariants()
      }
      segment.verify()
    }),
    { numRuns: RUNS },
  )
  expect(failures).toBeGreaterThan(RUNS)
})

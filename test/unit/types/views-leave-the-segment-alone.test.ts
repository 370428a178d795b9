import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { hashedUnique, multiIndex, Segment, string, struct, u32 } from '../../../src/index.js'

const Rows = multiIndex(struct({ id: u32, text: string }), { id: hashedUnique('id') })

function views(): { name: string; row: object }[] {
  const live = Segment.inMemory()
  const rows = live.construct('rows', Rows, [{ id: 1, text: 'one' }])
  const before = rows.by.id.get(1)!
  live.seal()
  const sealed = Segment.fromBuffer(live.toArrayBuffer()).find('rows', Rows)!
  return [
    { name: 'a row of a segment that is written', row: before },
    { name: 'a row of a sealed one', row: sealed.by.id.get(1)! },
    { name: 'a table', row: sealed },
  ]
}

test.each(views())('$name is not cloned, and the error says what to do', ({ row }) => {
  expect(() => structuredClone(row)).toThrow(/toObject\(\)/)
})

test.each(views())('$name is shown as its values, and shows no memory when it was spread', ({ row }) => {
  expect(inspect(row)).toContain('one')
  expect(inspect({ ...row }).length).toBeLessThan(2000)
})

test.each(views().slice(0, 2))('what is left of $name after spreading is refused as a value', ({ row }) => {
  const rows = Segment.inMemory().construct('rows', Rows)
  expect(() => rows.insert({ ...row, id: 2 } as never)).toThrow(/toObject\(\)/)
  expect(rows.size).toBe(0)
})

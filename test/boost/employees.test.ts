/**
 * Boost.MultiIndex's example of basic usage and the steps its tutorial takes with it: employees by number, name and age; a position in
 * one order carried over to another one; a change that keeps all orders in step.
 */
import { expect, test } from 'vitest'
import { hashedUnique, i32, multiIndex, orderedNonUnique, orderedUnique, Segment, string, struct, whole } from 'hotseg'
import type { MultiIndex, ReadonlyView } from 'hotseg'

const Employee = struct({ id: i32, name: string, age: i32 })
const Employees = multiIndex(Employee, {
  id: orderedUnique('id'),
  name: orderedNonUnique('name'),
  age: orderedNonUnique('age'),
  itself: hashedUnique(whole),
})

const STAFF = [
  { id: 0, name: 'Joe', age: 31 },
  { id: 1, name: 'Robert', age: 27 },
  { id: 2, name: 'John', age: 40 },
  { id: 3, name: 'Albert', age: 20 },
  { id: 4, name: 'John', age: 57 },
]

const lineOf = ({ id, name, age }: ReadonlyView<typeof Employee>): string => `${id} ${name} ${age}`

function hire(segment: Segment): MultiIndex<typeof Employee, (typeof Employees)['indexes']> {
  const employees = segment.construct('employees', Employees)
  for (const employee of STAFF.slice(0, 3)) expect(employees.insert(employee).inserted).toBe(true)
  expect(employees.insert({ id: 2, name: 'Aristotle', age: 2387 })).toMatchObject({ inserted: false, index: 'id' })
  for (const employee of STAFF.slice(3)) expect(employees.insert(employee).inserted).toBe(true)
  return employees
}

test('employees come in the order of each index; equal names as they were hired', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const { by } = hire(segment)
  expect(Array.from(by.id, lineOf)).toEqual(['0 Joe 31', '1 Robert 27', '2 John 40', '3 Albert 20', '4 John 57'])
  expect(Array.from(by.name, lineOf)).toEqual(['3 Albert 20', '0 Joe 31', '2 John 40', '4 John 57', '1 Robert 27'])
  expect(Array.from(by.age, lineOf)).toEqual(['3 Albert 20', '1 Robert 27', '0 Joe 31', '2 John 40', '4 John 57'])
})

test('a row found in one order is a position in all', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const { by } = hire(segment)
  const robert = by.name.get('Robert')!
  const olderOrAsOld = by.age.range({ gte: robert.age })
  expect(Array.from(olderOrAsOld, lineOf)).toEqual(['1 Robert 27', '0 Joe 31', '2 John 40', '4 John 57'])
  expect(Array.from(by.id.range({ gte: robert.id }), lineOf)).toEqual([
    '1 Robert 27',
    '2 John 40',
    '3 Albert 20',
    '4 John 57',
  ])
  expect(by.age.lowerBound(31)?.name).toBe('Joe')
  expect(by.age.upperBound(31)?.name).toBe('John')
  expect(Array.from(by.age.range({ gt: 20, lte: 40 }), lineOf)).toEqual(['1 Robert 27', '0 Joe 31', '2 John 40'])
})

test('a change moves the row in the orders it concerns, or changes nothing', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const employees = hire(segment)
  const { by } = employees
  const joe = by.name.get('Joe')!
  expect(employees.modify(joe, { name: 'Zoe', age: 28 }).modified).toBe(true)
  expect(by.name.last()?.id).toBe(0)
  expect(Array.from(by.age, ({ id }) => id)).toEqual([3, 1, 0, 2, 4])
  expect(employees.modify(joe, { id: 4 })).toMatchObject({ modified: false, index: 'id' })
  expect(employees.replace(joe, STAFF[2]!).modified).toBe(false)
  expect(lineOf(joe)).toBe('0 Zoe 28')
  expect(by.itself.has({ id: 0, name: 'Zoe', age: 28 })).toBe(true)
  expect(by.itself.has(STAFF[0]!)).toBe(false)
  expect(by.name.delete('John')).toBe(2)
  expect(Array.from(by.id, lineOf)).toEqual(['0 Zoe 28', '1 Robert 27', '3 Albert 20'])
  segment.verify()
})

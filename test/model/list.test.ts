import { describe, expect, test } from 'vitest'
import { Segment, type List, type Type } from '../../src/index.js'
import * as t from '../../src/t.js'
import { checkScenario } from '../../src/testing/check-model.js'
import { modelOf } from '../../src/testing/kinds.js'
import { listsScenario } from '../../src/testing/list.js'
import { replayed, testMet, testModel, testRuns } from './support/run.js'
import { Thing } from './support/value-types.js'

const RUNS = 250

for (const [name, element] of Object.entries({
  u16: t.u16,
  string: t.string,
  struct: Thing,
  'vectors of strings': t.vector(t.string),
})) {
  const both = t.array(t.list(element), 2)
  const listsIn = (live: unknown): List<Type>[] => [...(live as Iterable<List<Type>>)]
  testRuns(`lists of ${name} do what Arrays do`, () =>
    checkScenario(listsScenario(both, modelOf(element), listsIn, 2), { runs: RUNS, ...replayed() }),
  )
  testModel(`a list of ${name} does what an Array does`, RUNS / 5, t.list(element))
}

testMet(1000, ['coalescings'])

const Item = t.struct({ n: t.u32, name: t.string })
const item = (n: number) => ({ n, name: `item ${n}` })
const stale = { name: 'StaleViewError' }

describe('an element of a list', () => {
  test('never moves: views, positions and pointers stay good in whatever list it is', () => {
    using segment = Segment.inMemory({ capacity: '1 MiB' })
    const [a, b] = [
      segment.construct('a', t.list(Item), [item(1), item(2), item(3)]),
      segment.construct('b', t.list(Item)),
    ]
    const pointer = segment.construct('pointer', t.offsetPtr(Item))
    const position = a.first()!.next()!
    const view = position.value
    pointer.value = view
    b.splice(undefined, a, view)
    a.push(item(4))
    b.sort((x, y) => y.n - x.n)
    expect([a.toObject(), b.toObject()]).toEqual([
      [item(1), item(4)],
      [item(3), item(2)],
    ])
    expect([view.name, position.value.n, pointer.value.n]).toEqual(['item 2', 2, 2])
    expect(position.previous()?.value.n).toBe(3)
    expect(() => a.erase(view)).toThrow(expect.objectContaining({ name: 'InvalidValueError' }))
    b.erase(view)
    expect(pointer.value).toBeUndefined()
    for (const use of [() => view.n, () => position.value, () => position.next(), () => b.erase(position)])
      expect(use).toThrow(expect.objectContaining(stale))
    segment.verify()
  })

  test('that is a number is pointed at through its position', () => {
    using segment = Segment.inMemory({ capacity: '1 MiB' })
    const numbers = segment.construct('numbers', t.list(t.u32), [1, 2, 3])
    const pointer = segment.construct('pointer', t.offsetPtr(t.u32))
    pointer.value = numbers.last()
    numbers.unshift(0)
    pointer.value!.value = 30
    expect(numbers.toObject()).toEqual([0, 1, 2, 30])
    numbers.pop()
    expect(pointer.value).toBeUndefined()
  })
})

describe('a function of the user', () => {
  test.each([
    ['throws', () => { throw new Error('enough') }], // prettier-ignore
    ['changes the list', (list: { push(value: number): unknown }) => list.push(9)],
    ['answers with something else', () => 'yes'],
  ] as const)('that %s leaves a list as it was', (what, misbehave) => {
    using segment = Segment.inMemory({ capacity: '1 MiB' })
    const [list, other] = [
      segment.construct('list', t.list(t.u32), [3, 1, 2]),
      segment.construct('other', t.list(t.u32), [2]),
    ]
    const callback = (): never => {
      const answer = (misbehave as (list: unknown) => unknown)(list)
      return (what === 'changes the list' ? 0 : answer) as never
    }
    for (const change of [
      () => list.sort(callback),
      () => list.merge(other, callback),
      () => list.removeIf(what === 'changes the list' ? () => (callback(), true) : callback),
      () => list.unique(what === 'changes the list' ? () => (callback(), true) : callback),
    ]) {
      list.assign([3, 1, 2])
      expect(change).toThrow()
      expect(list.toObject().slice(0, 3)).toEqual([3, 1, 2])
      expect(other.toObject()).toEqual([2])
      list.checkInvariants()
    }
  })

  test('is needed where elements are no keys', () => {
    using segment = Segment.inMemory({ capacity: '1 MiB' })
    const lists = segment.construct('lists', t.list(t.vector(t.u32)), [[2], [1]])
    for (const change of [() => lists.sort(), () => lists.unique()])
      expect(change).toThrow(expect.objectContaining({ name: 'InvalidOptionError' }))
    lists.sort((a, b) => a.at(0)! - b.at(0)!)
    expect(lists.toObject()).toEqual([[1], [2]])
  })
})

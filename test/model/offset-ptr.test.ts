import { describe, expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Segment } from '../../src/index.js'
import { checkScenario } from '../../src/testing/check-model.js'
import { graphScenario } from './support/graph-scenario.js'
import { replayed, testMet, testModel, testRuns } from './support/run.js'

testRuns('pointers lead where references between objects lead', () =>
  checkScenario(graphScenario, { runs: 1000, ...replayed() }),
)

const Pointing = t.struct({
  name: t.string,
  one: t.offsetPtr(t.string),
  many: t.vector(t.offsetPtr(t.vector(t.u8))),
  none: t.optional(t.offsetPtr(t.string)),
})
testModel('a struct with pointers does what an object does', 400, Pointing)
testModel('a vector of pointers does what an Array does', 200, t.vector(t.offsetPtr(t.struct({ n: t.u32 }))))
testModel('a pointer reads as it was written last', 200, t.offsetPtr(t.hashMap(t.string, t.u32)))
testModel(
  'rows with pointers are those of a naive table',
  200,
  t.multiIndex(Pointing, { name: t.orderedNonUnique('name'), id: t.hashedUnique('name') }),
)

testMet(1000, ['resizes', 'coalescings'])

const Node = t.struct({
  value: t.u32,
  get next() {
    return t.offsetPtr(Node)
  },
})

describe('a pointer', () => {
  test('leads in a circle through unnamed objects, also after the segment was copied', () => {
    using segment = Segment.inMemory({ capacity: '64 KiB' })
    const first = segment.make(Node, { value: 1 })
    const second = segment.make(Node, { value: 2, next: first })
    first.next = second
    segment.construct('root', t.offsetPtr(Node), first)
    segment.seal()
    using copy = Segment.fromBuffer(segment.toArrayBuffer().slice(0))
    const root = copy.find('root', t.offsetPtr(Node))!.value!
    expect([root.value, root.next?.value, root.next?.next?.value]).toEqual([1, 2, 1])
    copy.verify()
  })

  test('to an element of a vector, or into another segment, is refused', () => {
    using segment = Segment.inMemory({ capacity: '64 KiB' })
    using other = Segment.inMemory({ capacity: '64 KiB' })
    const list = segment.construct('list', t.vector(Node), [{ value: 1 }])
    const node = segment.construct('node', Node, { value: 2 })
    for (const target of [list.at(0)!, other.make(Node, { value: 3 })])
      expect(() => (node.next = target)).toThrow(expect.objectContaining({ name: 'InvalidValueError' }))
    expect(node.next).toBeUndefined()
  })

  test('of a writable segment is written through, and leads nowhere once its target was erased', () => {
    using segment = Segment.inMemory({ capacity: '64 KiB' })
    const nodes = segment.construct('nodes', t.hashMap(t.u32, Node))
    nodes.set(1, { value: 1 }).set(2, { value: 2 })
    const first = nodes.get(1)!
    first.next = nodes.get(2)!
    first.next.value = 22
    expect(nodes.get(2)?.value).toBe(22)
    nodes.delete(2)
    for (let n = 3; n < 10; n++) nodes.set(n, { value: n })
    expect(first.next).toBeUndefined()
  })
})

/** Boost.MultiIndex's example of lists of what was used most recently: terms entered, the last one first, each once. */
import { expect, test } from 'vitest'
import { hashedUnique, multiIndex, Segment, sequenced, string, struct } from 'hotseg'

const Term = struct({ term: string })
const Recent = multiIndex(Term, { order: sequenced(), term: hashedUnique('term') })

const MOST = 10

function enter(recent: ReturnType<typeof open>, term: string): string[] {
  const { order } = recent.by
  const { inserted, row } = order.pushFront({ term })
  if (!inserted) order.relocate(row, order.first())
  else if (order.size > MOST) order.popBack()
  return Array.from(recent, (each) => each.term)
}

function open(segment: Segment) {
  return segment.findOrConstruct('recent', Recent)
}

test('a term that is entered again comes to the front, and the oldest goes', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const recent = open(segment)
  expect(enter(recent, 'one')).toEqual(['one'])
  expect(enter(recent, 'two')).toEqual(['two', 'one'])
  expect(enter(recent, 'one')).toEqual(['one', 'two'])
  expect(enter(recent, 'one')).toEqual(['one', 'two'])
  for (const term of 'three four five six seven eight nine ten'.split(' ')) enter(recent, term)
  expect(recent.size).toBe(MOST)
  const last = 'eleven ten nine eight seven six five four three one'
  expect(enter(recent, 'eleven').join(' ')).toBe(last)
  expect(recent.by.term.has('two')).toBe(false)
  segment.verify()

  // What Boost needs a serialization for: the segment is what is kept.
  segment.seal()
  using copy = Segment.fromBuffer(segment.toArrayBuffer())
  const kept = copy.find('recent', Recent)
  expect(Array.from(kept!.by.order, ({ term }) => term).join(' ')).toBe(last)
})

/**
 * Boost.MultiIndex's example of functions as keys: names in the order of a phone book, and by the length of what the book has. The
 * functions run where names are written; a reader has the order without them.
 */
import { expect, test } from 'vitest'
import { computed, multiIndex, orderedNonUnique, orderedUnique, Segment, string, struct, u32 } from 'hotseg'

interface Name {
  given: string
  family: string
}

const Name = struct({ given: string, family: string })
const nameOf = ({ given, family }: Name): string => `${family} ${given}`
const Names = multiIndex(Name, {
  name: orderedUnique(computed('name', 1, string, nameOf)),
  length: orderedNonUnique(computed('length', 1, u32, (row) => nameOf(row).length)),
})
const Read = multiIndex(Name, {
  name: orderedUnique(computed('name', 1, string)),
  length: orderedNonUnique(computed('length', 1, u32)),
})

test('names stand as in a phone book, and by their length', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const names = segment.construct('names', Names, [
    { given: 'Joe', family: 'Smith' },
    { given: 'Robert', family: 'Nightingale' },
    { given: 'Robert', family: 'Brown' },
    { given: 'Marc', family: 'Tuxedo' },
  ])
  expect(names.insert({ given: 'Joe', family: 'Smith' })).toMatchObject({ inserted: false, index: 'name' })
  segment.seal()
  using copy = Segment.fromBuffer(segment.toArrayBuffer())
  const { by } = copy.find('names', Read)!
  expect(Array.from(by.name, nameOf)).toEqual(['Brown Robert', 'Nightingale Robert', 'Smith Joe', 'Tuxedo Marc'])
  expect(Array.from(by.length, nameOf)).toEqual(['Smith Joe', 'Tuxedo Marc', 'Brown Robert', 'Nightingale Robert'])
  expect(by.name.get('Tuxedo Marc')?.given).toBe('Marc')
  expect(by.length.count(11)).toBe(1)
})

/** Boost.MultiIndex's example of random access indexes: where a text has the word that stands at a position. */
import { expect, test } from 'vitest'
import { multiIndex, orderedNonUnique, randomAccess, Segment, string, struct } from 'hotseg'
import { LOOKING_GLASS, wordsOf } from './words.js'

const Word = struct({ word: string })
const Text = multiIndex(Word, { position: randomAccess(), dictionary: orderedNonUnique('word') })

const FOUND: readonly (readonly [position: number, word: string, positions: readonly number[]])[] = [
  [1, 'you', [1, 32, 38, 40]],
  [9, 'the', [9, 47, 67, 70, 73, 81, 97, 101, 117, 120, 133]],
  [16, 'kiss', [16]],
  [45, 'reproachfully', [45]],
  [100, 'to', [17, 29, 100, 105, 115, 141]],
  [145, 'might', [145]],
]

test('a view found in the dictionary is a position in the text', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const text = segment.construct('text', Text)
  const words = wordsOf(LOOKING_GLASS)
  text.reserve(words.length)
  for (const word of words) text.insert({ word })
  segment.seal()
  const { position, dictionary } = text.by
  expect(position.length).toBe(146)
  expect(position.at(position.length)).toBeUndefined()
  for (const [at, word, positions] of FOUND) {
    expect(position.at(at)?.word).toBe(word)
    expect(Array.from(dictionary.equalRange(word), (row) => position.indexOf(row))).toEqual(positions)
  }
})

/** Boost.MultiIndex's example of sequenced indexes: a text is a list of words that are also found in the order of a dictionary. */
import { expect, test } from 'vitest'
import { multiIndex, orderedNonUnique, Segment, sequenced, string, struct } from 'hotseg'
import { RIVER_BANK, wordsOf } from './words.js'

const Word = struct({ word: string })
const Text = multiIndex(Word, { order: sequenced(), dictionary: orderedNonUnique('word') })

const COUNTS = [
  'Alice         :  2 times',
  'a             :  1 times',
  'and           :  2 times',
  'bank          :  1 times',
  'beginning     :  1 times',
  'book          :  2 times',
  'but           :  1 times',
  'by            :  1 times',
  'conversation  :  1 times',
  'conversations :  1 times',
  'do            :  1 times',
  'get           :  1 times',
  'had           :  2 times',
  'having        :  1 times',
  'her           :  2 times',
  'in            :  1 times',
  'into          :  1 times',
  'is            :  1 times',
  'it            :  2 times',
  'no            :  1 times',
  'nothing       :  1 times',
  'of            :  3 times',
  'on            :  1 times',
  'once          :  1 times',
  'or            :  3 times',
  'peeped        :  1 times',
  'pictures      :  2 times',
  'reading       :  1 times',
  'she           :  1 times',
  'sister        :  2 times',
  'sitting       :  1 times',
  'the           :  3 times',
  'thought       :  1 times',
  'tired         :  1 times',
  'to            :  2 times',
  'twice         :  1 times',
  'use           :  1 times',
  'very          :  1 times',
  'was           :  2 times',
  'what          :  1 times',
  'without       :  1 times',
]
const COMMON = 'the of and a to in is you that it he for was on are as with his they at'.split(' ')

test('words of a text are counted, reversed, and taken out', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const text = segment.construct('text', Text)
  const { order, dictionary } = text.by
  for (const word of wordsOf(RIVER_BANK)) order.pushBack({ word })
  const spoken = (): string => Array.from(order, ({ word }) => word).join(' ')

  const counts: string[] = []
  for (let row = dictionary.first(); row !== undefined; row = dictionary.upperBound(row.word)) {
    counts.push(`${row.word.padEnd(14)}:${String(dictionary.count(row.word)).padStart(3)} times`)
  }
  expect(counts).toEqual(COUNTS)

  order.reverse()
  expect(spoken()).toBe(
    'conversation or pictures without Alice thought book a of use the is what and it in conversations or ' +
      'pictures no had it but reading was sister her book the into peeped had she twice or once do to ' +
      'nothing having of and bank the on sister her by sitting of tired very get to beginning was Alice',
  )
  order.reverse()
  expect(spoken()).toBe(wordsOf(RIVER_BANK).join(' '))

  for (const word of COMMON) dictionary.delete(word)
  expect(spoken()).toBe(
    'Alice beginning get very tired sitting by her sister bank having nothing do once or twice she had ' +
      'peeped into book her sister reading but had no pictures or conversations what use book thought Alice ' +
      'without pictures or conversation',
  )
  segment.verify()
})

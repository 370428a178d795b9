/**
 * Boost.MultiIndex's example of rearranging: how well riffle shuffles mix a deck of cards, by the rising sequences that are left
 * (Bayer and Diaconis, "Trailing the dovetail shuffle to its lair", 1992).
 */
import { expect, test } from 'vitest'
import { multiIndex, randomAccess, Segment, struct, u8 } from 'hotseg'

const CARDS = 52
const TESTS = 300

const Card = struct({ number: u8 })
const Deck = multiIndex(Card, { order: randomAccess(), start: randomAccess() })

/** Numbers from 0 to 1, the same each time (xorshift32, Marsaglia). */
function randomFrom(seed: number): () => number {
  let x = seed
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}

function riffled<T>(cards: readonly T[], random: () => number): T[] {
  const cut = cards.filter(() => random() < 0.5).length
  const [left, right] = [cards.slice(0, cut), cards.slice(cut)]
  return cards.map(() => {
    const isLeft = random() * (left.length + right.length) < left.length
    return (isLeft ? left : right).shift()!
  })
}

function shuffled<T>(cards: readonly T[], random: () => number): T[] {
  const rest = [...cards]
  return cards.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0]!)
}

function meanRisingSequences(shuffle: typeof riffled, repeats: number, most: number): number {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const deck = segment.construct('deck', Deck)
  for (let number = 0; number < CARDS; number++) deck.insert({ number })
  const { order, start } = deck.by
  const random = randomFrom(2463534242)
  let total = 0
  for (let n = 0; n < TESTS; n++) {
    for (let m = 0; m < repeats; m++) order.rearrange(shuffle([...order], random))
    // A card is found where it was at the start, and that view is a position in the deck as it is now.
    let sequences = 1
    for (let number = 1; number < CARDS; number++) {
      if (order.indexOf(start.at(number)!) < order.indexOf(start.at(number - 1)!)) sequences++
    }
    expect(sequences).toBeLessThanOrEqual(most)
    total += sequences
    order.rearrange(start)
    expect(Array.from(order, ({ number }) => number)).toEqual(Array.from({ length: CARDS }, (_, number) => number))
  }
  segment.verify()
  return total / TESTS
}

test('rising sequences at most double with each riffle, and few riffles leave fewer than chance does', () => {
  expect(meanRisingSequences(riffled, 1, 2)).toBeCloseTo(2, 1)
  const [three, five, eight] = [3, 5, 8].map((repeats) => meanRisingSequences(riffled, repeats, 2 ** repeats))
  const chance = meanRisingSequences(shuffled, 1, CARDS)
  expect(three).toBeCloseTo(8, 0)
  expect(five).toBeGreaterThan(three!)
  expect(five).toBeLessThan(23)
  expect(Math.abs(eight! - chance)).toBeLessThan(1)
  // Each pair of neighbours is in the wrong order half of the time: (52 + 1) / 2.
  expect(chance).toBeGreaterThan(26)
  expect(chance).toBeLessThan(27)
})

import { desc, f64, hashedUnique, multiIndex, orderedNonUnique, orderedUnique, string, struct, u32 } from 'hotseg'

const Word = struct({ text: string, frequency: u32, tag: string })

const City = struct({
  id: u32,
  name: string,
  country: string,
  population: u32,
  at: struct({ lat: f64, lng: f64 }),
})

/** What the store of the demo holds; publisher and workers share it. */
export const schema = {
  lexicon: multiIndex(Word, {
    text: hashedUnique('text'),
    order: orderedUnique('text'),
  }),
  cities: multiIndex(City, {
    id: hashedUnique('id'),
    name: orderedNonUnique('name'),
    place: orderedNonUnique(['country', desc('population')]),
  }),
  edition: u32,
}

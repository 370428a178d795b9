import {
  bool,
  bytes,
  desc,
  enumeration,
  f64,
  hashedNonUnique,
  hashedUnique,
  hashMap,
  hashSet,
  i16,
  multiIndex,
  optional,
  orderedMap,
  orderedNonUnique,
  orderedUnique,
  Segment,
  string,
  struct,
  u32,
  u64,
  u8,
  vector,
} from 'hotseg'

const COUNT = 500

const Offers = multiIndex(struct({ sku: u64, price: f64, label: optional(string) }), {
  sku: hashedUnique('sku'),
  price: orderedNonUnique('price'),
})

const Events = multiIndex(struct({ at: f64, level: enumeration('debug', 'info', 'error'), text: string }), {
  at: orderedNonUnique('at'),
  level: hashedNonUnique('level'),
})

const Places = multiIndex(struct({ country: string, population: u32, isCapital: bool }), {
  place: orderedNonUnique(['country', desc('population')]),
  country: hashedNonUnique('country'),
})

const Blobs = multiIndex(struct({ digest: bytes, size: u32 }), { digest: hashedUnique('digest') })

const Cells = multiIndex(struct({ at: struct({ x: i16, y: i16 }), kind: u8 }), {
  at: hashedUnique(['at.x', 'at.y']),
  order: orderedUnique(['at.y', 'at.x']),
})

/**
 * Eight tables of other types, as an application with several schemas has them. Using them in turn makes the call sites
 * inside the library see many kinds of keys and rows; measured with one schema alone, it would look faster than it is.
 */
export class OtherSchemas {
  readonly #segment = Segment.inMemory()
  readonly #offers = this.#segment.construct('offers', Offers)
  readonly #events = this.#segment.construct('events', Events)
  readonly #places = this.#segment.construct('places', Places)
  readonly #blobs = this.#segment.construct('blobs', Blobs)
  readonly #cells = this.#segment.construct('cells', Cells)
  readonly #words = this.#segment.construct('words', hashMap(string, vector(u32)))
  readonly #rates = this.#segment.construct('rates', orderedMap(i16, f64))
  readonly #seen = this.#segment.construct('seen', hashSet(string))

  constructor() {
    const levels = ['debug', 'info', 'error'] as const
    for (let index = 0; index < COUNT; index++) {
      this.#offers.insert({
        sku: BigInt(index),
        price: index / 3,
        label: index % 2 === 0 ? `offer ${index}` : undefined,
      })
      this.#events.insert({ at: index * 1.5, level: levels[index % 3]!, text: `événement ${index}` })
      this.#places.insert({ country: `C${index % 20}`, population: index, isCapital: index < 20 })
      this.#blobs.insert({ digest: digestOf(index), size: index })
      this.#cells.insert({ at: { x: index, y: -index }, kind: index & 255 })
      this.#words.set(`词${index}`, [index, index + 1])
      this.#rates.set(index, index / 7)
      this.#seen.add(index % 2 === 0 ? `key ${index}` : `ключ ${index}`)
    }
  }

  /** Uses each table some hundred times in several ways. @throws Error when one answers wrongly */
  use(): void {
    let found = 0
    for (let index = 0; index < COUNT; index++) {
      if (this.#offers.by.sku.get(BigInt(index))?.price === index / 3) found++
      if (this.#offers.by.price.lowerBound(index / 3)?.sku === BigInt(index)) found++
      if (this.#events.by.at.get(index * 1.5)?.text === `événement ${index}`) found++
      if (this.#places.by.place.get([`C${index % 20}`, index])?.isCapital === index < 20) found++
      if (this.#blobs.by.digest.get(digestOf(index))?.size === index) found++
      if (this.#cells.by.at.get([index, -index])?.kind === (index & 255)) found++
      if (this.#cells.by.order.get([-index, index])?.at.x === index) found++
      if (this.#words.get(`词${index}`)?.at(0) === index) found++
      if (this.#rates.get(index) === index / 7) found++
      if (this.#seen.has(index % 2 === 0 ? `key ${index}` : `ключ ${index}`)) found++
    }
    for (const place of this.#places.by.place.equalRange(['C3'])) if (place.country === 'C3') found++
    for (const event of this.#events.by.level.equalRange('error')) if (event.level === 'error') found++
    for (const [, rate] of this.#rates.range({ gte: 10, limit: 50 })) if (rate > 1) found++
    const expected = 10 * COUNT + COUNT / 20 + Math.floor(COUNT / 3) + 50
    if (found !== expected) throw new Error(`other schemas answered wrongly: found=${found}, expected=${expected}`)
  }
}

function digestOf(index: number): Uint8Array {
  return Uint8Array.of(index & 255, index >> 8, 7, index % 11, 3)
}

/**
 * Boost.MultiIndex's example of complex searches and foreign keys: cars point at their manufacturer, and those of one manufacturer
 * within a range of prices are found in two steps, the first of which makes a table of pointers to cars.
 */
import { expect, test } from 'vitest'
import { computed, multiIndex, offsetPtr, orderedNonUnique, orderedUnique, Segment, string, struct, u32 } from 'hotseg'
import type { ReadonlyView } from 'hotseg'

const Manufacturer = struct({ name: string })
const Manufacturers = multiIndex(Manufacturer, { name: orderedUnique('name') })

const Car = struct({ model: string, manufacturer: offsetPtr(Manufacturer), price: u32 })
const Cars = multiIndex(Car, {
  model: orderedUnique('model'),
  manufacturer: orderedNonUnique(computed('manufacturer', 1, string, (car) => car.manufacturer?.name ?? '')),
  price: orderedNonUnique('price'),
})

const Found = struct({ car: offsetPtr(Car) })
const ByPrice = multiIndex(Found, { price: orderedNonUnique(computed('price', 1, u32, ({ car }) => car?.price ?? 0)) })
const ByManufacturer = multiIndex(Found, {
  manufacturer: orderedNonUnique(computed('name', 1, string, ({ car }) => car?.manufacturer?.name ?? '')),
})

const PRICES = {
  Cadillac: {
    XLR: 76_200,
    SRX: 38_690,
    CTS: 30_695,
    Escalade: 54_770,
    ESV: 57_195,
    EXT: 52_045,
    Deville: 45_195,
    Seville: 46_330,
  },
  Ford: {
    ZX2: 15_355,
    Thunderbird: 43_995,
    Windstar: 35_510,
    Focus: 19_630,
    Taurus: 24_290,
    Mustang: 39_900,
    'Crown Victoria': 30_370,
  },
  BMW: {
    '325i': 27_800,
    '545i': 54_300,
    '745i': 68_500,
    'M3 coupe': 46_500,
    'Z4 roadster 3.0i': 40_250,
    'X5 4.4i': 49_950,
  },
  Audi: { 'A4 1.8T': 25_940, 'TT Coupe': 33_940, 'A6 3.0': 36_640, 'Allroad quattro 2.7T': 40_640, 'A8 L': 69_190 },
}

const lineOf = ({ car }: ReadonlyView<typeof Found>): string =>
  `${car?.manufacturer?.name ?? ''} ${car?.model ?? ''} $${car?.price ?? ''}`

function withinPrices(segment: Segment, name: string, least: number, most: number): string[] {
  const view = segment.construct('view', ByPrice)
  for (const car of segment.find('cars', Cars)!.by.manufacturer.equalRange(name)) view.insert({ car })
  const lines = Array.from(view.by.price.range({ gte: least, lte: most }), lineOf)
  segment.destroy('view')
  return lines
}

function ofManufacturer(segment: Segment, name: string, least: number, most: number): string[] {
  const view = segment.construct('view', ByManufacturer)
  for (const car of segment.find('cars', Cars)!.by.price.range({ gte: least, lte: most })) view.insert({ car })
  const lines = Array.from(view.by.manufacturer.equalRange(name), lineOf)
  segment.destroy('view')
  return lines
}

test.each([
  ['Ford', 20_000, 40_000, ['Taurus $24290', 'Crown Victoria $30370', 'Windstar $35510', 'Mustang $39900']],
  ['Cadillac', 45_195, 54_770, ['Deville $45195', 'Seville $46330', 'EXT $52045', 'Escalade $54770']],
  ['BMW', 0, 30_000, ['325i $27800']],
  ['Audi', 41_000, 69_189, []],
  ['Saab', 0, 100_000, []],
])('cars of %s between %i and %i are found either way round', (name, least, most, expected) => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const manufacturers = segment.construct('manufacturers', Manufacturers)
  const cars = segment.construct('cars', Cars)
  for (const [maker, models] of Object.entries(PRICES)) {
    const manufacturer = manufacturers.insert({ name: maker }).row
    for (const [model, price] of Object.entries(models)) cars.insert({ model, manufacturer, price })
  }
  const lines = expected.map((line) => `${name} ${line}`)
  expect(withinPrices(segment, name, least, most)).toEqual(lines)
  expect(ofManufacturer(segment, name, least, most)).toEqual(lines)
  expect(manufacturers.by.name.has(name)).toBe(name !== 'Saab')
  segment.verify()
})

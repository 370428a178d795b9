import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  changedShareWithin,
  desc,
  hashedUnique,
  hashMap,
  list,
  multiIndex,
  orderedNonUnique,
  requireKeys,
  requireThat,
  rowCountWithin,
  Segment,
  sequenced,
  Store,
  string,
  struct,
  u32,
  type Draft,
  type Validator,
} from '../../src/index.js'
import { makeTemporaryDirectory } from '../process/harness.js'

const schema = {
  cities: multiIndex(struct({ id: u32, country: string, people: u32 }), {
    id: hashedUnique('id'),
    place: orderedNonUnique(['country', desc('people')]),
    arrival: sequenced(),
  }),
  words: hashMap(string, u32),
  queue: list(u32),
  shop: struct({ size: u32 }),
  edition: u32,
}
type S = typeof schema

let directory: string
let store: Store<S>

beforeEach(async () => {
  directory = makeTemporaryDirectory({ inMemory: true })
  store = await Store.open(directory, { schema, create: true })
})

afterEach(async () => {
  await store.close()
  fs.rmSync(directory, { recursive: true, force: true })
})

const fill =
  (cities: number, { words = cities, queue = cities, edition = 1, shop = 1 } = {}) =>
  (draft: Draft<S>): void => {
    for (let id = 0; id < cities; id++) draft.cities.insert({ id, country: id % 2 === 0 ? 'CN' : 'FR', people: id })
    for (let index = 0; index < words; index++) draft.words.set(`word ${index}`, edition)
    for (let index = 0; index < queue; index++) draft.queue.push(index)
    draft.shop.assign({ size: shop })
    draft.edition = edition
  }

/** Publishes with a validator. @returns the message of what refused it, or `undefined` */
async function refusal(build: (draft: Draft<S>) => void, validate: Validator<S>): Promise<string | undefined> {
  try {
    await store.publish(build, { validate })
    return undefined
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_HOTSEG_VALIDATION_ERROR' })
    return (error as Error).message
  }
}

describe('rowCountWithin', () => {
  test('compares counts with those of the current version, both bounds included', async () => {
    const within = rowCountWithin<S>({ table: 'cities', min: 0.9, max: 1.1 })
    expect(await refusal(fill(100), within)).toBeUndefined()
    for (const count of [89, 111]) {
      expect(await refusal(fill(count), within)).toMatch(
        new RegExp(`table=cities, count=${count}, current=100, ratio=${count / 100}, min=0.9, max=1.1`),
      )
      expect(store.current.cities.size).toBe(100)
    }
    expect(await refusal(fill(90), within)).toBeUndefined()
    expect(await refusal(fill(99), within)).toBeUndefined()
  })

  test('looks at all tables, maps and sequences when none is named, and at nothing else', async () => {
    await store.publish(fill(100, { shop: 1 }))
    const all = rowCountWithin<S>({ min: 0.5 })
    expect(await refusal(fill(100, { words: 10 }), all)).toMatch(/table=words, count=10, current=100/)
    expect(await refusal(fill(100, { queue: 10 }), all)).toMatch(/table=queue/)
    expect(await refusal(fill(10, { words: 100, queue: 100 }), all)).toMatch(/table=cities/)
    expect(await refusal(fill(100, { shop: 0 }), all)).toBeUndefined()
  })

  test('has nothing to compare an empty table with', async () => {
    await store.publish(fill(0))
    expect(await refusal(fill(7), rowCountWithin({ max: 1 }))).toBeUndefined()
  })

  test('refuses bounds that make no sense, and a table without elements', async () => {
    for (const wrong of [{ min: -1 }, { max: NaN }, { min: 2, max: 1 }, { min: '1' }]) {
      expect(() => rowCountWithin(wrong as never)).toThrow(
        expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_OPTION_ERROR' }),
      )
    }
    await store.publish(fill(1))
    expect(await refusal(fill(1), rowCountWithin<any>({ table: 'edition' }))).toMatch(/rowCountWithin, table="edition"/)
  })
})

describe('requireKeys', () => {
  test('names what is missing: of an index, of leading parts of its keys, of a map', async () => {
    expect(await refusal(fill(5), requireKeys<S>('cities', 'id', [0, 4]))).toBeUndefined()
    expect(await refusal(fill(5), requireKeys<S>('cities', 'id', [0, 7, 8]))).toMatch(
      /table=cities, index=id, missing=2 of 3, keys=7, 8\./,
    )
    expect(await refusal(fill(5), requireKeys<S>('cities', 'place', [['CN'], ['FR', 3]]))).toBeUndefined()
    expect(await refusal(fill(5), requireKeys<S>('cities', 'place', [['DE'], ['FR', 4]]))).toMatch(
      /missing=2 of 2, keys=\["DE"\], \["FR", 4\]\./,
    )
    expect(await refusal(fill(5), requireKeys<S>('words', new Set(['word 0', 'nowhere'])))).toMatch(
      /table=words, missing=1 of 2, keys="nowhere"\./,
    )
    const many = Array.from({ length: 100 }, (_, index) => index + 5)
    expect(await refusal(fill(5), requireKeys<S>('cities', 'id', many))).toMatch(
      /missing=100 of 100, keys=.*9, \.\.\.\./,
    )
    expect(store.current.edition).toBe(1)
  })

  test('refuses what has no keys', async () => {
    const make = requireKeys as unknown as (...lookup: unknown[]) => Validator<S>
    expect(() => make('words', 7)).toThrow(/requireKeys, keys=7/)
    expect(await refusal(fill(5), make('cities', 'arrival', [1]))).toMatch(/index=arrival/)
    expect(await refusal(fill(5), make('towns', [1]))).toMatch(/table="towns"/)
  })
})

describe('changedShareWithin', () => {
  const people =
    (changed: number, { added = 0, removed = 0 } = {}) =>
    (draft: Draft<S>): void => {
      for (let id = removed; id < 100 + added; id++)
        draft.cities.insert({ id, country: 'CN', people: id < changed ? 7e6 : id })
    }

  test('counts what was added, removed and changed, the bound included', async () => {
    await store.publish(people(0))
    const within = changedShareWithin<S>('cities', { max: 0.1 })
    expect(await refusal(people(11), within)).toMatch(
      /table=cities, added=0, removed=0, changed=11, current=100, share=0.11, max=0.1/,
    )
    expect(await refusal(people(5, { added: 4, removed: 2 }), within)).toBeUndefined()
    await store.rollback(1)
    expect(await refusal(people(6, { added: 5, removed: 2 }), within)).toMatch(/added=5, removed=2, changed=4,/)
    expect(await refusal(people(10), within)).toBeUndefined()
  })

  test('compares maps by key and sequences by place, and has nothing to compare an empty one with', async () => {
    await store.publish(fill(0))
    expect(await refusal(fill(10), changedShareWithin('words', { max: 0 }))).toBeUndefined()
    expect(await refusal(fill(10, { edition: 2 }), changedShareWithin('words', { max: 0.5 }))).toMatch(/changed=10,/)
    expect(await refusal(fill(10, { queue: 12 }), changedShareWithin('queue', { max: 0.1 }))).toMatch(/added=2,/)
    expect(await refusal(fill(10), changedShareWithin('queue', { max: 0 }))).toBeUndefined()
  })

  test('refuses a share that is none, and a table without elements', async () => {
    expect(() => changedShareWithin<S>('cities', { max: -1 })).toThrow(/changedShareWithin, max=-1/)
    await store.publish(fill(1))
    expect(await refusal(fill(1), changedShareWithin<any>('edition', { max: 1 }))).toMatch(/table="edition"/)
  })
})

describe('keepRefused', () => {
  const refuse = requireThat<S>('never', () => false)
  const refused = (): string[] =>
    fs.existsSync(join(directory, 'refused')) ? fs.readdirSync(join(directory, 'refused')) : []

  test('keeps the last refused version for a look, and only when asked', async () => {
    await store.publish(fill(1))
    await expect(store.publish(fill(2), { validate: refuse })).rejects.toThrow(/never/)
    expect(refused()).toEqual([])
    for (const edition of [2, 3]) {
      const error = await store
        .publish(fill(2, { edition }), { validate: refuse, keepRefused: true })
        .catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'ERR_HOTSEG_VALIDATION_ERROR', path: join(directory, 'refused/2.hotseg') })
      const segment = Segment.open((error as { path: string }).path)
      expect(segment.find('edition', u32)?.value).toBe(edition)
      segment.close()
    }
    expect(fs.readdirSync(directory).sort()).toEqual(['CURRENT', 'DOORBELL', 'readers', 'refused', 'versions'])
    await store.publish(fill(3, { edition: 4 }))
    expect(refused()).toEqual(['2.hotseg'])
    await store.derive(() => undefined, { validate: refuse, keepRefused: true }).catch(() => undefined)
    expect(refused()).toEqual(['3.hotseg'])
    expect(store.current.edition).toBe(4)
    expect(store.generation).toBe(2)
  })

  test('that cannot be done is said, and what refused it is said first', async () => {
    fs.writeFileSync(join(directory, 'refused'), 'in the way')
    const failing = store.publish(fill(2), { validate: refuse, keepRefused: true })
    await expect(failing).rejects.toThrow(/name="never".*could not be kept: reason=.*not a directory/)
    expect(fs.readdirSync(join(directory, 'versions'))).toEqual([])
    expect(fs.readdirSync(directory).filter((name) => name.startsWith('tmp-'))).toEqual([])
  })
})

describe('requireThat', () => {
  test('refuses by its name, waits for promises, and sees both versions', async () => {
    const grows = requireThat<S>('editions grow', (candidate, current) => candidate.edition > (current?.edition ?? 0))
    expect(await refusal(fill(1, { edition: 3 }), grows)).toBeUndefined()
    expect(await refusal(fill(1, { edition: 3 }), grows)).toMatch(/name="editions grow", generation=2, current=1/)
    expect(
      await refusal(
        fill(1),
        requireThat('late', () => Promise.resolve(false)),
      ),
    ).toMatch(/name="late"/)
    expect(
      await refusal(
        fill(1),
        requireThat('late', () => Promise.resolve(true)),
      ),
    ).toBeUndefined()
  })
})

test('they are told their schema by where they stand', async () => {
  await store.publish(fill(3), {
    validate: [
      rowCountWithin({ table: 'cities', min: 0.9 }),
      requireKeys('cities', 'id', [1]),
      requireKeys('words', ['word 1']),
      changedShareWithin('queue', { max: 0.5 }),
      requireThat('some', ({ cities }) => cities.size > 0),
    ],
  })
  await store.derive(() => undefined, { validate: requireKeys('cities', 'place', [['CN', 0]]) })
  expect(store.generation).toBe(2)
})

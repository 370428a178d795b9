import { describe, expect, it } from 'vitest'
import * as h from '../../../src/core.js'

function loose(value: unknown): (...args: unknown[]) => unknown {
  return value as (...args: unknown[]) => unknown
}

function refused(call: () => unknown, message: RegExp): void {
  expect(call).toThrow(h.InvalidOptionError)
  expect(call).toThrow(message)
}

const Row = h.struct({
  id: h.u32,
  at: h.struct({ lat: h.f64, tags: h.vector(h.string) }),
  home: h.withDefault(h.struct({ zip: h.string }), { zip: '' }),
  name: h.optional(h.string),
  get later() {
    return h.struct({ key: h.u32 })
  },
})

describe('multiIndex', () => {
  it('gives frozen data', () => {
    const type = h.multiIndex(Row, {
      id: h.hashedUnique('id'),
      place: h.orderedNonUnique(['at.lat', h.desc('id')]),
      last: h.orderedUnique(h.desc('id')),
    })
    expect(type).toMatchObject({
      kind: 'multiIndex',
      indexes: {
        id: { kind: 'hashedUnique', key: 'id' },
        place: { kind: 'orderedNonUnique', key: ['at.lat', { descending: 'id' }] },
        last: { kind: 'orderedUnique', key: { descending: 'id' } },
      },
    })
    expect(type.row).toBe(Row)
    expect(Object.isFrozen(type) && Object.isFrozen(type.indexes) && Object.isFrozen(type.indexes.place.key)).toBe(true)
  })

  it('has indexes without a key', () => {
    const type = h.multiIndex(Row, { queue: h.sequenced(), slot: h.randomAccess() })
    expect(type.indexes).toEqual({ queue: { kind: 'sequenced', key: [] }, slot: { kind: 'randomAccess', key: [] } })
    expect(Object.isFrozen(type.indexes.queue) && Object.isFrozen(type.indexes.queue.key)).toBe(true)
  })

  it('takes nested fields, also behind a default or a getter that is not called yet', () => {
    const index = (path: string) => loose(h.multiIndex)(Row, { x: loose(h.hashedUnique)(path) })
    for (const path of ['at.lat', 'home.zip', 'home', 'later.key', 'later.none']) expect(index(path)).toBeDefined()
    for (const path of ['none', 'at.none', 'id.none', 'toString', 'at.', ''])
      refused(() => index(path), /does not have/)
    for (const path of ['at', 'at.tags', 'name']) refused(() => index(path), /cannot be a key/)
  })

  it('refuses rows and indexes that are none', () => {
    const multiIndex = loose(h.multiIndex)
    refused(() => multiIndex(h.u32, { id: h.hashedUnique('id') }), /row of multiIndex is not a struct: type=u32/)
    refused(() => multiIndex(undefined, { id: h.hashedUnique('id') }), /is not a type/)
    refused(() => multiIndex(Row, {}), /no index/)
    refused(() => multiIndex(Row, undefined), /takes an object of indexes/)
    refused(() => multiIndex(Row, { id: 'id' }), /index of multiIndex is not one: name="id"/)
    refused(() => multiIndex(Row, { constructor: h.hashedUnique('id') }), /index of this name/)
  })

  it('refuses keys that are none', () => {
    refused(() => loose(h.orderedUnique)([]), /no key/)
    refused(() => loose(h.orderedUnique)(5), /not a field name: key=5/)
    refused(() => loose(h.orderedUnique)(undefined), /not a field name/)
    refused(() => loose(h.hashedUnique)(h.desc('id')), /no order/)
    refused(() => loose(h.hashedNonUnique)(['id', h.desc('at')]), /no order/)
    refused(() => loose(h.orderedUnique)(['id', h.desc('id')]), /twice: key="id"/)
  })
})

import { describe, expect, it } from 'vitest'
import * as h from '../../../src/core.js'
import { isKeyType } from '../../../src/types/key-type.js'

/** Calls as JavaScript would, past the compiler. */
function loose(value: unknown): (...args: unknown[]) => unknown {
  return value as (...args: unknown[]) => unknown
}

function refused(call: () => unknown, message: RegExp): void {
  expect(call).toThrow(h.InvalidOptionError)
  expect(call).toThrow(message)
}

describe('constructors of types', () => {
  it('give frozen data', () => {
    expect(h.u32).toEqual({ kind: 'u32' })
    const type = h.hashMap(h.string, h.vector(h.optional(h.array(h.u8, 2))))
    expect(type).toEqual({
      kind: 'hashMap',
      key: { kind: 'string' },
      value: { kind: 'vector', element: { kind: 'optional', value: { kind: 'array', element: h.u8, length: 2 } } },
    })
    expect(Object.isFrozen(type)).toBe(true)
    expect(h.withDefault(h.u8, 5)).toEqual({ kind: 'withDefault', value: h.u8, default: 5 })
    expect(h.orderedSet(h.u64)).toEqual({ kind: 'orderedSet', key: h.u64 })
    expect(h.t.struct).toBe(h.struct)
  })

  it.each([
    'vector',
    'array',
    'optional',
    'withDefault',
    'offsetPtr',
    'weakPtr',
    'sharedPtr',
    'uniquePtr',
    'hashMap',
    'orderedMap',
    'hashSet',
    'orderedSet',
    'hashMultimap',
    'orderedMultimap',
    'hashMultiset',
    'orderedMultiset',
    'flatMap',
    'flatSet',
  ])('%s refuses what is not a type', (name) => {
    const construct = loose(h.t[name as 'vector'])
    refused(() => construct('u32', 1), /is not a type: value="u32"/)
    refused(() => construct(undefined, 1), /write fields that refer to later types as getters/)
  })

  it.each([-1, 1.5, 2 ** 31, NaN, '3', undefined])('array refuses the length %s', (length) => {
    refused(() => loose(h.array)(h.u8, length), /array has a wrong length/)
  })

  it('array takes the least and the greatest length', () => {
    expect(h.array(h.u8, 0).length).toBe(0)
    expect(h.array(h.u8, 2 ** 31 - 1).length).toBe(2 ** 31 - 1)
  })

  it('enumeration takes 1 to 65,536 different strings', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`)
    expect(h.enumeration('b', 'a').values).toEqual(['b', 'a'])
    expect(loose(h.enumeration)(...names(65_536))).toHaveProperty('values.length', 65_536)
    refused(() => loose(h.enumeration)(...names(65_537)), /count=65537/)
    refused(() => loose(h.enumeration)(), /count=0/)
    refused(() => loose(h.enumeration)('a', 1), /not a string: value=1/)
    refused(() => h.enumeration('a', 'b', 'a'), /twice: value="a"/)
  })

  it('optional, withDefault and pointers do not hold what may be missing', () => {
    for (const inner of [h.optional(h.u8), h.withDefault(h.u8, 1)]) {
      refused(() => loose(h.optional)(inner), /optional cannot hold/)
      refused(() => loose(h.withDefault)(inner, 1), /withDefault cannot hold/)
      for (const name of ['offsetPtr', 'weakPtr', 'sharedPtr', 'uniquePtr'] as const) {
        refused(() => loose(h[name])(inner), new RegExp(`${name} cannot hold`))
      }
    }
  })
})

describe('struct', () => {
  it.each(['toObject', 'toJSON', 'assign', 'constructor', '__proto__', 'a.b', ''])('refuses a field %j', (name) => {
    refused(() => loose(h.struct)({ id: h.u32, [name]: h.u32 }), /cannot have a field of this name/)
  })

  it('refuses what is not an object of types', () => {
    refused(() => loose(h.struct)({ __proto__: h.u32, id: h.u32 }), /name="__proto__"/)
    refused(() => loose(h.struct)({ [Symbol('x')]: h.u32 }), /Symbol\(x\)/)
    refused(() => h.struct({}), /no fields/)
    refused(() => loose(h.struct)({ id: 'u32' }), /name="id", is not a type: value="u32"/)
    refused(() => loose(h.struct)({ id: undefined }), /getters/)
    for (const value of [null, undefined, 5, [h.u32], h.u32])
      refused(() => loose(h.struct)(value), /struct takes an object of fields/)
  })

  it('copies fields without calling getters', () => {
    let calls = 0
    const fields = {
      id: h.u32,
      get next() {
        calls++
        return h.offsetPtr(h.u32)
      },
      get kind() {
        calls++
        return h.string
      },
    }
    const type = h.struct(fields)
    expect(calls).toBe(0)
    expect(Object.isFrozen(fields)).toBe(false)
    expect(Object.keys(type.fields)).toEqual(['id', 'next', 'kind'])
    expect(type.fields.next.kind).toBe('offsetPtr')
    expect(calls).toBe(1)
  })
})

describe('keys', () => {
  it('are told apart as far as no getter is called', () => {
    const getter = h.struct({
      id: h.u32,
      get next() {
        return h.offsetPtr(getter)
      },
    })
    expect(isKeyType(h.struct({ a: h.u32, b: h.array(h.struct({ c: h.bytes }), 2) }))).toBe(true)
    expect(isKeyType(h.withDefault(h.string, ''))).toBe(true)
    expect(isKeyType(h.struct({ a: h.optional(h.u32) }))).toBe(false)
    expect(isKeyType(h.array(h.vector(h.u32), 2))).toBe(false)
    for (const name of ['offsetPtr', 'weakPtr', 'sharedPtr', 'uniquePtr'] as const)
      expect(isKeyType(h[name](h.u32))).toBe(false)
    expect(isKeyType(getter)).toBeUndefined()
  })

  it('are checked by maps and sets', () => {
    const maps = [h.hashMap, h.orderedMap, h.hashMultimap, h.orderedMultimap, h.flatMap]
    for (const construct of [...maps, h.hashSet, h.orderedSet, h.hashMultiset, h.orderedMultiset, h.flatSet])
      refused(() => loose(construct)(h.vector(h.u32), h.u32), /cannot be a key: type=vector/)
  })
})

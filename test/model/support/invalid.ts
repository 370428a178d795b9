import fc from 'fast-check'
import type { Type } from '../../../src/core.js'
import { isOmissible, valuesOf } from './arbitraries.js'
import { INTEGER_RANGES, membersOf } from './members.js'

/** Values that a type refuses, some of them deep inside a value that is otherwise good. */
export function invalidValuesOf(type: Type): fc.Arbitrary<unknown> {
  const { kind, fields, element, length, key, value, target } = membersOf(type)
  switch (kind) {
    case 'bool':
      return fc.constantFrom<unknown>(0, 1, 'true', null, undefined)
    case 'f32':
    case 'f64':
      return fc.constantFrom<unknown>('1', null, undefined, 1n, true, {})
    case 'string':
      return fc.constantFrom<unknown>(1, null, undefined, ['a'], {}, Symbol('a'))
    case 'bytes':
      return fc.constantFrom<unknown>('ab', null, undefined, [1, 2], 7, new ArrayBuffer(2))
    case 'enumeration':
      return fc.constantFrom<unknown>('no such value', 0, null, undefined)
    case 'struct': {
      const required = Object.keys(fields).filter((name) => !isOmissible(fields[name]!))
      return fc.oneof(
        fc.constantFrom<unknown>(null, undefined, 'text', 3),
        spoiled(type, Object.entries(fields)),
        ...required.map((name) => valuesOf(type).map((good) => without(good as object, name))),
      )
    }
    case 'array':
      return fc.oneof(
        NO_ITERABLES,
        fc.array(valuesOf(element), { minLength: length + 1, maxLength: length + 1 }),
        ...(length === 0 ? [] : [oneBadAmong(element, length - 1)]),
      )
    case 'vector':
      return fc.oneof(
        NO_ITERABLES,
        fc.nat(3).chain((count) => oneBadAmong(element, count)),
      )
    case 'hashSet':
    case 'orderedSet':
      return fc.oneof(NO_ITERABLES, oneBadAmong(key, 2))
    case 'hashMap':
    case 'orderedMap': {
      const good = fc.array(fc.tuple(valuesOf(key), valuesOf(value)), { maxLength: 2 })
      const bad = fc.oneof(
        fc.tuple(invalidValuesOf(key), valuesOf(value)),
        fc.tuple(valuesOf(key), invalidValuesOf(value)),
        fc.constantFrom<unknown>(null, 3),
      )
      return fc.oneof(
        NO_ITERABLES,
        fc.tuple(good, bad).map(([entries, entry]) => [...entries, entry]),
      )
    }
    case 'optional':
    case 'withDefault':
      return invalidValuesOf(value).filter((each) => each !== undefined)
    case 'uniquePtr':
      return invalidValuesOf(target).filter((each) => each !== undefined)
    case 'offsetPtr':
    case 'weakPtr':
    case 'sharedPtr':
      return fc.constantFrom<unknown>(null, 5, 'pointer', {})
    case 'multiIndex':
      return NO_ITERABLES
    case 'u64':
    case 'i64': {
      const [min, max] = INTEGER_RANGES[kind]!
      return fc.constantFrom<unknown>(min - 1n, max + 1n, 2n ** 65n, 1, '1', null, undefined)
    }
    default: {
      const [min, max] = INTEGER_RANGES[kind]!
      return fc.constantFrom<unknown>(Number(min) - 1, Number(max) + 1, 1.5, NaN, Infinity, '1', null, undefined, 1n)
    }
  }
}

const NO_ITERABLES = fc.constantFrom<unknown>(null, undefined, 'text', 3, {})

/** A value of a struct with one field that is wrong. */
function spoiled(type: Type, fields: readonly (readonly [string, Type])[]): fc.Arbitrary<unknown> {
  return fc
    .constantFrom(...fields)
    .chain(([name, field]) =>
      fc.tuple(valuesOf(type), invalidValuesOf(field)).map(([good, bad]) => ({ ...(good as object), [name]: bad })),
    )
}

function without(value: object, name: string): object {
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name))
}

function oneBadAmong(type: Type, good: number): fc.Arbitrary<unknown[]> {
  return fc
    .tuple(fc.array(valuesOf(type), { minLength: good, maxLength: good }), invalidValuesOf(type), fc.nat(good))
    .map(([list, bad, at]) => list.toSpliced(at, 0, bad))
}

import fc from 'fast-check'
import type { Kind, Type } from '../../../src/core.js'
import { INTEGER_RANGES, membersOf } from './members.js'

/** Values that writing a type accepts, rich in values at which encodings change. Pointers are null, tables empty. */
export function valuesOf(type: Type): fc.Arbitrary<unknown> {
  const { kind, fields, element, length, values, key, value, default: fallback, target } = membersOf(type)
  switch (kind) {
    case 'bool':
      return fc.boolean()
    case 'f32':
      return fc.oneof(fc.constantFrom(...FLOATS), fc.constantFrom(0.1, 16_777_217, 1e-46, 3.5e38), fc.float())
    case 'f64':
      return fc.oneof(fc.constantFrom(...FLOATS), fc.double())
    case 'u64':
    case 'i64':
      return integers(type)
    case 'string':
      return STRINGS
    case 'bytes':
      return fc
        .array(fc.oneof(fc.constantFrom(0, 1, 253, 254, 255), fc.nat(255)), { maxLength: 10 })
        .map((list) => Uint8Array.from(list))
    case 'enumeration':
      return fc.constantFrom(...values)
    case 'struct':
      return fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valuesOf(field)])), {
        requiredKeys: Object.keys(fields).filter((name) => !isOmissible(fields[name]!)),
        noNullPrototype: true,
      })
    case 'array':
      return fc.array(valuesOf(element), { minLength: length, maxLength: length })
    case 'optional':
      return fc.option(valuesOf(value), { nil: undefined })
    case 'withDefault':
      return fc.oneof(
        { arbitrary: fc.constantFrom(undefined, fallback), weight: 1 },
        { arbitrary: valuesOf(value), weight: 3 },
      )
    case 'vector':
      return fc.array(valuesOf(element), { maxLength: 4 })
    case 'hashMap':
    case 'orderedMap':
      return fc.array(fc.tuple(valuesOf(key), valuesOf(value)), { maxLength: 3 })
    case 'hashSet':
    case 'orderedSet':
      return fc.array(valuesOf(key), { maxLength: 3 })
    case 'multiIndex':
      return fc.constant([])
    case 'offsetPtr':
    case 'weakPtr':
    case 'sharedPtr':
      return fc.constant(undefined)
    case 'uniquePtr':
      return fc.option(valuesOf(target), { nil: undefined })
    default:
      return integers(type).map(Number)
  }
}

/** Some of the fields of a struct, as `assign` and `modify` take them: what is not given stays, so no default is filled in. */
export function patchesOf(type: Type): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(membersOf(type).fields)
  const model = fields.map(([name, field]) => [
    name,
    valuesOf(field.kind === 'withDefault' ? membersOf(field).value : field),
  ])
  return fc.record(Object.fromEntries(model) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: [],
    noNullPrototype: true,
  })
}

const OMISSIBLE: ReadonlySet<Kind> = new Set<Kind>([
  ...(['optional', 'withDefault', 'offsetPtr', 'weakPtr', 'sharedPtr', 'uniquePtr'] as const),
])

/** Whether a struct may lack a field of the type. */
export function isOmissible(type: Type): boolean {
  return OMISSIBLE.has(type.kind)
}

const FLOATS = [NaN, -0, 0, Infinity, -Infinity, 1, -1, 1.5, -1.5, 2 ** -149, -(2 ** -149), 2 ** -126, 2 ** 31, 2 ** 32]

function integers(type: Type): fc.Arbitrary<bigint> {
  const [min, max] = INTEGER_RANGES[type.kind]!
  const edges = [
    min,
    min + 1n,
    -1n,
    0n,
    1n,
    127n,
    128n,
    255n,
    256n,
    65_536n,
    2n ** 31n,
    2n ** 32n,
    2n ** 63n,
    max - 1n,
    max,
  ]
  return fc.oneof(
    fc.constantFrom(...edges.filter((edge) => edge >= min && edge <= max)),
    fc.bigInt({ min: min < 0n ? -8n : 0n, max: 8n }),
    fc.bigInt({ min, max }),
  )
}

/** Units at which the encodings of strings and of their prefixes change. */
const UNITS = '\0\x01a~\x7f\x80\xfd\xfe\xff\u0100\u0101\u4e00\ud7ff\ud800\udbff\udc00\udfff\ue000\ufffe\uffff'.split('')

const textFrom = (units: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...units), { maxLength }).map((list) => list.join(''))

/**
 * Strings of one and of two bytes a unit, lone surrogates, zeros at the end, the empty one, lengths around 4, 8 and 12, and
 * prefixes in common, short and very long.
 */
export const STRINGS: fc.Arbitrary<string> = fc.oneof(
  textFrom(['a', 'b'], 5),
  textFrom(['a', '\0'], 4),
  textFrom(['a', '\xe9', '\xfd', '\xfe', '\xff'], 6),
  textFrom(UNITS, 5),
  fc
    .tuple(
      fc.constantFrom('abc', 'abcd', 'abcdefg', 'abcdefgh', 'abcdefghijk', 'abcdefghijkl'),
      textFrom(['a', '\xff', '\u4e2d'], 2),
    )
    .map(([start, end]) => start + end),
  fc
    .tuple(fc.constantFrom('p', '\u5b57'), textFrom(['0', '1', '\u0101'], 3))
    .map(([unit, end]) => unit.repeat(200) + end),
  fc.string({ unit: 'binary', maxLength: 14 }),
)

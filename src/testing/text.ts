import fc from 'fast-check'
import type { EnumerationType } from '../types/enumeration.js'
import { ValueModel, wrongs } from './scalars.js'
import type { Miss } from './type-model.js'

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

/** `string`. */
export class StringModel extends ValueModel {
  override zero(): string {
    return ''
  }

  override draw(): fc.Arbitrary<unknown> {
    return STRINGS
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    return wrongs(1, null, undefined, ['a'], {}, Symbol('a'))
  }

  override text(value: unknown): string {
    return JSON.stringify(value)
  }

  override compare(a: unknown, b: unknown): number {
    return a === b ? 0 : (a as string) < (b as string) ? -1 : 1
  }
}

/** `bytes`. */
export class BytesModel extends ValueModel {
  override zero(): Uint8Array {
    return new Uint8Array()
  }

  override draw(): fc.Arbitrary<unknown> {
    const list = fc.array(fc.oneof(fc.constantFrom(0, 1, 253, 254, 255), fc.nat(255)), { maxLength: 10 })
    const lists = fc.oneof({ weight: 9, arbitrary: list }, { weight: 1, arbitrary: fc.constant(Array(300).fill(7)) })
    return lists.map((each) => Uint8Array.from(each as number[]))
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    return wrongs('ab', null, undefined, [1, 2], 7, new ArrayBuffer(2))
  }

  override text(value: unknown): string {
    return `#${Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }

  override compare(a: unknown, b: unknown): number {
    const [one, other] = [a as Uint8Array, b as Uint8Array]
    for (let i = 0; i < Math.min(one.length, other.length); i++) if (one[i] !== other[i]) return one[i]! - other[i]!
    return one.length - other.length
  }
}

/** `enumeration`, ordered as its values are declared. */
export class EnumerationModel extends ValueModel<EnumerationType<string>> {
  override zero(): string {
    return this.type.values[0]!
  }

  override draw(): fc.Arbitrary<unknown> {
    return fc.constantFrom(...this.type.values)
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    return wrongs('no such value', 0, null, undefined)
  }

  override text(value: unknown): string {
    return JSON.stringify(value)
  }

  override compare(a: unknown, b: unknown): number {
    return this.type.values.indexOf(a as string) - this.type.values.indexOf(b as string)
  }
}

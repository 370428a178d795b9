import fc from 'fast-check'
import type { Type } from '../types/type.js'
import { INTEGER_RANGES, integers } from './integers.js'
import { refScenario } from './ref.js'
import type { AnyScenario } from './scenario.js'
import { TypeModel, type Miss } from './type-model.js'

/** Values that are none of a type, each a miss at the value itself. */
export function wrongs(...values: readonly unknown[]): fc.Arbitrary<Miss> {
  return fc.constantFrom(...values).map((value) => ({ value, path: [] }))
}

/** A value that a `Ref` holds when it is an object of its own. */
export abstract class ValueModel<T extends Type = Type> extends TypeModel<T> {
  override scenario(): AnyScenario {
    return refScenario(this)
  }
}

/** `bool`. */
export class BoolModel extends ValueModel {
  override zero(): boolean {
    return false
  }

  override draw(): fc.Arbitrary<unknown> {
    return fc.boolean()
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    return wrongs(0, 1, 'true', null, undefined)
  }

  override text(value: unknown): string {
    return String(value)
  }

  override compare(a: unknown, b: unknown): number {
    return Number(a) - Number(b)
  }
}

/** Integers that are numbers. */
export class IntegerModel extends ValueModel {
  override zero(): number {
    return 0
  }

  override draw(): fc.Arbitrary<unknown> {
    return integers(INTEGER_RANGES[this.type.kind]!).map(Number)
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    const [min, max] = INTEGER_RANGES[this.type.kind]!
    return wrongs(Number(min) - 1, Number(max) + 1, 1.5, NaN, Infinity, '1', null, undefined, 1n)
  }

  override text(value: unknown): string {
    return numberText(value as number)
  }

  override keyText(key: unknown): string {
    return numberText((key as number) + 0)
  }

  override compare(a: unknown, b: unknown): number {
    return compareNumbers(a as number, b as number)
  }
}

/** `u64` and `i64`. */
export class BigIntModel extends ValueModel {
  override zero(): bigint {
    return 0n
  }

  override draw(): fc.Arbitrary<unknown> {
    return integers(INTEGER_RANGES[this.type.kind]!)
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    const [min, max] = INTEGER_RANGES[this.type.kind]!
    return wrongs(min - 1n, max + 1n, 2n ** 65n, 1, '1', null, undefined)
  }

  override text(value: unknown): string {
    return `${(value as bigint).toString()}n`
  }

  override compare(a: unknown, b: unknown): number {
    return a === b ? 0 : (a as bigint) < (b as bigint) ? -1 : 1
  }
}

const FLOATS = [NaN, -0, 0, Infinity, -Infinity, 1, -1, 1.5, -1.5, 2 ** -149, -(2 ** -149), 2 ** -126, 2 ** 31, 2 ** 32]

/** `f32`, which rounds what is written, and `f64`. */
export class FloatModel extends ValueModel {
  private readonly round = this.type.kind === 'f32' ? Math.fround : (value: number): number => value

  override zero(): number {
    return 0
  }

  override draw({ isPlain }: { isPlain: boolean }): fc.Arbitrary<unknown> {
    if (this.type.kind === 'f64') return fc.oneof(fc.constantFrom(...FLOATS), fc.double())
    const rounded = fc.oneof(fc.constantFrom(...FLOATS), fc.float())
    return isPlain ? rounded : fc.oneof(rounded, fc.constantFrom(0.1, 16_777_217, 1e-46, 3.5e38))
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    return wrongs('1', null, undefined, 1n, true, {})
  }

  override text(value: unknown): string {
    return numberText(this.round(value as number))
  }

  override normal(value: unknown): unknown {
    return this.round(value as number)
  }

  override keyText(key: unknown): string {
    return numberText(this.round(key as number) + 0)
  }

  override compare(a: unknown, b: unknown): number {
    return compareNumbers(this.round(a as number), this.round(b as number))
  }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

/** NaN equals itself and comes last; -0 equals 0. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a === b ? 0 : a < b ? -1 : 1
}

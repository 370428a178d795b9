import fc from 'fast-check'
import type { OptionalType, WithDefaultType } from '../types/optional.js'
import type { Type } from '../types/type.js'
import type { Change, Opening } from './edit.js'
import { refScenario } from './ref.js'
import type { AnyScenario, ScenarioOptions } from './scenario.js'
import { TypeModel, type Drawing, type Miss } from './type-model.js'

/** `optional`: the value or `undefined`. */
export class OptionalModel extends TypeModel<OptionalType<Type>> {
  override readonly isOmissible = true

  private get value(): TypeModel {
    return this.modelOf(this.type.value)
  }

  override get parts(): readonly TypeModel[] {
    return [this.value]
  }

  override zero(): undefined {
    return undefined
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> {
    const value = this.value.draw(drawing)
    return value === undefined ? fc.constant(undefined) : fc.option(value, { nil: undefined })
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> | undefined {
    return this.value.drawWrong(drawing)?.filter(({ value }) => value !== undefined)
  }

  override text(value: unknown): string {
    return value === undefined ? 'none' : this.value.text(value)
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    return value === undefined ? undefined : this.value.pieces(value)
  }

  override plain(read: unknown): unknown {
    return read === undefined ? undefined : this.value.plain(read)
  }

  override normal(value: unknown): unknown {
    return value === undefined ? undefined : this.value.normal(value)
  }

  override openings(): readonly Opening[] {
    const enter: Opening['enter'] = (live, plain) =>
      plain === undefined ? undefined : { live, plain, put: (value) => value }
    return [{ model: this.value, enter }]
  }

  override scenario(): AnyScenario {
    return refScenario(this)
  }
}

/** `withDefault`: the value, or the default where it is left out. */
export class WithDefaultModel extends TypeModel<WithDefaultType<Type>> {
  override readonly isOmissible = true

  private get value(): TypeModel {
    return this.modelOf(this.type.value)
  }

  private filled(value: unknown): unknown {
    return value === undefined ? this.type.default : value
  }

  override get parts(): readonly TypeModel[] {
    return [this.value]
  }

  override zero(): unknown {
    return this.type.default
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> | undefined {
    const value = this.value.draw(drawing)
    const fallback = this.value.normal(this.type.default)
    const left = drawing.isPlain ? fc.constant(fallback) : fc.constantFrom(undefined, fallback)
    return value === undefined ? left : fc.oneof({ arbitrary: left, weight: 1 }, { arbitrary: value, weight: 3 })
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> | undefined {
    return this.value.drawWrong(drawing)?.filter(({ value }) => value !== undefined)
  }

  override text(value: unknown): string {
    return this.value.text(this.filled(value))
  }

  override keyText(key: unknown): string {
    return this.value.keyText(this.filled(key))
  }

  override compare(a: unknown, b: unknown): number {
    return this.value.compare(this.filled(a), this.filled(b))
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    return this.value.pieces(this.filled(value))
  }

  override plain(read: unknown): unknown {
    return this.value.plain(read)
  }

  override normal(value: unknown): unknown {
    return this.value.normal(this.filled(value))
  }

  override openings(): readonly Opening[] {
    return this.value.openings()
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    return this.value.drawChange()
  }

  override applyChange(live: unknown, plain: unknown, change: Change): unknown {
    return this.value.applyChange(live, plain, change)
  }

  /** Of a container or struct with a default, that of the container: an object of its own is made without a value once only. */
  override scenario(options: ScenarioOptions): AnyScenario {
    return this.value.drawChange() === undefined ? refScenario(this) : this.value.scenario(options)
  }
}

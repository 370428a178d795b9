import fc from 'fast-check'
import type { Ref } from '../types/ref.js'
import type { SharedPtrType } from '../types/shared-ptr.js'
import type { Type } from '../types/type.js'
import type { UniquePtrType } from '../types/unique-ptr.js'
import type { Opening } from './edit.js'
import { ValueModel } from './scalars.js'
import type { Drawing, Miss, TypeModel } from './type-model.js'
import { isView } from './views.js'

/** Pointers that own what they lead to: written by value. */
abstract class OwningPtrModel<T extends SharedPtrType<Type> | UniquePtrType<Type>> extends ValueModel<T> {
  override readonly isOmissible = true

  protected get owned(): TypeModel {
    return this.modelOf(this.type.target)
  }

  override get parts(): readonly TypeModel[] {
    return [this.owned]
  }

  override zero(): undefined {
    return undefined
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> {
    const values = this.owned.draw(drawing)
    return values === undefined ? fc.constant(undefined) : fc.option(values, { nil: undefined })
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> | undefined {
    return this.owned.drawWrong(drawing)?.filter(({ value }) => value !== undefined)
  }

  override text(value: unknown): string {
    if (value === undefined) return 'none'
    return this.owned.text(isView(value) ? value.toObject() : value)
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    return value === undefined ? undefined : this.owned.pieces(isView(value) ? value.toObject() : value)
  }

  override normal(value: unknown): unknown {
    return value === undefined ? undefined : this.owned.normal(value)
  }
}

/** `sharedPtr`, against a value: objects it shares are changed in place by nobody here. */
export class SharedPtrModel extends OwningPtrModel<SharedPtrType<Type>> {}

/** `uniquePtr`, against a value. */
export class UniquePtrModel extends OwningPtrModel<UniquePtrType<Type>> {
  override openings(): readonly Opening[] {
    const { owned } = this
    const isLive = owned.drawChange() !== undefined || owned.type.kind === 'array'
    const enter: Opening['enter'] = (live, plain) =>
      plain === undefined
        ? undefined
        : { live: isLive ? live : (live as Ref<Type>).value, plain, put: (value) => value }
    return [{ model: owned, enter }]
  }
}

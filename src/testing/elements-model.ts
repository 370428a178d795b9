import type fc from 'fast-check'
import type { Type } from '../types/type.js'
import { changes, type Change, type Opening } from './edit.js'
import { anyMiss, elementPieces, listsOf, listsWithOneWrong, NO_ITERABLES } from './elements.js'
import { INPUTS, TypeModel, type Drawing, type Miss } from './type-model.js'

/** What has any number of elements in an order of their own, against an Array. */
export abstract class ElementsModel<T extends Type & { readonly element: Type }> extends TypeModel<T> {
  get element(): TypeModel {
    return this.modelOf(this.type.element)
  }

  override get parts(): readonly TypeModel[] {
    return [this.element]
  }

  override zero(): unknown {
    return []
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> | undefined {
    return listsOf(this.element, drawing, 4)
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> {
    const one = listsWithOneWrong(this.element, drawing, 0, 3)
    return anyMiss(NO_ITERABLES, one, one)
  }

  override text(value: unknown): string {
    const { element } = this
    return `[${Array.from(value as Iterable<unknown>, (each) => element.text(each)).join()}]`
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    return elementPieces(this.element, value)
  }

  override normal(value: unknown): unknown {
    return Array.from(value as Iterable<unknown>, (each) => this.element.normal(each))
  }

  override openings(): readonly Opening[] {
    return [
      {
        model: this.element,
        enter: (live, plain, pick) => {
          const list = plain as readonly unknown[]
          if (list.length === 0) return undefined
          const at = pick % list.length
          return { live: this.read(live, at), plain: list[at], put: (value) => list.with(at, value) }
        },
      },
    ]
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    const values = this.element.draw(INPUTS)
    return values && changes(values)
  }

  /** The element at a position that there is. */
  protected read(live: unknown, position: number): unknown {
    return (live as { at(position: number): unknown }).at(position)
  }
}

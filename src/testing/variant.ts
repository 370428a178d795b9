import fc from 'fast-check'
import { alternativesOf } from '../types/describe.js'
import type { AnyVariantType } from '../types/variant.js'
import { refuses, same } from './check.js'
import { applyEdit, editsOf, placesIn, type Change, type Opening } from './edit.js'
import { anyMiss } from './elements.js'
import { drawingInside, Remembered } from './recursion.js'
import { wrongs } from './scalars.js'
import { anyScenario, operation, picks, type AnyScenario, type CommandOf, type Surroundings } from './scenario.js'
import { behindDefault, definite } from './struct.js'
import { INPUTS, TypeModel, type Drawing, type Miss } from './type-model.js'

/** A view of a variant of any type. */
interface AnyView {
  readonly kind: string
  readonly value: unknown
  assign(value: unknown): void
  toObject(): unknown
}

interface Plain {
  readonly kind: string
  readonly value: unknown
}

/** `variant`, against an object of `kind` and `value`. */
export class VariantModel extends TypeModel<AnyVariantType> {
  private readonly drawn = new Remembered<fc.Arbitrary<unknown> | undefined>()
  private named: ReadonlyMap<string, TypeModel> | undefined

  /** Names and models of the alternatives, in order. Asked for late: they may be getters. */
  private get alternatives(): ReadonlyMap<string, TypeModel> {
    return (this.named ??= new Map(
      alternativesOf(this.type).map(([name, type]) => [name, behindDefault(this.modelOf(type))]),
    ))
  }

  /** The model of an alternative. */
  alternative(kind: string): TypeModel {
    const model = this.alternatives.get(kind)
    if (model === undefined) throw new Error(`no alternative: kind=${kind}`)
    return model
  }

  override get parts(): readonly TypeModel[] {
    return [...this.alternatives.values()]
  }

  override zero(): Plain {
    const [[kind, model]] = [...this.alternatives] as [[string, TypeModel]]
    return { kind, value: model.zero() }
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> | undefined {
    return this.drawn.of(drawing, () => {
      const inner = drawingInside(this, drawing)
      if (inner === undefined) return undefined
      const kinds = this.drawEach((model) => model.draw(inner))
      return kinds.length === 0 ? undefined : fc.oneof(...kinds)
    })
  }

  private drawEach(draw: (model: TypeModel) => fc.Arbitrary<unknown> | undefined): fc.Arbitrary<Plain>[] {
    return [...this.alternatives].flatMap(([kind, model]) => {
      const values = draw(model)
      return values === undefined
        ? []
        : [fc.record({ kind: fc.constant(kind), value: values }, { noNullPrototype: true })]
    })
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> | undefined {
    const inner = drawingInside(this, drawing)
    const good = this.draw(drawing)
    if (inner === undefined || good === undefined) return undefined
    const inValue = this.drawEach((model) => model.drawWrong(inner)).map((wrong) =>
      wrong.map(({ kind, value }): Miss => {
        const miss = value as Miss
        return { value: { kind, value: miss.value }, path: ['value', ...miss.path] }
      }),
    )
    const kinds = fc.constantFrom<unknown>(undefined, null, 0, '', 'no such kind')
    const inKind = fc
      .tuple(good, kinds)
      .map(([value, kind]): Miss => ({ value: { ...(value as Plain), kind }, path: ['kind'] }))
    return anyMiss(wrongs(null, undefined, 'text', 3, []), inKind, ...inValue)
  }

  override text(value: unknown): string {
    const { kind, value: content } = value as Plain
    return `<${kind}:${this.alternative(kind).text(content)}>`
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    const { kind, value: content } = value as Plain
    return new Map([[`.value as ${kind}`, { model: this.alternative(kind), value: content }]])
  }

  override normal(value: unknown): Plain {
    const { kind, value: content } = value as Plain
    return { kind, value: this.alternative(kind).normal(content) }
  }

  override openings(): readonly Opening[] {
    return [...this.alternatives].map(([kind, model]) => ({
      model,
      enter: (live, plain) =>
        (plain as Plain).kind === kind
          ? { live: (live as AnyView).value, plain: (plain as Plain).value, put: (value) => ({ kind, value }) }
          : undefined,
    }))
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    const values = this.draw(INPUTS)
    return (
      values && fc.record({ what: fc.constant('put' as const), at: picks, value: values }, { noNullPrototype: true })
    )
  }

  override applyChange(live: unknown, _plain: unknown, { value }: Change): unknown {
    ;(live as AnyView).assign(value)
    return this.normal(value)
  }

  override scenario(): AnyScenario {
    return anyScenario<undefined, VariantCommand, VariantState>({
      type: this.type,
      setting: fc.constant(undefined),
      operations: operationsOf(this),
      needRoom: new Set(['assign', 'assign own', 'edit']),
      model: () => ({ value: this.normal(this.zero()), writes: 0 }),
      apply: (live, state, command, surroundings) => {
        applyToVariant(this, live as AnyView, state, command, surroundings)
      },
      agree: (live, { value }) => {
        const view = live as AnyView
        const text = this.text(value)
        same(view.kind, value.kind, 'kind')
        const content = this.alternative(value.kind).plain(view.value)
        same(this.text({ kind: value.kind, value: content }), text, 'value')
        same(this.text(view.toObject()), text, 'toObject')
      },
    })
  }
}

function operationsOf(of: VariantModel) {
  return [
    operation('assign', 20, { value: of.draw(INPUTS)! }),
    operation('assign own', 4, { isWhole: fc.boolean() }),
    operation('edit', Math.min(placesIn(of) * 8, 24), { edit: editsOf(of) }),
    operation('hold', 8, {}),
    operation('wrong value', 6, { wrong: of.drawWrong(INPUTS)! }),
  ] as const
}

type VariantCommand = CommandOf<ReturnType<typeof operationsOf>>

/** A plain object in normal form, and how often it was written whole. */
interface VariantState {
  value: Plain
  writes: number
}

function applyToVariant(
  of: VariantModel,
  view: AnyView,
  state: VariantState,
  command: VariantCommand,
  { held }: Surroundings,
): void {
  switch (command.do) {
    case 'assign':
      view.assign(command.value)
      state.value = of.normal(command.value)
      state.writes++
      return
    case 'assign own':
      view.assign(command.isWhole ? view : { kind: view.kind, value: view.value })
      state.writes++
      return
    case 'edit': {
      const before = state.value
      state.value = applyEdit(of, view, before, command.edit) as Plain
      // An edit of the whole writes it anew; which one that was is not told.
      if (state.value !== before) state.writes++
      return
    }
    case 'hold': {
      const { kind } = state.value
      const { writes } = state
      const model = definite(of.alternative(kind))
      held.hold(model, view.value, () => {
        if (state.value.kind !== kind) return { state: 'gone' }
        // What was written whole may be made anew.
        const mayMove = writes !== state.writes && model.type.kind !== 'struct'
        return { state: mayMove ? 'perhaps moved' : 'there', value: state.value.value }
      })
      return
    }
    case 'wrong value':
      refuses(() => view.assign(command.wrong.value), command.wrong.path, 'assigning a wrong value')
  }
}

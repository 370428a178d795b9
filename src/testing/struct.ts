import fc from 'fast-check'
import { fieldsOf } from '../types/describe.js'
import type { AnyStructType } from '../types/struct-views.js'
import { refuses, same } from './check.js'
import { applyEdit, editsOf, placesIn, type Change, type Opening } from './edit.js'
import { drawingInside, Remembered } from './recursion.js'
import { wrongs } from './scalars.js'
import {
  anyScenario,
  operation,
  pickFrom,
  picks,
  type AnyScenario,
  type CommandOf,
  type Surroundings,
} from './scenario.js'
import { INPUTS, TypeModel, type Drawing, type Miss } from './type-model.js'

/** A view of a struct of any type. */
type AnyView = Record<string, unknown> & { toObject(): unknown; assign(patch: object): void }

type Plain = Readonly<Record<string, unknown>>

/** `struct`, against a plain object. */
export class StructModel extends TypeModel<AnyStructType> {
  readonly #drawn = new Remembered<fc.Arbitrary<unknown> | undefined>()
  #fields: readonly (readonly [name: string, model: TypeModel])[] | undefined

  /** Names and models of the fields, in order. Asked for late: fields may be getters. */
  get fields(): readonly (readonly [name: string, model: TypeModel])[] {
    return (this.#fields ??= fieldsOf(this.type).map(([name, type]) => [name, this.modelOf(type)]))
  }

  /** The model of a field. */
  field(name: string): TypeModel {
    return this.fields.find(([each]) => each === name)![1]
  }

  override get parts(): readonly TypeModel[] {
    return this.fields.map(([, model]) => model)
  }

  override zero(): Plain {
    return Object.fromEntries(this.fields.map(([name, model]) => [name, model.zero()]))
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> | undefined {
    return this.#drawn.of(drawing, () => this.#draw(drawing))
  }

  #draw(drawing: Drawing): fc.Arbitrary<unknown> | undefined {
    const inner = drawingInside(this, drawing)
    if (inner === undefined) return undefined
    const fields: Record<string, fc.Arbitrary<unknown>> = {}
    for (const [name, model] of this.fields) {
      const values = model.draw(inner)
      if (values === undefined) return undefined
      fields[name] = values
    }
    // What has a default is there in what toObject() gives.
    const required = this.fields.filter(([, { isOmissible, type }]) =>
      drawing.isPlain ? type.kind !== 'optional' : !isOmissible,
    )
    return fc.record(fields, { requiredKeys: required.map(([name]) => name), noNullPrototype: true })
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> | undefined {
    const good = this.draw(drawing)
    const inner = drawingInside(this, drawing)
    if (good === undefined || inner === undefined) return undefined
    const kinds = this.fields.flatMap(([name, model]) => {
      const wrong = model.drawWrong(inner)
      const spoiled = wrong && fc.tuple(good, wrong).map(([value, miss]) => spoil(value as Plain, name, miss))
      const lacking = good.map((value) => ({ value: without(value as Plain, name), path: [name] }))
      return [...(spoiled === undefined ? [] : [spoiled, spoiled]), ...(model.isOmissible ? [] : [lacking])]
    })
    return fc.oneof(wrongs(null, undefined, 'text', 3), ...kinds)
  }

  /** Some of the fields, as `assign` and `modify` take them: what is not given stays, so no default is filled in. */
  drawPatch(): fc.Arbitrary<Plain> {
    const fields: Record<string, fc.Arbitrary<unknown>> = {}
    for (const [name, model] of this.fields) {
      const values = behindDefault(model).draw(INPUTS)
      if (values !== undefined) fields[name] = values
    }
    return fc.record(fields, { requiredKeys: [], noNullPrototype: true })
  }

  override text(value: unknown): string {
    let text = '{'
    for (const [name, model] of this.fields) text += `${name}:${model.text((value as Plain)[name])},`
    return `${text}}`
  }

  override pieces(value: unknown): ReturnType<TypeModel['pieces']> {
    if (typeof value !== 'object' || value === null) return undefined
    return new Map(this.fields.map(([name, model]) => [`.${name}`, { model, value: (value as Plain)[name] }]))
  }

  override keyText(key: unknown): string {
    return `{${this.fields.map(([name, model]) => model.keyText((key as Plain)[name])).join()}}`
  }

  override compare(a: unknown, b: unknown): number {
    for (const [name, model] of this.fields) {
      const order = model.compare((a as Plain)[name], (b as Plain)[name])
      if (order !== 0) return order
    }
    return 0
  }

  override normal(value: unknown): Plain {
    return Object.fromEntries(this.fields.map(([name, model]) => [name, model.normal((value as Plain)[name])]))
  }

  override openings(): readonly Opening[] {
    return this.fields.map(([name, model]) => ({
      model,
      enter: (live, plain) => ({
        live: (live as Plain)[name],
        plain: (plain as Plain)[name],
        put: (value) => ({ ...(plain as Plain), [name]: value }),
      }),
    }))
  }

  override drawChange(): fc.Arbitrary<Change> {
    const how = fc.constantFrom('put' as const, 'take' as const)
    return fc.record({ what: how, at: picks, value: this.drawPatch() }, { noNullPrototype: true })
  }

  /** Writes some fields by `assign`, or one by assigning to it. */
  override applyChange(live: unknown, plain: unknown, { what, at, value }: Change): unknown {
    const view = live as AnyView
    const patch = value as Plain
    const names = Object.keys(patch).filter((name) => isAssignable(this.field(name)))
    const written = what === 'put' || names.length === 0 ? patch : one(patch, pickFrom(names, at))
    if (written === patch) view.assign(patch)
    else for (const name in written) view[name] = written[name]
    return this.normal({ ...(plain as Plain), ...written })
  }

  override scenario(): AnyScenario {
    return structScenario(this)
  }
}

function spoil(value: Plain, name: string, miss: Miss): Miss {
  return { value: { ...value, [name]: miss.value }, path: [name, ...miss.path] }
}

function without(value: Plain, name: string): Plain {
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name))
}

const one = (patch: Plain, name: string): Plain => ({ [name]: patch[name] })

/** A model that is known to be of a struct. */
export function asStruct(model: TypeModel): StructModel {
  if (model instanceof StructModel) return model
  throw new Error(`not a struct: kind=${model.type.kind}`)
}

/** The model of the type inside `withDefault`, else the model itself. */
export function behindDefault(model: TypeModel): TypeModel {
  return model.type.kind === 'withDefault' ? model.parts[0]! : model
}

/** The model of the type inside `optional` or `withDefault`, else the model itself. */
export function definite(model: TypeModel): TypeModel {
  return model.type.kind === 'optional' || model.type.kind === 'withDefault' ? model.parts[0]! : model
}

/** Whether `view.field = value` is for fields of the type. */
function isAssignable(model: TypeModel): boolean {
  return definite(model).drawChange() === undefined && definite(model).type.kind !== 'array'
}

function operationsOf(of: StructModel) {
  const fields = of.fields.filter(([, model]) => placesIn(model) > 0)
  const inFields = fields.map(([name, model]) => fc.record({ name: fc.constant(name), edit: editsOf(model) }))
  const wrongs = of.fields.flatMap(([name, model]) => {
    // In a patch, what is missing is not wrong.
    const misses = behindDefault(model).drawWrong(INPUTS)
    return misses === undefined ? [] : [fc.record({ name: fc.constant(name), wrong: misses })]
  })
  return [
    operation('patch', 30, { change: of.drawChange() }),
    operation('edit field', Math.min(fields.length * 10, 30), {
      field: fields.length === 0 ? fc.constant(undefined) : fc.oneof(...inFields),
    }),
    operation('assign own', 3, { field: picks }),
    operation('hold', 5, { field: picks }),
    operation('wrong value', wrongs.length === 0 ? 0 : 8, {
      field: wrongs.length === 0 ? fc.constant(undefined) : fc.oneof(...wrongs),
      good: of.drawPatch(),
    }),
  ] as const
}

const NEED_ROOM = new Set(['patch', 'edit field', 'assign own'])

type StructCommand = CommandOf<ReturnType<typeof operationsOf>>

/** A plain object in normal form, and how often each field was written whole. */
interface StructState {
  value: Plain
  readonly writes: Record<string, number>
}

function structScenario(of: StructModel): AnyScenario {
  return anyScenario<undefined, StructCommand, StructState>({
    type: of.type,
    setting: fc.constant(undefined),
    operations: operationsOf(of),
    needRoom: NEED_ROOM,
    model: () => ({ value: of.normal(of.zero()), writes: {} }),
    apply: (live, state, command, surroundings) => applyToStruct(of, live as AnyView, state, command, surroundings),
    agree: (live, { value }) => {
      const view = live as AnyView
      const text = of.text(value)
      same(of.text(view.toObject()), text, 'toObject')
      const read = Object.fromEntries(of.fields.map(([name, model]) => [name, model.plain(view[name])]))
      same(of.text(read), text, 'fields')
    },
  })
}

function applyToStruct(
  of: StructModel,
  view: AnyView,
  state: StructState,
  command: StructCommand,
  { held }: Surroundings,
): void {
  const writeAll = (names: Iterable<string>): void => {
    for (const name of names) state.writes[name] = (state.writes[name] ?? 0) + 1
  }
  switch (command.do) {
    case 'patch':
      state.value = of.applyChange(view, state.value, command.change) as Plain
      writeAll(Object.keys(command.change.value as Plain))
      return
    case 'edit field': {
      if (command.field === undefined) return
      const { name, edit } = command.field
      const value = applyEdit(of.field(name), view[name], state.value[name], edit)
      state.value = { ...state.value, [name]: value }
      return
    }
    case 'assign own': {
      const [name] = pickFrom(of.fields, command.field)
      view.assign({ [name]: view[name] })
      writeAll([name])
      return
    }
    case 'hold': {
      const [name, model] = pickFrom(of.fields, command.field)
      const writes = state.writes[name]
      held.hold(definite(model), view[name], () => {
        // What was written whole may be made anew.
        const mayMove = writes !== state.writes[name] && model.type.kind !== 'struct'
        return { state: mayMove ? 'perhaps moved' : 'there', value: state.value[name] }
      })
      return
    }
    case 'wrong value': {
      if (command.field === undefined) return
      const { name, wrong } = command.field
      if (wrong.value === undefined && of.field(name).type.kind === 'optional') return
      const patch = { ...command.good, [name]: wrong.value }
      refuses(() => view.assign(patch), [name, ...wrong.path], 'assigning a wrong value')
    }
  }
}

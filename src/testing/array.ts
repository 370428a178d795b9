import fc from 'fast-check'
import type { ArrayType, FixedArray } from '../types/array.js'
import type { Type } from '../types/type.js'
import { refuses, same, throwsError } from './check.js'
import { applyEdit, editsOf, placesIn, type Change } from './edit.js'
import { anyMiss, listsWithOneWrong, NO_ITERABLES } from './elements.js'
import { ElementsModel } from './elements-model.js'
import { anyScenario, operation, picks, type AnyScenario, type CommandOf, type Surroundings } from './scenario.js'
import { INPUTS, type Drawing, type Miss } from './type-model.js'

/** `array`, against an Array. */
export class ArrayModel extends ElementsModel<ArrayType<Type>> {
  override zero(): unknown {
    return Array.from({ length: this.type.length }, () => this.element.zero())
  }

  override draw(drawing: Drawing): fc.Arbitrary<unknown> | undefined {
    const { length } = this.type
    const values = length === 0 ? fc.constant(undefined) : this.element.draw(drawing)
    return values === undefined ? undefined : fc.array(values, { minLength: length, maxLength: length })
  }

  override drawWrong(drawing: Drawing): fc.Arbitrary<Miss> {
    const { length } = this.type
    const values = this.element.draw(drawing)
    const tooLong = values && fc.array(values, { minLength: length + 1, maxLength: length + 1 })
    const one = length === 0 ? undefined : listsWithOneWrong(this.element, drawing, length - 1, length - 1)
    return anyMiss(
      NO_ITERABLES,
      one,
      one,
      tooLong?.map((value) => ({ value, path: [] })),
    )
  }

  override keyText(key: unknown): string {
    const { element } = this
    return `[${Array.from(key as Iterable<unknown>, (each) => element.keyText(each)).join()}]`
  }

  override compare(a: unknown, b: unknown): number {
    const others = [...(b as Iterable<unknown>)]
    for (const [i, each] of [...(a as Iterable<unknown>)].entries()) {
      const order = this.element.compare(each, others[i])
      if (order !== 0) return order
    }
    return 0
  }

  override drawChange(): fc.Arbitrary<Change> | undefined {
    return this.type.length === 0 ? undefined : super.drawChange()
  }

  override applyChange(live: unknown, plain: unknown, { at, value }: Change): unknown {
    const list = plain as readonly unknown[]
    ;(live as FixedArray<Type>).set(at % list.length, value)
    return list.with(at % list.length, this.element.normal(value))
  }

  override scenario(): AnyScenario {
    return anyScenario<undefined, ArrayCommand, ArrayState>({
      type: this.type,
      setting: fc.constant(undefined),
      operations: operationsOf(this),
      needRoom: NEED_ROOM,
      model: () => ({ values: this.zero() as unknown[] }),
      apply: (live, state, command, surroundings) =>
        applyToArray(this, live as FixedArray<Type>, state, command, surroundings),
      agree: (live, { values }) => {
        const opened = live as FixedArray<Type>
        const { length } = values
        same(opened.length, length, 'length')
        const shown = values.map((_, at) => this.element.plain(opened.at(at % 2 === 0 ? at : at - length)))
        same(this.text(shown), this.text(values), 'elements')
      },
    })
  }
}

function operationsOf(of: ArrayModel) {
  const { element } = of
  const values = element.draw(INPUTS) ?? fc.constant(undefined)
  return [
    operation('set', 20, { at: picks, fromEnd: fc.boolean(), value: values }),
    operation('set to own', 6, { at: picks, own: picks }),
    operation('edit', 10 * Math.min(placesIn(element), 3), { at: picks, edit: editsOf(element) }),
    operation('assign', 4, { values: of.draw(INPUTS) as fc.Arbitrary<unknown[]> }),
    operation('assign itself', 2, { reversed: fc.boolean() }),
    operation('hold', 6, { at: picks }),
    operation('copy out', 4, {}),
    operation('outside', 3, { by: fc.nat(3), value: values }),
    operation('wrong value', 5, { at: picks, wrong: element.drawWrong(INPUTS)!, all: of.drawWrong(INPUTS) }),
  ] as const
}

const NEED_ROOM = new Set(['set', 'set to own', 'edit', 'assign', 'assign itself'])

/** What does nothing to an array of no elements. */
const NEED_ELEMENTS = new Set(['set', 'set to own', 'edit', 'hold'])

type ArrayCommand = CommandOf<ReturnType<typeof operationsOf>>
interface ArrayState {
  values: unknown[]
}

function applyToArray(
  of: ArrayModel,
  live: FixedArray<Type>,
  model: ArrayState,
  command: ArrayCommand,
  { held }: Surroundings,
): void {
  const { element } = of
  const { values } = model
  const plain = (read: unknown): unknown => element.plain(read)
  const { length } = values
  const at = 'at' in command && length > 0 ? command.at % length : 0
  if (length === 0 && NEED_ELEMENTS.has(command.do)) return
  switch (command.do) {
    case 'set':
      live.set(command.fromEnd ? at - length : at, command.value)
      values[at] = command.value
      return
    case 'set to own':
      live.set(at, live.at(command.own % length))
      values[at] = values[command.own % length]
      return
    case 'edit':
      values[at] = applyEdit(element, live.at(at), values[at], command.edit)
      return
    case 'assign':
      live.assign(command.values)
      model.values = [...command.values]
      return
    case 'assign itself':
      live.assign(command.reversed ? [...live].reverse() : live)
      if (command.reversed) values.reverse()
      return
    case 'hold':
      held.hold(element, live.at(at), () => ({
        state: element.type.kind === 'struct' ? 'there' : 'perhaps moved',
        value: model.values[at],
      }))
      return
    case 'copy out': {
      const text = of.text(values)
      same(of.text(live.toObject()), text, 'toObject')
      same(of.text(Array.from(live, plain)), text, 'iteration')
      same(of.text(Array.from(live.entries(), ([, value]) => plain(value))), text, 'entries')
      same([...live.keys()].join(), values.map((_, i) => i).join(), 'keys')
      const called: unknown[] = []
      live.forEach((value) => called.push(plain(value)))
      same(of.text(called), text, 'forEach')
      return
    }
    case 'outside':
      same(live.at(length + command.by), undefined, 'an element after the last')
      same(live.at(-length - 1 - command.by), undefined, 'an element before the first')
      throwsError('InvalidValueError', () => live.set(length + command.by, command.value), 'set outside')
      throwsError('InvalidValueError', () => live.set(-length - 1 - command.by, command.value), 'set outside')
      return
    case 'wrong value':
      if (length > 0)
        refuses(() => live.set(at, command.wrong.value), [at, ...command.wrong.path], 'setting a wrong value')
      refuses(() => live.assign(command.all.value as never), command.all.path, 'assigning wrong values')
  }
}

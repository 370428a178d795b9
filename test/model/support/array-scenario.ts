import fc from 'fast-check'
import { array, type FixedArray, type Type } from '../../../src/core.js'
import { valuesOf } from './arbitraries.js'
import { same, throwsError } from './check.js'
import { applyEdit, editsOf } from './edit.js'
import { invalidValuesOf } from './invalid.js'
import { textOf } from './plain.js'
import { operation, picks, type CommandOf, type Scenario, type Surroundings } from './scenario.js'
import { plainOf } from './views.js'

function operationsOf(type: Type, element: Type) {
  const values = valuesOf(element)
  return [
    operation('set', 20, { at: picks, fromEnd: fc.boolean(), value: values }),
    operation('set to own', 6, { at: picks, own: picks }),
    operation('edit', 10, { at: picks, edit: editsOf(element) }),
    operation('assign', 4, { values: valuesOf(type) as fc.Arbitrary<unknown[]> }),
    operation('assign itself', 2, { reversed: fc.boolean() }),
    operation('hold', 6, { at: picks }),
    operation('copy out', 4, {}),
    operation('outside', 3, { by: fc.nat(3), value: values }),
    operation('wrong value', 5, { at: picks, value: invalidValuesOf(element), all: invalidValuesOf(type) }),
  ] as const
}

const NEED_ROOM = new Set(['set', 'set to own', 'edit', 'assign', 'assign itself'])

type ArrayCommand = CommandOf<ReturnType<typeof operationsOf>>
interface ArrayModel {
  values: unknown[]
}

/** Random commands on a fixed array, against an Array. @param zero - what elements are before they are written */
export function arrayScenario(
  element: Type,
  length: number,
  zero: unknown,
): Scenario<Type, undefined, ArrayCommand, ArrayModel> {
  const type = array(element, length)
  return {
    type,
    setting: fc.constant(undefined),
    operations: operationsOf(type, element),
    needRoom: NEED_ROOM,
    model: () => ({ values: Array.from({ length }, () => zero) }),
    apply: (live, model, command, surroundings) =>
      applyToArray(type, element, live as FixedArray<Type>, model, command, surroundings),
    agree: (live, { values }) => {
      const opened = live as FixedArray<Type>
      same(opened.length, values.length, 'length')
      const shown = values.map((_, at) => plainOf(opened.at(at % 2 === 0 ? at : at - length)))
      same(textOf(type, shown), textOf(type, values), 'elements')
    },
    checkInvariants: (live) => (live as FixedArray<Type>).checkInvariants(),
  }
}

function applyToArray(
  type: Type,
  element: Type,
  live: FixedArray<Type>,
  model: ArrayModel,
  command: ArrayCommand,
  { held }: Surroundings,
): void {
  const { values } = model
  const { length } = values
  const at = 'at' in command ? command.at % length : 0
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
        state: element.kind === 'struct' ? 'there' : 'perhaps moved',
        value: model.values[at],
      }))
      return
    case 'copy out': {
      const text = textOf(type, values)
      same(textOf(type, live.toObject()), text, 'toObject')
      same(textOf(type, [...live].map(plainOf)), text, 'iteration')
      same(
        textOf(
          type,
          Array.from(live.entries(), ([, value]) => plainOf(value)),
        ),
        text,
        'entries',
      )
      same([...live.keys()].join(), values.map((_, i) => i).join(), 'keys')
      const called: unknown[] = []
      live.forEach((value) => called.push(plainOf(value)))
      same(textOf(type, called), text, 'forEach')
      return
    }
    case 'outside':
      same(live.at(length + command.by), undefined, 'an element after the last')
      same(live.at(-length - 1 - command.by), undefined, 'an element before the first')
      throwsError('InvalidValueError', () => live.set(length + command.by, command.value), 'set outside')
      throwsError('InvalidValueError', () => live.set(-length - 1 - command.by, command.value), 'set outside')
      return
    case 'wrong value':
      throwsError('InvalidValueError', () => live.set(at, command.value), 'setting a wrong value')
      throwsError('InvalidValueError', () => live.assign(command.all as never), 'assigning wrong values')
  }
}

import fc from 'fast-check'
import { vector, type Type, type Vector } from '../../../src/core.js'
import { valuesOf } from './arbitraries.js'
import { same, throwsError } from './check.js'
import { applyEdit, editsOf } from './edit.js'
import { invalidValuesOf } from './invalid.js'
import { textOf } from './plain.js'
import { operation, picks, type CommandOf, type Scenario, type Surroundings } from './scenario.js'
import { isView, plainOf } from './views.js'

/** An element of the model; its identity is that of the element, wherever it moves. */
export interface Cell {
  value: unknown
  gone: boolean
  /** How often the value was written whole over another. */
  writes: number
}

/** The model of a vector: an Array of cells. `moves` counts what may have moved elements. */
export interface VectorModel {
  cells: Cell[]
  moves: number
}

function operationsOf(element: Type) {
  const values = valuesOf(element)
  const lists = fc.array(values, { minLength: 1, maxLength: 5 })
  return [
    operation('push', 20, { values: lists }),
    operation('push own', 4, { own: picks }),
    operation('pop', 6, {}),
    operation('insert', 10, { at: picks, fromEnd: fc.boolean(), value: values }),
    operation('insert own', 4, { at: picks, own: picks }),
    operation('erase', 6, { at: picks, count: fc.nat(4), fromEnd: fc.boolean() }),
    operation('erase one', 4, { at: picks }),
    operation('set', 10, { at: picks, fromEnd: fc.boolean(), value: values }),
    operation('set to own', 4, { at: picks, own: picks }),
    operation('edit', 8, { at: picks, edit: editsOf(element) }),
    operation('assign', 1, { values: lists, as: fc.constantFrom('array', 'set', 'generator') }),
    operation('assign itself', 1, { reversed: fc.boolean() }),
    operation('clear', 0.3, {}),
    operation('reserve', 2, { count: fc.nat(80) }),
    operation('shrink', 3, {}),
    operation('hold', 8, { at: picks }),
    operation('copy out', 3, {}),
    operation('outside', 3, { by: fc.nat(3), value: values }),
    operation('wrong value', 5, { at: picks, value: invalidValuesOf(element), good: lists }),
  ] as const
}

const NEED_ROOM = new Set([
  ...['push', 'push own', 'insert', 'insert own', 'set', 'set to own', 'edit', 'assign', 'assign itself', 'reserve'],
])

/** What happens to vectors. */
export type VectorCommand = CommandOf<ReturnType<typeof operationsOf>>

/** Random commands on a vector, against an Array. */
export function vectorScenario(element: Type): Scenario<Type, undefined, VectorCommand, VectorModel> {
  return {
    type: vector(element),
    setting: fc.constant(undefined),
    operations: operationsOf(element),
    needRoom: NEED_ROOM,
    model: () => ({ cells: [], moves: 0 }),
    apply: (live, model, command, surroundings) =>
      applyToVector(element, live as Vector<Type>, model, command, surroundings),
    agree: (live, model) => vectorsAgree(element, live as Vector<Type>, model),
    checkInvariants: (live) => (live as Vector<Type>).checkInvariants(),
  }
}

const cellOf = (value: unknown): Cell => ({ value, gone: false, writes: 0 })

function applyToVector(
  element: Type,
  live: Vector<Type>,
  model: VectorModel,
  command: VectorCommand,
  { held }: Surroundings,
): void {
  const { length } = model.cells
  const splice = (at: number, count: number, ...values: unknown[]): void => {
    for (const cell of model.cells.splice(at, count, ...values.map(cellOf))) cell.gone = true
    model.moves++
  }
  const write = (at: number, value: unknown): void => {
    const cell = model.cells[at]!
    cell.value = value
    cell.writes++
  }
  switch (command.do) {
    case 'push':
      same(live.push(...command.values), length + command.values.length, 'what push returns')
      splice(length, 0, ...command.values)
      return
    case 'push own': {
      if (length === 0) return
      const own = command.own % length
      live.push(live.at(own))
      splice(length, 0, model.cells[own]!.value)
      return
    }
    case 'pop': {
      const popped = live.pop()
      if (length === 0) same(popped, undefined, 'what pop of an empty vector returns')
      else {
        same(isView(popped), false, 'whether pop gives a view')
        same(textOf(element, popped), textOf(element, model.cells[length - 1]!.value), 'what pop returns')
        splice(length - 1, 1)
      }
      return
    }
    case 'insert': {
      const at = command.at % (length + 1)
      live.insert(command.fromEnd && at < length ? at - length : at, command.value)
      splice(at, 0, command.value)
      return
    }
    case 'insert own': {
      if (length === 0) return
      const [at, own] = [command.at % (length + 1), command.own % length]
      live.insert(at, live.at(own))
      splice(at, 0, model.cells[own]!.value)
      return
    }
    case 'erase': {
      if (length === 0) return
      const at = command.at % length
      const count = Math.min(command.count, length - at)
      live.erase(command.fromEnd ? at - length : at, count)
      splice(at, count)
      return
    }
    case 'erase one':
      if (length === 0) return
      live.erase(command.at % length)
      splice(command.at % length, 1)
      return
    case 'set': {
      if (length === 0) return
      const at = command.at % length
      live.set(command.fromEnd ? at - length : at, command.value)
      write(at, command.value)
      return
    }
    case 'set to own': {
      if (length === 0) return
      const [at, own] = [command.at % length, command.own % length]
      live.set(at, live.at(own))
      write(at, model.cells[own]!.value)
      return
    }
    case 'edit': {
      if (length === 0) return
      const cell = model.cells[command.at % length]!
      cell.value = applyEdit(element, live.at(command.at % length), cell.value, command.edit)
      return
    }
    case 'assign': {
      const values = command.as === 'set' ? [...new Set(command.values)] : command.values
      live.assign(command.as === 'generator' ? values.values() : command.as === 'set' ? new Set(values) : values)
      splice(0, length, ...values)
      return
    }
    case 'assign itself': {
      const values = model.cells.map(({ value }) => value)
      live.assign(command.reversed ? [...live].reverse() : live)
      splice(0, length, ...(command.reversed ? values.reverse() : values))
      return
    }
    case 'clear':
      live.clear()
      splice(0, length)
      return
    case 'reserve':
      live.reserve(command.count)
      if (live.capacity < command.count) throw new Error(`capacity=${live.capacity} after reserve(${command.count})`)
      model.moves++
      return
    case 'shrink': {
      const { capacity } = live
      live.shrinkToFit()
      if (live.capacity > capacity) throw new Error(`capacity=${live.capacity} after shrinkToFit from ${capacity}`)
      model.moves++
      return
    }
    case 'hold': {
      if (length === 0) return
      const cell = model.cells[command.at % length]!
      const [{ writes }, { moves }] = [cell, model]
      held.hold(element, live.at(command.at % length), () => {
        if (cell.gone) return { state: 'gone' }
        const mayMove = moves !== model.moves || (writes !== cell.writes && element.kind !== 'struct')
        return { state: mayMove ? 'perhaps moved' : 'there', value: cell.value }
      })
      return
    }
    case 'copy out': {
      const type = vector(element)
      const text = textOf(
        type,
        model.cells.map(({ value }) => value),
      )
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
      same([...live.keys()].join(), model.cells.map((_, i) => i).join(), 'keys')
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
      throwsError('InvalidValueError', () => live.insert(length + 1 + command.by, command.value), 'insert outside')
      throwsError('InvalidValueError', () => live.erase(length + command.by), 'erase outside')
      return
    case 'wrong value':
      throwsError('InvalidValueError', () => live.push(...command.good, command.value), 'push of a wrong value')
      throwsError('InvalidValueError', () => live.assign([...command.good, command.value]), 'assigning a wrong value')
      throwsError('InvalidValueError', () => live.insert(command.at % (length + 1), command.value), 'inserting one')
      if (length > 0)
        throwsError('InvalidValueError', () => live.set(command.at % length, command.value), 'setting one')
  }
}

function vectorsAgree(element: Type, live: Vector<Type>, model: VectorModel): void {
  same(live.length, model.cells.length, 'length')
  if (live.capacity < live.length) throw new Error(`capacity=${live.capacity}, length=${live.length}`)
  for (const [at, { value }] of model.cells.entries()) {
    const wanted = textOf(element, value)
    same(textOf(element, plainOf(live.at(at))), wanted, `element ${at}`)
    if (at % 4 === 0)
      same(textOf(element, plainOf(live.at(at - model.cells.length))), wanted, `element ${at} from the end`)
  }
}

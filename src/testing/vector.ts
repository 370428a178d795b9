import fc from 'fast-check'
import type { Deque, DequeType } from '../containers/deque-type.js'
import type { Vector, VectorType } from '../containers/vector-type.js'
import type { Type } from '../types/type.js'
import { refuses, same, throwsError } from './check.js'
import { applyEdit, editsOf, placesIn, type Change } from './edit.js'
import { ElementsModel } from './elements-model.js'
import { anyScenario, operation, picks, type AnyScenario, type CommandOf, type Surroundings } from './scenario.js'
import { INPUTS, type TypeModel } from './type-model.js'
import { isView } from './views.js'

/** `vector` and `deque`, against an Array. */
export class VectorModel extends ElementsModel<VectorType<Type> | DequeType<Type>> {
  override applyChange(live: unknown, plain: unknown, { what, at, value }: Change): unknown {
    const vector = live as Vector<Type>
    const list = plain as readonly unknown[]
    if (what === 'put') {
      const place = at % (list.length + 1)
      vector.insert(place, value)
      return list.toSpliced(place, 0, this.element.normal(value))
    }
    if (what === 'clear') {
      vector.clear()
      return []
    }
    if (list.length === 0) return list
    vector.erase(at % list.length)
    return list.toSpliced(at % list.length, 1)
  }

  override scenario(): AnyScenario {
    const { element } = this
    return anyScenario<undefined, VectorCommand, VectorState>({
      type: this.type,
      setting: fc.constant(undefined),
      operations: operationsOf(element, this.type.kind === 'deque'),
      needRoom: NEED_ROOM,
      model: () => ({ cells: [], moves: 0 }),
      apply: (live, state, command, surroundings) =>
        applyToVector(this, live as Vector<Type>, state, command, surroundings),
      agree: (live, state) => vectorsAgree(element, live as Vector<Type>, state),
    })
  }
}

/** An element of the model; its identity is that of the element, wherever it moves. */
interface Cell {
  value: unknown
  gone: boolean
  /** How often the value was written whole over another. */
  writes: number
}

/** The model of a vector: an Array of cells. `moves` counts what may have moved elements. */
interface VectorState {
  cells: Cell[]
  moves: number
}

function operationsOf(element: TypeModel, isDeque: boolean) {
  const values = element.draw(INPUTS)!
  const lists = fc.array(values, { minLength: 1, maxLength: 5 })
  return [
    operation('push', 20, { values: lists }),
    operation('push own', 4, { own: picks }),
    operation('pop', 6, {}),
    operation('unshift', isDeque ? 16 : 0, { values: lists }),
    operation('shift', isDeque ? 8 : 0, {}),
    operation('insert', 10, { at: picks, fromEnd: fc.boolean(), value: values }),
    operation('insert own', 4, { at: picks, own: picks }),
    operation('erase', 6, { at: picks, count: fc.nat(4), fromEnd: fc.boolean() }),
    operation('erase one', 4, { at: picks }),
    operation('set', 10, { at: picks, fromEnd: fc.boolean(), value: values }),
    operation('set to own', 4, { at: picks, own: picks }),
    operation('edit', 8 * Math.min(placesIn(element), 5), { at: picks, edit: editsOf(element) }),
    operation('assign', 1, { values: lists, as: fc.constantFrom('array', 'set', 'generator') }),
    operation('assign itself', 1, { reversed: fc.boolean() }),
    operation('clear', 0.3, {}),
    operation('reserve', 2, { count: fc.nat(80) }),
    operation('shrink', 3, {}),
    operation('hold', 8, { at: picks }),
    operation('copy out', 3, {}),
    operation('outside', 3, { by: fc.nat(3), value: values }),
    operation('wrong value', 5, { at: picks, wrong: element.drawWrong(INPUTS)!, good: lists }),
  ] as const
}

const NEED_ROOM = new Set([
  ...[
    'push',
    'unshift',
    'push own',
    'insert',
    'insert own',
    'set',
    'set to own',
    'edit',
    'assign',
    'assign itself',
    'reserve',
  ],
])

type VectorCommand = CommandOf<ReturnType<typeof operationsOf>>

const cellOf = (value: unknown): Cell => ({ value, gone: false, writes: 0 })

function applyToVector(
  of: VectorModel,
  live: Vector<Type>,
  model: VectorState,
  command: VectorCommand,
  { held }: Surroundings,
): void {
  const { element } = of
  const plain = (read: unknown): unknown => element.plain(read)
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
    case 'unshift':
      same((live as Deque<Type>).unshift(...command.values), length + command.values.length, 'what unshift returns')
      splice(0, 0, ...command.values)
      return
    case 'pop':
    case 'shift': {
      const taken = command.do === 'pop' ? live.pop() : (live as Deque<Type>).shift()
      if (length === 0) same(taken, undefined, `what ${command.do} gives where there is nothing`)
      else {
        const at = command.do === 'pop' ? length - 1 : 0
        same(isView(taken) && element.plain(taken) !== taken, false, `whether ${command.do} gives a view`)
        same(element.text(taken), element.text(model.cells[at]!.value), `what ${command.do} returns`)
        splice(at, 1)
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
        const mayMove = moves !== model.moves || (writes !== cell.writes && element.type.kind !== 'struct')
        return { state: mayMove ? 'perhaps moved' : 'there', value: cell.value }
      })
      return
    }
    case 'copy out': {
      const text = of.text(model.cells.map(({ value }) => value))
      same(of.text(live.toObject()), text, 'toObject')
      same(of.text(Array.from(live, plain)), text, 'iteration')
      same(of.text(Array.from(live.entries(), ([, value]) => plain(value))), text, 'entries')
      same([...live.keys()].join(), model.cells.map((_, i) => i).join(), 'keys')
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
      throwsError('InvalidValueError', () => live.insert(length + 1 + command.by, command.value), 'insert outside')
      throwsError('InvalidValueError', () => live.erase(length + command.by), 'erase outside')
      return
    case 'wrong value': {
      const { good, wrong } = command
      const [at, last] = [command.at % (length + 1), good.length]
      refuses(() => live.push(...good, wrong.value), [last, ...wrong.path], 'push of a wrong value')
      refuses(() => live.assign([...good, wrong.value]), [last, ...wrong.path], 'assigning a wrong value')
      refuses(() => live.insert(at, wrong.value), [at, ...wrong.path], 'inserting one')
      if (at < length) refuses(() => live.set(at, wrong.value), [at, ...wrong.path], 'setting one')
    }
  }
}

function vectorsAgree(element: TypeModel, live: Vector<Type>, model: VectorState): void {
  same(live.length, model.cells.length, 'length')
  if (live.capacity < live.length) throw new Error(`capacity=${live.capacity}, length=${live.length}`)
  for (const [at, { value }] of model.cells.entries()) {
    const wanted = element.text(value)
    same(element.text(element.plain(live.at(at))), wanted, `element ${at}`)
    if (at % 4 === 0)
      same(element.text(element.plain(live.at(at - model.cells.length))), wanted, `element ${at} from the end`)
  }
}

import fc from 'fast-check'
import type { Type } from '../../../src/core.js'
import { same, throwsError } from './check.js'
import { applyEdit, editsOf } from './edit.js'
import { invalidValuesOf } from './invalid.js'
import { membersOf } from './members.js'
import { textOf } from './plain.js'
import { operation, pickFrom, picks, type CommandOf, type Scenario } from './scenario.js'
import { plainOf } from './views.js'
import { zeroOf } from './zero.js'

const KINDS_WITH_VIEWS = new Set(['struct', 'vector', 'hashMap', 'orderedMap', 'hashSet', 'orderedSet'])

/** The type behind an optional or a default. */
function definite(type: Type): Type {
  return type.kind === 'optional' || type.kind === 'withDefault' ? membersOf(type).value : type
}

function operationsOf(type: Type) {
  const fields = Object.entries(membersOf(type).fields)
  const fieldEdits = fields
    .filter(([, field]) => KINDS_WITH_VIEWS.has(definite(field).kind))
    .map(([name, field]) => fc.record({ name: fc.constant(name), edit: editsOf(definite(field)) }))
  const wrongs = fields.map(([name, field]) => fc.record({ name: fc.constant(name), value: invalidValuesOf(field) }))
  return [
    operation('edit', 30, { edit: editsOf(type) }),
    operation('edit field', 20, { field: fc.oneof(...fieldEdits) }),
    operation('assign own', 3, { field: picks }),
    operation('hold', 5, { field: picks }),
    operation('wrong value', 8, { wrong: fc.oneof(...wrongs), good: editsOf(type) }),
  ] as const
}

const NEED_ROOM = new Set(['edit', 'edit field', 'assign own'])

type StructCommand = CommandOf<ReturnType<typeof operationsOf>>

/** A plain object, and how often each field was written whole. */
interface StructModel {
  value: Record<string, unknown>
  readonly writes: Record<string, number>
}

/** A view of a struct of any type. */
type AnyView = Record<string, unknown> & { toObject(): unknown; toJSON(): unknown; assign(patch: object): void }

/** Random commands on a struct, against a plain object. */
export function structScenario(type: Type): Scenario<Type, undefined, StructCommand, StructModel> {
  const { fields } = membersOf(type)
  return {
    type,
    setting: fc.constant(undefined),
    operations: operationsOf(type),
    needRoom: NEED_ROOM,
    model: () => ({ value: zeroOf(type) as Record<string, unknown>, writes: {} }),
    apply: (live, model, command, { held }) => {
      const view = live as AnyView
      const writeAll = (names: Iterable<string>): void => {
        for (const name of names) model.writes[name] = (model.writes[name] ?? 0) + 1
      }
      switch (command.do) {
        case 'edit':
          model.value = applyEdit(type, view, model.value, command.edit) as Record<string, unknown>
          writeAll(Object.keys(command.edit.with as object))
          return
        case 'edit field': {
          const { name, edit } = command.field
          const inner = view[name]
          if (inner === undefined) return
          const field = definite(fields[name]!)
          const before = model.value[name] ?? membersOf(fields[name]!).default ?? zeroOf(field)
          model.value[name] = applyEdit(field, inner, before, edit)
          return
        }
        case 'assign own': {
          const name = pickFrom(Object.keys(fields), command.field)
          view.assign({ [name]: view[name] })
          writeAll([name])
          return
        }
        case 'hold': {
          const name = pickFrom(Object.keys(fields), command.field)
          const field = definite(fields[name]!)
          const writes = model.writes[name]
          held.hold(field, view[name], () => {
            // What was written whole may be made anew.
            const value = model.value[name] ?? membersOf(fields[name]!).default
            const mayMove = writes !== model.writes[name] && !(field.kind === 'struct' && field === fields[name])
            return { state: mayMove ? 'perhaps moved' : 'there', value }
          })
          return
        }
        case 'wrong value': {
          const { name, value } = command.wrong
          const patch = { ...(command.good.with as object), [name]: value }
          throwsError('InvalidValueError', () => view.assign(patch), 'assigning a wrong value')
        }
      }
    },
    agree: (live, { value }) => {
      const view = live as AnyView
      const text = textOf(type, value)
      same(textOf(type, view.toObject()), text, 'toObject')
      const read = Object.fromEntries(Object.keys(fields).map((name) => [name, plainOf(view[name])]))
      same(textOf(type, read), text, 'fields')
    },
  }
}

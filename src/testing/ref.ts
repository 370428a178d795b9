import fc from 'fast-check'
import type { Ref } from '../types/ref.js'
import type { Type } from '../types/type.js'
import { refuses, same } from './check.js'
import { applyEdit, editsOf, placesIn } from './edit.js'
import { anyScenario, operation, type AnyScenario, type CommandOf } from './scenario.js'
import { INPUTS, type TypeModel } from './type-model.js'

function operationsOf(model: TypeModel) {
  return [
    operation('write', 20, { value: model.draw(INPUTS)! }),
    operation('write own', 3, {}),
    operation('edit', Math.min(placesIn(model), 20), { edit: editsOf(model) }),
    operation('wrong value', 5, { wrong: model.drawWrong(INPUTS)! }),
  ] as const
}

type RefCommand = CommandOf<ReturnType<typeof operationsOf>>

/** Random writes to a single value, against a variable. */
export function refScenario(of: TypeModel): AnyScenario {
  return anyScenario<undefined, RefCommand, { value: unknown }>({
    type: of.type,
    setting: fc.constant(undefined),
    operations: operationsOf(of),
    needRoom: new Set(['write', 'write own', 'edit']),
    model: () => ({ value: of.zero() }),
    apply: (live, model, command) => {
      const ref = live as Ref<Type>
      switch (command.do) {
        case 'write':
          ref.value = command.value
          model.value = command.value
          return
        case 'write own': {
          const own = ref.value
          ref.value = own
          return
        }
        case 'edit':
          model.value = applyEdit(of, ref.value, model.value, command.edit)
          return
        case 'wrong value':
          refuses(() => (ref.value = command.wrong.value), command.wrong.path, 'writing a wrong value')
      }
    },
    agree: (live, { value }) => {
      const ref = live as Ref<Type>
      same(of.text(of.plain(ref.value)), of.text(value), 'value')
      same(of.text(ref.toObject()), of.text(value), 'toObject')
    },
  })
}

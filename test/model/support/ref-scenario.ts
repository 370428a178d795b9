import fc from 'fast-check'
import type { Ref, Type } from '../../../src/core.js'
import { valuesOf } from './arbitraries.js'
import { same, throwsError } from './check.js'
import { invalidValuesOf } from './invalid.js'
import { textOf } from './plain.js'
import { operation, type CommandOf, type Scenario } from './scenario.js'
import { plainOf } from './views.js'
import { zeroOf } from './zero.js'

function operationsOf(type: Type) {
  return [
    operation('write', 20, { value: valuesOf(type) }),
    operation('write own', 3, {}),
    operation('wrong value', 5, { value: invalidValuesOf(type) }),
  ] as const
}

type RefCommand = CommandOf<ReturnType<typeof operationsOf>>

/** Random writes to a single value, against a variable. */
export function refScenario(type: Type): Scenario<Type, undefined, RefCommand, { value: unknown }> {
  return {
    type,
    setting: fc.constant(undefined),
    operations: operationsOf(type),
    needRoom: new Set(['write', 'write own']),
    model: () => ({ value: zeroOf(type) }),
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
        case 'wrong value':
          throwsError('InvalidValueError', () => (ref.value = command.value), 'writing a wrong value')
      }
    },
    agree: (live, { value }) => {
      const ref = live as Ref<Type>
      same(textOf(type, plainOf(ref.value)), textOf(type, value), 'value')
      same(textOf(type, ref.toObject()), textOf(type, value), 'toObject')
    },
  }
}

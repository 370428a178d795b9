import type { Type } from '../../../src/core.js'
import { membersOf } from './members.js'

/** What a type reads as before anything was written. */
export function zeroOf(type: Type): unknown {
  const { kind, fields, element, length, values, value, default: fallback } = membersOf(type)
  switch (kind) {
    case 'bool':
      return false
    case 'u64':
    case 'i64':
      return 0n
    case 'string':
      return ''
    case 'bytes':
      return new Uint8Array()
    case 'enumeration':
      return values[0]
    case 'struct':
      return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, zeroOf(field)]))
    case 'array':
      return Array.from({ length }, () => zeroOf(element))
    case 'optional':
    case 'offsetPtr':
    case 'weakPtr':
    case 'sharedPtr':
    case 'uniquePtr':
      return undefined
    case 'withDefault':
      return fallback ?? zeroOf(value)
    case 'vector':
    case 'hashMap':
    case 'orderedMap':
    case 'hashSet':
    case 'orderedSet':
    case 'multiIndex':
      return []
    default:
      return 0
  }
}

/** What plain values are equal and how keys order, by docs/format.md alone: nothing here uses the code under test. */
import type { Type } from '../../../src/core.js'
import { membersOf } from './members.js'

/**
 * A value of a type, written out; two values are equal when their texts are. Takes all that writing accepts, and gives the same
 * text for what reading should give back: f32 rounded, defaults filled in, sequences from any iterable. Views are not taken:
 * call `toObject()` first.
 */
export function textOf(type: Type, value: unknown): string {
  const { kind, fields, element, key, value: inner, default: fallback, row, target } = membersOf(type)
  switch (kind) {
    case 'bool':
      return String(value)
    case 'f32':
      return numberText(Math.fround(value as number))
    case 'string':
    case 'enumeration':
      return JSON.stringify(value)
    case 'u64':
    case 'i64':
      return `${(value as bigint).toString()}n`
    case 'bytes':
      return `#${Buffer.from(value as Uint8Array).toString('hex')}`
    case 'struct': {
      let text = '{'
      for (const name in fields) text += `${name}:${textOf(fields[name]!, (value as Record<string, unknown>)[name])},`
      return `${text}}`
    }
    case 'array':
    case 'vector':
      return `[${Array.from(value as Iterable<unknown>, (each) => textOf(element, each)).join()}]`
    case 'optional':
      return value === undefined ? 'none' : textOf(inner, value)
    case 'uniquePtr':
      return value === undefined ? 'none' : textOf(target, value)
    case 'withDefault':
      return textOf(inner, value === undefined ? fallback : value)
    case 'hashMap':
    case 'orderedMap': {
      const entries = new Map<string, string>()
      const keys = new Map<string, unknown>()
      for (const [k, v] of value as Iterable<[unknown, unknown]>) {
        entries.set(keyTextOf(key, k), textOf(inner, v))
        keys.set(keyTextOf(key, k), k)
      }
      return `{${inOrder(kind === 'orderedMap', key, keys)
        .map((k) => `${k}=>${entries.get(k)!}`)
        .join()}}`
    }
    case 'hashSet':
    case 'orderedSet': {
      const keys = new Map(Array.from(value as Iterable<unknown>, (k) => [keyTextOf(key, k), k]))
      return `{${inOrder(kind === 'orderedSet', key, keys).join()}}`
    }
    case 'multiIndex':
      return `{${Array.from(value as Iterable<unknown>, (each) => textOf(row, each))
        .sort()
        .join()}}`
    case 'offsetPtr':
    case 'weakPtr':
    case 'sharedPtr':
      return value === undefined ? 'null' : 'pointer'
    default:
      return numberText(value as number)
  }
}

/** The texts of keys: those of an ordered container in its order, others in any fixed order. */
function inOrder(ordered: boolean, type: Type, keys: ReadonlyMap<string, unknown>): string[] {
  if (!ordered) return [...keys.keys()].sort()
  return [...keys].sort(([, a], [, b]) => compareKeys(type, a, b)).map(([text]) => text)
}

/** A key, written out; two keys are equal when their texts are. Differs from `textOf` in that `-0` equals `0`. */
export function keyTextOf(type: Type, key: unknown): string {
  const { kind, fields, element, value: inner, default: fallback } = membersOf(type)
  switch (kind) {
    case 'f32':
      return numberText(Math.fround(key as number) + 0)
    case 'f64':
      return numberText((key as number) + 0)
    case 'struct':
      return `{${Object.entries(fields)
        .map(([name, field]) => keyTextOf(field, (key as Record<string, unknown>)[name]))
        .join()}}`
    case 'array':
      return `[${Array.from(key as Iterable<unknown>, (each) => keyTextOf(element, each)).join()}]`
    case 'withDefault':
      return keyTextOf(inner, key === undefined ? fallback : key)
    default:
      return textOf(type, key)
  }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Negative when `a` comes before `b`, positive when after, 0 when they are equal. */
export function compareKeys(type: Type, a: unknown, b: unknown): number {
  const { kind, fields, element, values, value: inner, default: fallback } = membersOf(type)
  switch (kind) {
    case 'f32':
      return compareNumbers(Math.fround(a as number), Math.fround(b as number))
    case 'enumeration':
      return values.indexOf(a as string) - values.indexOf(b as string)
    case 'string':
      return a === b ? 0 : (a as string) < (b as string) ? -1 : 1
    case 'bytes':
      return Buffer.compare(a as Uint8Array, b as Uint8Array)
    case 'u64':
    case 'i64':
      return a === b ? 0 : (a as bigint) < (b as bigint) ? -1 : 1
    case 'struct': {
      for (const name in fields) {
        const order = compareKeys(
          fields[name]!,
          (a as Record<string, unknown>)[name],
          (b as Record<string, unknown>)[name],
        )
        if (order !== 0) return order
      }
      return 0
    }
    case 'array': {
      const others = [...(b as Iterable<unknown>)]
      for (const [i, each] of [...(a as Iterable<unknown>)].entries()) {
        const order = compareKeys(element, each, others[i])
        if (order !== 0) return order
      }
      return 0
    }
    case 'withDefault':
      return compareKeys(inner, a === undefined ? fallback : a, b === undefined ? fallback : b)
    default:
      return compareNumbers(Number(a), Number(b))
  }
}

/** NaN equals itself and comes last; -0 equals 0. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a === b ? 0 : a < b ? -1 : 1
}

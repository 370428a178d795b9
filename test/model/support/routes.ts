/** Ways into nested values: from the container that is opened to one inside it. */
import type { FixedArray, HashMap, KeyType, Type, Vector } from '../../../src/core.js'
import { membersOf } from './members.js'
import { keyTextOf } from './plain.js'

/** A step from a value to one in it: an element by its place, the value of an entry by its place, a field, what an optional holds. */
type Step = 'element' | 'value' | 'present' | { readonly field: string }

/** The steps to a value, and its type. */
export interface Route {
  readonly steps: readonly Step[]
  readonly type: Type
}

/** All routes to values that have views, the whole included. */
export function routesOf(type: Type, steps: readonly Step[] = []): Route[] {
  const { kind, element, value, fields } = membersOf(type)
  const own: Route = { steps, type }
  switch (kind) {
    case 'array':
    case 'vector':
      return [own, ...routesOf(element, [...steps, 'element'])]
    case 'hashMap':
    case 'orderedMap':
      return [own, ...routesOf(value, [...steps, 'value'])]
    case 'optional':
      return routesOf(value, [...steps, 'present'])
    case 'withDefault':
      return routesOf(value, steps)
    case 'struct':
      return [own, ...Object.entries(fields).flatMap(([field, inner]) => routesOf(inner, [...steps, { field }]))]
    case 'hashSet':
    case 'orderedSet':
    case 'multiIndex':
      return [own]
    default:
      return []
  }
}

/** A plain value in one form: sequences, entries and keys as arrays, each key once, the last value of it. */
export function normalOf(type: Type, input: unknown): unknown {
  const { kind, element, key, value, fields, default: fallback } = membersOf(type)
  switch (kind) {
    case 'array':
    case 'vector':
      return Array.from(input as Iterable<unknown>, (each) => normalOf(element, each))
    case 'hashMap':
    case 'orderedMap': {
      const entries = new Map<string, [unknown, unknown]>()
      for (const [k, v] of input as Iterable<[unknown, unknown]>)
        entries.set(keyTextOf(key, k), [k, normalOf(value, v)])
      return [...entries.values()]
    }
    case 'hashSet':
    case 'orderedSet':
      return [...new Map(Array.from(input as Iterable<unknown>, (k) => [keyTextOf(key, k), k])).values()]
    case 'optional':
      return input === undefined ? undefined : normalOf(value, input)
    case 'withDefault':
      return normalOf(value, input === undefined ? fallback : input)
    case 'struct':
      return Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          normalOf(field, (input as Record<string, unknown>)[name]),
        ]),
      )
    default:
      return input
  }
}

/**
 * Goes a route in a container and in its plain value, and changes what is at its end.
 *
 * @param picks - which elements and entries to go through, one for each step; used up from the front
 * @param change - does the same to both, and gives the new plain value
 * @returns the new plain value of the whole; the old one when the route leads nowhere
 */
export function follow(
  { steps }: Route,
  type: Type,
  live: unknown,
  plain: unknown,
  picks: readonly number[],
  change: (live: unknown, plain: unknown) => unknown,
): unknown {
  const [step, ...rest] = steps
  const { kind, element, value, fields } = membersOf(type)
  if (kind === 'withDefault') return follow({ steps, type }, value, live, plain, picks, change)
  if (step === undefined) return change(live, plain)
  const [pick = 0, ...left] = picks
  const next = (inner: Type, innerLive: unknown, innerPlain: unknown): unknown =>
    follow({ steps: rest, type: inner }, inner, innerLive, innerPlain, left, change)
  if (step === 'present') return plain === undefined ? undefined : next(value, live, plain)
  if (typeof step === 'object') {
    const fieldLive = (live as Record<string, unknown>)[step.field]
    const fieldPlain = (plain as Record<string, unknown>)[step.field]
    return { ...(plain as object), [step.field]: next(fields[step.field]!, fieldLive, fieldPlain) }
  }
  const list = plain as readonly unknown[]
  if (list.length === 0) return plain
  const at = pick % list.length
  if (step === 'element')
    return list.with(at, next(element, (live as Vector<Type> | FixedArray<Type>).at(at), list[at]))
  const [key, held] = list[at] as [unknown, unknown]
  return list.with(at, [key, next(value, (live as HashMap<KeyType, Type>).get(key), held)])
}

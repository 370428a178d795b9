import fc from 'fast-check'
import type { FixedArray, HashMap, HashSet, KeyType, Type, Vector } from '../../../src/core.js'
import { patchesOf, valuesOf } from './arbitraries.js'
import { same } from './check.js'
import { indexOf, type AnyMultiIndex } from './live-table.js'
import { membersOf } from './members.js'
import { keyTextOf } from './plain.js'
import { normalOf } from './routes.js'
import { pickFrom, picks } from './scenario.js'

/** A change to a nested value: something is put in, or something is taken out. */
export interface Change {
  readonly what: 'put' | 'take' | 'clear'
  readonly at: number
  readonly value: unknown
}

/** Changes to values of a type that has views. */
export function changesOf(type: Type): fc.Arbitrary<Change> {
  const { kind, element, key, value, row } = membersOf(type)
  const put =
    kind === 'struct'
      ? patchesOf(type)
      : kind === 'vector' || kind === 'array'
        ? valuesOf(element)
        : kind === 'multiIndex'
          ? valuesOf(row)
          : kind === 'hashSet' || kind === 'orderedSet'
            ? valuesOf(key)
            : fc.tuple(valuesOf(key), valuesOf(value))
  const what = fc.oneof(
    { weight: 20, arbitrary: fc.constant('put' as const) },
    { weight: 8, arbitrary: fc.constant('take' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  )
  return fc.record({ what, at: picks, value: put }, { noNullPrototype: true })
}

/** Does a change to a live value and to its plain value in normal form. @returns the plain value then */
export function applyChange(type: Type, live: unknown, plain: unknown, change: Change): unknown {
  switch (type.kind) {
    case 'struct':
      return changeStruct(type, live, plain as object, change)
    case 'array':
    case 'vector':
      return changeSequence(type, live, plain as unknown[], change)
    case 'hashMap':
    case 'orderedMap':
      return changeMap(type, live as HashMap<KeyType, Type>, plain as [unknown, unknown][], change)
    case 'hashSet':
    case 'orderedSet':
      return changeSet(type, live as HashSet<KeyType>, plain as unknown[], change)
    default:
      return changeTable(live as AnyMultiIndex, plain as Record<string, unknown>[], change)
  }
}

function changeStruct(type: Type, live: unknown, plain: object, { value }: Change): unknown {
  ;(live as { assign(patch: unknown): void }).assign(value)
  return normalOf(type, { ...plain, ...(value as object) })
}

function changeSequence(type: Type, live: unknown, plain: readonly unknown[], { what, at, value }: Change): unknown {
  const plainValue = normalOf(membersOf(type).element, value)
  const place = plain.length === 0 ? 0 : at % plain.length
  if (type.kind === 'array') {
    if (plain.length === 0) return plain
    ;(live as FixedArray<Type>).set(place, value)
    return plain.with(place, plainValue)
  }
  const vector = live as Vector<Type>
  if (what === 'put') {
    vector.insert(at % (plain.length + 1), value)
    return plain.toSpliced(at % (plain.length + 1), 0, plainValue)
  }
  if (what === 'clear') {
    vector.clear()
    return []
  }
  if (plain.length === 0) return plain
  vector.erase(place)
  return plain.toSpliced(place, 1)
}

function changeMap(
  type: Type,
  live: HashMap<KeyType, Type>,
  plain: readonly [unknown, unknown][],
  { what, at, value }: Change,
): unknown {
  if (what === 'put') {
    const [key, inner] = value as [unknown, unknown]
    live.set(key, inner)
    return normalOf(type, [...plain, [key, inner]])
  }
  if (what === 'clear') {
    live.clear()
    return []
  }
  if (plain.length === 0) return plain
  const [doomed] = pickFrom(plain, at)
  same(live.delete(doomed), true, 'what delete returns')
  return plain.filter(([key]) => !Object.is(key, doomed))
}

function changeSet(
  type: Type,
  live: HashSet<KeyType>,
  plain: readonly unknown[],
  { what, at, value }: Change,
): unknown {
  if (what === 'put') {
    live.add(value)
    const text = keyTextOf(membersOf(type).key, value)
    return plain.some((key) => keyTextOf(membersOf(type).key, key) === text) ? plain : [...plain, value]
  }
  if (what === 'clear') {
    live.clear()
    return []
  }
  if (plain.length === 0) return plain
  const doomed = pickFrom(plain, at)
  same(live.delete(doomed), true, 'what delete returns')
  return plain.filter((key) => !Object.is(key, doomed))
}

/** For tables with `id` as their only unique index. */
function changeTable(live: AnyMultiIndex, plain: readonly Record<string, unknown>[], change: Change): unknown {
  const { what, at } = change
  if (what === 'put') {
    const row = change.value as Record<string, unknown>
    const isFree = plain.every(({ id }) => id !== row['id'])
    same(live.insert(row).inserted, isFree, 'whether a row was inserted')
    return isFree ? [...plain, row] : plain
  }
  if (what === 'clear') {
    live.clear()
    return []
  }
  if (plain.length === 0) return plain
  const { id } = pickFrom(plain, at)
  same(indexOf(live, 'id').delete(id), true, 'what delete returns')
  return plain.filter((row) => row['id'] !== id)
}

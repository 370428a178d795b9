import { isDeepStrictEqual } from 'node:util'
import type { Change } from '../../../src/index.js'

/** How elements of a plain value are told apart: by key, by key with repetitions, by position, or not at all. */
export type Form = 'map' | 'set' | 'multimap' | 'multiset' | 'sequence' | 'table' | 'rows' | 'value'

/** A key as text, equal for equal keys: -0 is the key 0. */
export function keyText(key: unknown): string {
  if (typeof key === 'number') return key === 0 ? '0' : String(key)
  if (typeof key === 'bigint') return `${key}n`
  if (key instanceof Uint8Array) return `bytes ${Buffer.from(key).toString('hex')}`
  if (Array.isArray(key)) return `[${key.map(keyText).join()}]`
  // Not JSON: it writes lone surrogates as escapes, but tells them apart, too.
  if (typeof key === 'object' && key !== null) {
    const entries = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([name, value]) => `${name}:${keyText(value)}`).join()}}`
  }
  return `${typeof key} ${JSON.stringify(key)}`
}

/** Elements by the text of their keys: the key, and what is kept under it. */
export function elementsOf(form: Form, value: any, keyOf: (row: never) => unknown): Map<string, [unknown, unknown]> {
  const elements = new Map<string, [unknown, unknown]>()
  const put = (key: unknown, element: unknown): unknown => elements.set(keyText(key), [key, element])
  const group = (key: unknown): [unknown, any] | undefined => elements.get(keyText(key))
  switch (form) {
    case 'map':
      for (const [key, element] of value) put(key, element)
      break
    case 'set':
      for (const key of value) put(key, undefined)
      break
    case 'multimap':
      for (const [key, element] of value) put(key, [...(group(key)?.[1] ?? []), element])
      break
    case 'multiset':
      for (const key of value) put(key, Number(group(key)?.[1] ?? 0) + 1)
      break
    case 'sequence':
      for (const [index, element] of value.entries()) put(index, element)
      break
    case 'table':
      for (const row of value) put(keyOf(row as never), row)
      break
    case 'rows':
      for (const row of value) put(rowText(row), [...(group(rowText(row))?.[1] ?? []), row])
      break
    case 'value':
      put(undefined, value)
  }
  return elements
}

/** A row as text in which -0 is told from 0. */
function rowText(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) =>
    Object.is(value, -0) ? '-0' : typeof value === 'number' || typeof value === 'bigint' ? String(value) : value,
  )
}

/** The changes between two plain values, found without any cleverness; in no order. */
export function naiveDiff(form: Form, before: unknown, after: unknown, keyOf: (row: never) => unknown): unknown[] {
  const [older, newer] = [elementsOf(form, before, keyOf), elementsOf(form, after, keyOf)]
  const changes: unknown[] = []
  if (form === 'rows') {
    for (const text of new Set([...older.keys(), ...newer.keys()])) {
      const [own, other] = [older, newer].map((side) => (side.get(text)?.[1] ?? []) as unknown[]) as [any[], any[]]
      for (const row of own.slice(other.length)) changes.push({ kind: 'removed', key: undefined, before: row })
      for (const row of other.slice(own.length)) changes.push({ kind: 'added', key: undefined, after: row })
    }
    return changes
  }
  for (const [text, [key, element]] of older) {
    const other = newer.get(text)
    if (other === undefined) changes.push({ kind: 'removed', key, before: element })
    else if (!isDeepStrictEqual(element, other[1]))
      changes.push({ kind: 'changed', key: other[0], before: element, after: other[1] })
  }
  for (const [text, [key, element]] of newer) {
    if (!older.has(text)) changes.push({ kind: 'added', key, after: element })
  }
  return changes
}

/** The elements there are once the changes were made. */
export function applied(
  form: Form,
  before: unknown,
  changes: readonly Change[],
  keyOf: (row: never) => unknown,
): Map<string, [unknown, unknown]> {
  const elements = elementsOf(form, before, keyOf)
  for (const { kind, key, before: was, after: is } of changes) {
    const text = form === 'rows' ? keyText(rowText(kind === 'removed' ? was : is)) : keyText(key)
    if (form === 'rows') {
      const rows = (elements.get(text)?.[1] ?? []) as unknown[]
      if (kind === 'removed') rows.pop()
      const next = kind === 'removed' ? rows : [...rows, is]
      if (next.length === 0) elements.delete(text)
      else elements.set(text, [text, next])
    } else if (kind === 'removed') elements.delete(text)
    else elements.set(text, [key, is])
  }
  return elements
}

/** What is comparable of a change: neither its table nor its fields. */
export function bare({ kind, key, before, after }: Change): unknown {
  return {
    kind,
    key,
    ...(kind === 'added' ? {} : { before }),
    ...(kind === 'removed' ? {} : { after }),
  }
}

import { pathText, refuseValue, type ValuePath } from '../../types/layout.js'
import { InvalidValueError } from '../../errors/errors.js'
import { isKeyed, KEYED } from '../../types/keyed-kinds.js'
import type { Type } from '../../types/type.js'
import { partsOf } from './parts-of.js'

/** How input is read. */
export interface ConvertOptions {
  /** Whether fields and columns that the type does not have are left out, instead of being an error. */
  readonly ignoresUnknown: boolean
}

const DEPTH_MOST = 1000
const SPECIAL_NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/**
 * The value that JSON stands for, by its type: as `JSON.stringify` of a view writes it, and what people write. 64-bit integers are numbers or decimal
 * strings, bytes base64, numbers also `"NaN"` and `"Infinity"`, maps lists of pairs or objects, `null` is nothing. What is left, ranges for
 * one, is checked when the value is written.
 *
 * @throws InvalidValueError naming the path
 */
export function fromJson(type: Type, json: unknown, options: ConvertOptions, path: ValuePath = [], depth = 0): unknown {
  if (depth > DEPTH_MOST) refuseValue(path, depth, `nested at most ${DEPTH_MOST} deep`, 'deeper')
  const inside = (member: Type, value: unknown, name: string | number): unknown => {
    path[depth] = name
    return fromJson(member, value, options, path, depth + 1)
  }
  const parts = partsOf(type)
  switch (type.kind) {
    case 'optional':
    case 'withDefault':
    case 'uniquePtr':
    case 'sharedPtr':
      if (json === null || json === undefined) return undefined
      return fromJson(
        parts[type.kind === 'optional' || type.kind === 'withDefault' ? 'value' : 'target'],
        json,
        options,
        path,
        depth,
      )
    case 'offsetPtr':
    case 'weakPtr':
      return json === null || json === undefined
        ? undefined
        : refuseValue(path, depth, 'null: where a pointer leads cannot be written in a file', json)
    case 'f32':
    case 'f64':
      return SPECIAL_NUMBERS.get(json) ?? json
    case 'u64':
    case 'i64':
      return bigintOf(type.kind, json, path, depth)
    case 'bytes':
      if (typeof json === 'string' && BASE64.test(json)) return Uint8Array.from(Buffer.from(json, 'base64'))
      return refuseValue(path, depth, 'bytes as base64', json)
    case 'struct':
      return structOf(type, json, options, path, depth, inside)
    case 'variant': {
      const { kind, value } = membersOf(json, path, depth, 'an object { "kind": ..., "value": ... }')
      const alternative = typeof kind === 'string' && Object.hasOwn(parts.alternatives, kind) ? kind : undefined
      // The type itself says which there are.
      return alternative === undefined
        ? { kind, value }
        : { kind, value: inside(parts.alternatives[alternative]!, value, 'value') }
    }
    case 'vector':
    case 'deque':
    case 'list':
    case 'array':
      return listOf(json, path, depth).map((element, index) => inside(parts.element, element, index))
    case 'multiIndex':
      return listOf(json, path, depth).map((row, index) => inside(parts.row, row, index))
    default:
      if (!isKeyed(type.kind)) return json
      return KEYED[type.kind].isMap
        ? pairsOf(parts.key, json, path, depth).map(([key, value], index) => [
            inside(parts.key, key, index),
            inside(parts.value, value, index),
          ])
        : listOf(json, path, depth).map((key, index) => inside(parts.key, key, index))
  }
}

function structOf(
  type: Type,
  json: unknown,
  { ignoresUnknown }: ConvertOptions,
  path: ValuePath,
  depth: number,
  inside: (member: Type, value: unknown, name: string) => unknown,
): Record<string, unknown> {
  const { fields } = partsOf(type)
  const object = membersOf(json, path, depth, 'an object')
  const value: Record<string, unknown> = {}
  for (const name of Object.keys(object)) {
    if (Object.hasOwn(fields, name)) value[name] = inside(fields[name]!, object[name], name)
    else if (!ignoresUnknown) refuseUnknown(path, depth, name)
  }
  return value
}

function refuseUnknown(path: ValuePath, depth: number, name: string): never {
  const at = pathText([...path.slice(0, depth), name], depth + 1)
  throw new InvalidValueError(`there is no such field: path=${at}. Take it out, or pass --ignore-unknown.`, {
    path: at,
    actual: name,
  })
}

function membersOf(json: unknown, path: ValuePath, depth: number, expected: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>
  return refuseValue(path, depth, expected, json)
}

function listOf(json: unknown, path: ValuePath, depth: number): readonly unknown[] {
  return Array.isArray(json) ? json : refuseValue(path, depth, 'an array', json)
}

function pairsOf(
  keyType: Type,
  json: unknown,
  path: ValuePath,
  depth: number,
): readonly (readonly [unknown, unknown])[] {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return Object.entries(json).map(([name, value]) => [keyOfName(keyType, name), value])
  }
  return listOf(json, path, depth).map((pair, index) => {
    if (Array.isArray(pair) && pair.length === 2) return pair as unknown as readonly [unknown, unknown]
    path[depth] = index
    return refuseValue(path, depth + 1, 'a pair [key, value]', pair)
  })
}

const WORDS: Readonly<Record<string, boolean>> = { true: true, false: false }

/** The key that the name of a member stands for, as JSON that `fromJson` takes. */
export function keyOfName(type: Type, name: string): unknown {
  switch (type.kind) {
    case 'bool':
      return WORDS[name] ?? name
    case 'u8':
    case 'i8':
    case 'u16':
    case 'i16':
    case 'u32':
    case 'i32':
    case 'f32':
    case 'f64':
      return numberOf(name) ?? name
    default:
      return name
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The number a text stands for, `undefined` when it is none. */
export function numberOf(text: string): number | undefined {
  return SPECIAL_NUMBERS.get(text) ?? (NUMBER.test(text) ? Number(text) : undefined)
}

function bigintOf(kind: string, json: unknown, path: ValuePath, depth: number): bigint {
  if (typeof json === 'string' && /^[+-]?\d+$/.test(json)) return BigInt(json)
  if (Number.isSafeInteger(json)) return BigInt(json as number)
  return refuseValue(path, depth, `${kind}, an integer; above 2^53 as a string of digits`, json)
}

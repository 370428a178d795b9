import { InvalidOptionError } from '../errors/errors.js'
import type { ArrayType } from './array.js'
import {
  measureVariant,
  POINTER,
  refuseRecursion,
  SIMPLE,
  strideOf,
  type Measure,
  type TypeRef,
} from './description.js'
import type { EnumerationType } from './enumeration.js'
import { derivedOf, isComputed, isWhole, partsOf, type IndexSpecs } from './index-spec.js'
import { isKeyed, KEYED } from './keyed-kinds.js'
import { isType, quote } from './make-type.js'
import type { AnyStructType } from './struct-views.js'
import type { Type } from './type.js'
import type { AnyVariantType } from './variant.js'

const texts = new WeakMap<Type, string>()

/**
 * The canonical description of a type: laid out, as JSON text, the same for every run.
 *
 * @throws InvalidOptionError when the type contains itself by value, or a getter of a struct gives no type
 */
export function describe(type: Type): string {
  let text = texts.get(type)
  if (text === undefined) {
    const describer = new Describer()
    const root = describer.refOf(type)
    text = JSON.stringify({ types: typeof root === 'string' ? [root] : describer.types })
    texts.set(type, text)
  }
  return text
}

/** The type behind `withDefault`, which is laid out like it. */
export function withoutDefault(type: Type): Type {
  return type.kind === 'withDefault' ? (type as unknown as { value: Type }).value : type
}

/** The fields of a struct in order of declaration. Calls getters. @throws InvalidOptionError when one gives no type */
export function fieldsOf(type: AnyStructType): [name: string, type: Type][] {
  return membersOf(type.fields, 'field of struct')
}

/** The alternatives of a variant in order of declaration. Calls getters. @throws InvalidOptionError when one gives no type */
export function alternativesOf(type: AnyVariantType): [name: string, type: Type][] {
  return membersOf(type.alternatives, 'alternative of variant')
}

function membersOf(members: object, place: string): [name: string, type: Type][] {
  return Object.keys(members).map((name) => {
    const member = (members as Record<string, unknown>)[name]
    if (!isType(member)) {
      throw new InvalidOptionError(`${place} is not a type: name=${quote(name)}, value=${quote(member)}.`)
    }
    return [name, member]
  })
}

class Describer {
  readonly types: unknown[] = []
  readonly #indexes = new Map<Type, number>()
  readonly #measures = new Map<Type, Measure | 'measuring'>()

  refOf(given: Type): TypeRef {
    const type = withoutDefault(given)
    if (Object.hasOwn(SIMPLE, type.kind)) return type.kind
    let index = this.#indexes.get(type)
    if (index === undefined) {
      index = this.types.length
      this.#indexes.set(type, index)
      this.types.push(undefined)
      this.types[index] = this.#bodyOf(type)
    }
    return index
  }

  #bodyOf(type: Type): unknown {
    const { kind } = type
    const member = (name: string): TypeRef => this.refOf((type as unknown as Record<string, Type>)[name]!)
    if (isKeyed(kind)) return { kind, key: member('key'), ...(KEYED[kind].isMap ? { value: member('value') } : {}) }
    switch (kind) {
      case 'struct': {
        const { byteLength, alignment } = this.#measure(type)
        const offsets = this.#offsets(type as AnyStructType)
        const fields = fieldsOf(type as AnyStructType).map(([name, field]) => [
          name,
          this.refOf(field),
          offsets.get(name),
        ])
        return { kind, byteLength, alignment, fields }
      }
      case 'array':
        return { kind, element: member('element'), length: (type as ArrayType<Type>).length }
      case 'enumeration':
        return { kind, values: (type as EnumerationType<string>).values }
      case 'optional':
        return { kind, value: member('value') }
      case 'variant': {
        // Sizes first, which refuses one that contains itself by value.
        this.#measure(type)
        const alternatives = alternativesOf(type as AnyVariantType)
        return { kind, alternatives: alternatives.map(([name, each]) => [name, this.refOf(each)]) }
      }
      case 'vector':
      case 'deque':
      case 'list':
        return { kind, element: member('element') }
      case 'offsetPtr':
      case 'weakPtr':
      case 'sharedPtr':
      case 'uniquePtr':
        return { kind, target: member('target') }
      case 'multiIndex': {
        const { indexes } = type as unknown as { indexes: IndexSpecs }
        return { kind, row: member('row'), ...this.#indexesOf(indexes) }
      }
      default:
        throw new InvalidOptionError(`type is of an unknown kind: kind=${quote(kind)}.`)
    }
  }

  #indexesOf(specs: IndexSpecs): object {
    const { computed, predicates } = derivedOf(specs)
    const [computedNames, predicateNames] = [[...computed.keys()], [...predicates.keys()]]
    const indexes = Object.entries(specs).map(([name, { kind, key, where }]) => {
      const parts = partsOf(key).map(({ source, isDescending }) => [
        isComputed(source) ? computedNames.indexOf(source.computed) : isWhole(source) ? '' : source,
        isDescending,
      ])
      return where === undefined ? [name, kind, parts] : [name, kind, parts, predicateNames.indexOf(where.predicate)]
    })
    if (indexes.every((index) => index.length === 4)) {
      throw new InvalidOptionError(
        'multiIndex has partial indexes only, so a row that no predicate takes could not be found. Give it one without where.',
      )
    }
    return {
      ...(computed.size > 0 && {
        computed: [...computed.values()].map(({ computed: name, version, type }) => [name, version, this.refOf(type)]),
      }),
      ...(predicates.size > 0 && {
        predicates: [...predicates.values()].map(({ predicate, version }) => [predicate, version]),
      }),
      indexes,
    }
  }

  #measure(given: Type): Measure {
    const type = withoutDefault(given)
    const { kind } = type
    if (Object.hasOwn(SIMPLE, kind)) return SIMPLE[kind as keyof typeof SIMPLE]
    const known = this.#measures.get(type)
    if (known === 'measuring') refuseRecursion(kind)
    if (known !== undefined) return known
    this.#measures.set(type, 'measuring')
    const measure = this.#measureNew(type)
    this.#measures.set(type, measure)
    return measure
  }

  #measureNew(type: Type): Measure {
    switch (type.kind) {
      case 'struct': {
        const fields = fieldsOf(type as AnyStructType).map(([, field]) => this.#measure(field))
        const alignment = fields.reduce((most, field) => Math.max(most, field.alignment), 4)
        const offsets = this.#offsets(type as AnyStructType)
        const ends = [...offsets.values()].map((offset, index) => offset + fields[index]!.byteLength)
        return { byteLength: Math.ceil(Math.max(...ends) / alignment) * alignment, alignment }
      }
      case 'array': {
        const { element, length } = type as ArrayType<Type>
        const measure = this.#measure(element)
        const byteLength = strideOf(measure) * length
        if (byteLength >= 2 ** 31) {
          throw new InvalidOptionError(`array is too large: bytes=${byteLength}, allowed=2147483647. Use a vector.`)
        }
        return { byteLength, alignment: measure.alignment }
      }
      case 'enumeration': {
        const bytes = (type as EnumerationType<string>).values.length > 256 ? 2 : 1
        return { byteLength: bytes, alignment: bytes }
      }
      case 'optional': {
        const { byteLength, alignment } = this.#measure((type as unknown as { value: Type }).value)
        return { byteLength: byteLength + 1, alignment }
      }
      case 'variant':
        return measureVariant(alternativesOf(type as AnyVariantType).map(([, each]) => this.#measure(each)))
      case 'offsetPtr':
      case 'weakPtr':
      case 'sharedPtr':
        return POINTER
      default:
        return { byteLength: 4, alignment: 4 }
    }
  }

  /** Byte offsets by name, in order of declaration; laid out by descending alignment, so that there are few gaps. */
  #offsets(type: AnyStructType): Map<string, number> {
    const fields = fieldsOf(type).map(([name, field]) => ({ name, measure: this.#measure(field) }))
    const offsets = new Map(fields.map(({ name }) => [name, 0]))
    let end = 0
    for (const alignment of [8, 4, 2, 1]) {
      for (const { name, measure } of fields) {
        if (measure.alignment !== alignment) continue
        end = Math.ceil(end / alignment) * alignment
        offsets.set(name, end)
        end += measure.byteLength
      }
    }
    return offsets
  }
}

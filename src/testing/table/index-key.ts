import { isComputed, isWhole, partsOf, type ComputedSpec } from '../../types/index-spec.js'
import { asStruct, behindDefault, type StructModel } from '../struct.js'
import type { ModelOf, TypeModel } from '../type-model.js'

/** A part of a key: what it is of a row, and its direction. */
export interface KeyPart {
  readonly model: TypeModel
  readonly isDescending: boolean
  readonly of: (value: unknown) => unknown
  /** The field of the row that it depends on alone; `undefined` when it may depend on all. */
  readonly field: string | undefined
}

/** The key of an index: what it is of a row, and how two compare. */
export class IndexKey {
  /** Whether lookups take a list of parts. */
  readonly isList: boolean
  readonly parts: readonly KeyPart[]
  readonly #known = new WeakMap<object, readonly unknown[]>()

  constructor(row: StructModel, spec: unknown, modelOf: ModelOf) {
    this.isList = Array.isArray(spec)
    this.parts = partsOf(spec).map(({ source, isDescending }): KeyPart => {
      if (isWhole(source)) return { model: row, isDescending, of: (value) => value, field: undefined }
      if (isComputed(source))
        return {
          model: modelOf(source.type),
          isDescending,
          of: (value) => computed(row, source, value),
          field: undefined,
        }
      const path = source.split('.')
      return { model: modelAt(row, path), isDescending, of: (value) => fieldAt(row, value, path), field: path[0] }
    })
  }

  /** The key of a row, worked out once: values of rows are replaced, never changed. */
  of(value: object): readonly unknown[] {
    let key = this.#known.get(value)
    if (key === undefined) this.#known.set(value, (key = this.parts.map((part) => part.of(value))))
    return key
  }

  /** What lookups take for a key, or for its leading parts. */
  input(key: readonly unknown[]): unknown {
    return this.isList ? key : key[0]
  }

  /** The order of two keys, or of a key and leading parts of one. */
  compare(a: readonly unknown[], b: readonly unknown[]): number {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const { model, isDescending } = this.parts[i]!
      const order = model.compare(a[i], b[i])
      if (order !== 0) return isDescending ? -order : order
    }
    return 0
  }

  /** A key, written out; two keys are equal when their texts are. */
  text(key: readonly unknown[]): string {
    return key.map((part, i) => this.parts[i]!.model.keyText(part)).join()
  }
}

/** What a function of the user's makes of a row. */
function computed(row: StructModel, { computed: name, compute }: ComputedSpec, value: unknown): unknown {
  if (compute === undefined) throw new Error(`computed key has no function: name=${name}`)
  return compute(row.normal(value) as never)
}

function modelAt(row: StructModel, path: readonly string[]): TypeModel {
  return path.reduce<TypeModel>((model, name) => asStruct(behindDefault(model)).field(name), row)
}

function fieldAt(row: StructModel, value: unknown, path: readonly string[]): unknown {
  let model: TypeModel = row
  let field = value
  for (const name of path) {
    field = (field as Record<string, unknown>)[name]
    model = asStruct(behindDefault(model)).field(name)
    if (model.type.kind === 'withDefault') field ??= model.zero()
  }
  return field
}

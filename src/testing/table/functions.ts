import { multiIndex, type MultiIndexType } from '../../multi-index/multi-index-type.js'
import { isComputed, type ComputedSpec, type IndexSpecs, type PredicateSpec } from '../../types/index-spec.js'
import type { AnyStructType } from '../../types/struct-views.js'
import { same } from '../check.js'
import type { TypeModel } from '../type-model.js'

/** What goes wrong in a function: it throws, or gives what is no value of its type. */
export type Fault = 'throws' | 'wrong'

/** What a function throws when it is told to. */
class Thrown extends Error {}

/** The functions of a table's indexes: they tell what they were called with, and fail when they are told to. */
export class Functions {
  /** The type with its functions watched. */
  readonly type: MultiIndexType<AnyStructType, object>
  readonly #row: TypeModel
  readonly #names = new Set<string>()
  #calls: [name: string, row: unknown][] = []
  #fault: Fault | undefined
  #callsLeft = 0

  /** @param row - the model of its rows */
  constructor(type: MultiIndexType<AnyStructType, object>, row: TypeModel) {
    this.#row = row
    const specs = Object.entries(type.indexes as IndexSpecs).map(([name, { kind, key, where }]) => {
      const watched = { kind, key: this.#watchKey(key) }
      return [name, where === undefined ? watched : { ...watched, where: this.#watchPredicate(where) }]
    })
    const definitions = Object.fromEntries(specs) as Record<string, never>
    const watched: unknown = this.count === 0 ? type : multiIndex(type.row, definitions)
    this.type = watched as MultiIndexType<AnyStructType, object>
  }

  /** How many functions there are. */
  get count(): number {
    return this.#names.size
  }

  #watchKey(key: unknown): unknown {
    if (Array.isArray(key)) return key.map((part) => this.#watchKey(part))
    if (isComputed(key)) return this.#watchComputed(key)
    if (typeof key === 'object' && key !== null && 'descending' in key)
      return { descending: this.#watchKey(key.descending) }
    return key
  }

  #watchComputed(spec: ComputedSpec): ComputedSpec {
    const { compute } = spec
    return compute === undefined ? spec : { ...spec, compute: this.#watch(`computed ${spec.computed}`, compute) }
  }

  #watchPredicate(spec: PredicateSpec): PredicateSpec {
    const { test } = spec
    return test === undefined ? spec : { ...spec, test: this.#watch(`predicate ${spec.predicate}`, test) }
  }

  #watch(name: string, compute: (row: never) => unknown): (row: never) => unknown {
    this.#names.add(name)
    return (row) => {
      this.#calls.push([name, row])
      const fails = this.#fault !== undefined && this.#callsLeft-- === 0
      if (fails && this.#fault === 'throws') throw new Thrown(name)
      // No type has a symbol among its values.
      return fails ? Symbol(name) : compute(row)
    }
  }

  /** Does something in which every function must be called once, with a row that reads as `value`. */
  calledOnce<R>(value: unknown, work: () => R): R {
    this.#calls = []
    const result = work()
    const called = this.#calls.map(([name]) => name).sort()
    same(called.join(), [...this.#names].sort().join(), 'functions called')
    for (const [name, row] of this.#calls)
      same(this.#row.text(row), this.#row.text(value), `row that ${name} was given`)
    return result
  }

  /** Does something in which one of the functions fails, and which must fail for that. @param callsBefore - of those before it */
  failing(fault: Fault, callsBefore: number, work: () => unknown): void {
    this.#fault = fault
    this.#callsLeft = callsBefore
    try {
      work()
    } catch (error) {
      if (fault === 'throws' ? error instanceof Thrown : (error as Error).name === 'InvalidValueError') return
      throw error
    } finally {
      this.#fault = undefined
    }
    throw new Error('a change of which a function fails was made')
  }
}

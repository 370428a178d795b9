import type fc from 'fast-check'
import type { Type } from '../types/type.js'
import type { Change, Opening } from './edit.js'
import { plainOf } from './views.js'
import type { AnyScenario, ScenarioOptions } from './scenario.js'

/** How values are to be drawn. */
export interface Drawing {
  /** How many more times a struct that contains itself may do so. */
  readonly depth: number
  /**
   * Whether values are what `toObject()` could give; else they are what writing accepts: fields with a default are left out, and
   * the entries of a map may repeat a key.
   */
  readonly isPlain: boolean
  /** Whether pointers may be a {@link Lead}, which is to be replaced by a view before the value is used; else they are null. */
  readonly hasLeads: boolean
}

/** A value with exactly one thing wrong, and the way there. */
export interface Miss {
  readonly value: unknown
  readonly path: readonly (string | number)[]
}

/** Gives the model of any type. */
export type ModelOf = (type: Type) => TypeModel

/**
 * What values of a type are: how to draw good and bad ones, when two are equal, how they change, and how an object of the type
 * behaves. It says so by the documentation alone: nothing here uses the code under test.
 */
export abstract class TypeModel<T extends Type = Type> {
  readonly type: T
  /** The model of any type. */
  protected readonly modelOf: ModelOf

  /** @param type - of the kind of this model; @param modelOf - gives the models of the types inside */
  constructor(type: T, modelOf: ModelOf) {
    this.type = type
    this.modelOf = modelOf
  }

  /** Whether a struct may lack a field of the type. */
  readonly isOmissible: boolean = false

  /** The type that a pointer of the type leads to. */
  get target(): Type | undefined {
    return undefined
  }

  /** Models of what values hold by value; not what they point at. */
  get parts(): readonly TypeModel[] {
    return []
  }

  /** What an object of the type is before anything was written. */
  abstract zero(): unknown

  /** Values that writing accepts, rich in those at which encodings change; `undefined` when there is none of so little depth. */
  abstract draw(drawing: Drawing): fc.Arbitrary<unknown> | undefined

  /** Values with exactly one thing wrong; `undefined` when there is none of so little depth. */
  abstract drawWrong(drawing: Drawing): fc.Arbitrary<Miss> | undefined

  /**
   * A value, written out; two values are equal when their texts are. Takes all that writing accepts but views, and gives the
   * same text for what reading should give back: f32 rounded, defaults filled in, sequences from any iterable.
   */
  abstract text(value: unknown): string

  /** A key, written out; two keys are equal when their texts are. Differs from `text` in that `-0` equals `0`. */
  keyText(key: unknown): string {
    return this.text(key)
  }

  /** Negative when key `a` comes before key `b`, positive when after, 0 when they are equal. */
  compare(_a: unknown, _b: unknown): number {
    throw new Error(`values of kind ${this.type.kind} are no keys`)
  }

  /** A plain value in one form: sequences, entries and keys as arrays, each key once, defaults filled in. */
  normal(value: unknown): unknown {
    return value
  }

  /** What a plain value consists of, each piece under the step that leads to it; `undefined` when it is one. */
  pieces(_value: unknown): ReadonlyMap<string, { readonly model: TypeModel; readonly value: unknown }> | undefined {
    return undefined
  }

  /** The plain value of what reading gave: views are copied out, but not what pointers lead to. */
  plain(read: unknown): unknown {
    return plainOf(read)
  }

  /** The ways from a value to those inside it that can be changed in place. */
  openings(): readonly Opening[] {
    return []
  }

  /** Changes made in place through what reading gives; `undefined` where that has no methods for it. */
  drawChange(): fc.Arbitrary<Change> | undefined {
    return undefined
  }

  /** Does a change to what reading gave and to its plain value in normal form. @returns the plain value then */
  applyChange(_live: unknown, plain: unknown, _change: Change): unknown {
    return plain
  }

  /** How an object of the type behaves. */
  abstract scenario(options: ScenarioOptions): AnyScenario
}

/** How values for commands are drawn. */
export const INPUTS: Drawing = { depth: 2, isPlain: false, hasLeads: true }

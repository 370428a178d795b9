import { OutOfSpaceError } from '../errors/errors.js'
import type { Segment } from '../segment/segment.js'
import type { Type } from '../types/type.js'
import { pickFrom } from './scenario.js'
import type { TypeModel } from './type-model.js'
import { addressOf } from './views.js'

/** A pointer in a value that is drawn before there is anything to point at. */
export class Lead {
  readonly target: Type
  readonly pick: number

  /** @param pick - which of the objects of the type */
  constructor(target: Type, pick: number) {
    this.target = target
    this.pick = pick
  }
}

/** An object that pointers lead to. */
interface Target {
  readonly name: string
  readonly type: Type
  isGone: boolean
}

/** The name of a second object that a command may make, and destroys before it ends. */
export const BESIDE = 'beside'

const TARGETS_EACH = 3

/** What a view that was given to be pointed at stands for; views live longer than their segments here. */
const given = new WeakMap<object, Target>()

/** Objects beside the one under test, for its pointers to lead to. They come and go. */
export class Targets {
  readonly #types: readonly Type[]
  #targets: Target[] = []
  #segment: Segment | undefined
  #made = 0

  /** @param model - of the object whose pointers are looked for */
  constructor(model: TypeModel) {
    this.#types = [...targetTypes(model)]
  }

  /** Whether there is anything to point at. */
  get isNeeded(): boolean {
    return this.#types.length > 0
  }

  /** Makes some in a new segment. */
  make(segment: Segment): void {
    this.#segment = segment
    for (const type of this.#types) for (let i = 0; i < TARGETS_EACH; i++) this.#add(type)
  }

  #add(type: Type): void {
    const name = `target ${this.#made++}`
    this.#segment!.construct(name, type)
    this.#targets.push({ name, type, isGone: false })
  }

  /** Goes on in a copy of the segment. */
  moveTo(segment: Segment): void {
    this.#segment = segment
  }

  /** Destroys one and makes another, which may come to lie in its place; in a full segment one is missing then. */
  exchange(pick: number): void {
    if (this.#targets.length === 0) return
    const target = pickFrom(this.#targets, pick)
    this.#destroy(target)
    try {
      this.#add(target.type)
    } catch (error) {
      if (!(error instanceof OutOfSpaceError)) throw error
    }
  }

  /** Destroys all. */
  clear(): void {
    for (const target of this.#targets) this.#destroy(target)
  }

  #destroy(target: Target): void {
    this.#segment!.destroy(target.name)
    target.isGone = true
    this.#targets = this.#targets.filter((each) => each !== target)
  }

  /** A value with views in the place of leads. */
  resolve(value: unknown): unknown {
    if (!this.isNeeded || typeof value !== 'object' || value === null) return value
    if (value instanceof Lead) return this.#view(value)
    if (Array.isArray(value)) return value.map((each) => this.resolve(each))
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.resolve(each)]))
  }

  #view({ target: type, pick }: Lead): unknown {
    const some = this.#targets.filter((target) => target.type === type)
    if (some.length === 0) return undefined
    const target = pickFrom(some, pick)
    const view: object = this.#segment!.find(target.name, type) as object
    given.set(view, target)
    return view
  }
}

/** Where a pointer leads, written out: nowhere once its target is gone. */
export function leadText(view: unknown): string {
  if (view === undefined || given.get(view as object)?.isGone === true) return 'none'
  return `-> ${addressOf(view)}`
}

function targetTypes(model: TypeModel, met = new Set<TypeModel>(), found = new Set<Type>()): Set<Type> {
  const before = met.size
  if (met.add(model).size === before) return found
  if (model.target !== undefined) found.add(model.target)
  for (const part of model.parts) targetTypes(part, met, found)
  return found
}

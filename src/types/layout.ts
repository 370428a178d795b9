import { CorruptionError, InvalidValueError, SchemaMismatchError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { Description, strideOf, type Measure, type TypeRef } from './description.js'
import { describe } from './describe.js'
import { quote } from './make-type.js'
import { typeFrom } from './type-from.js'
import type { Kind, Type } from './type.js'

/** Names and positions on the way to a value; only those before the depth at hand count, the rest is left over. */
export type ValuePath = (string | number)[]

/**
 * How values of a type lie in a segment. Writing is in two phases, so that a wrong value or a full segment leaves nothing
 * half done: `prepare` checks and copies the JavaScript value, reading each of its properties once, and touches no memory;
 * `init` writes what it gave to bytes nobody refers to yet, inside a scope that frees its allocations when one fails.
 */
export abstract class Layout implements Measure {
  abstract readonly kind: Kind
  /** The type whose layout it is. */
  type!: Type
  /** Where the segment describes it. */
  stored!: { readonly description: Description; readonly ref: TypeRef }
  #text: string | undefined
  readonly byteLength: number
  readonly alignment: number
  /** Distance of elements side by side. */
  readonly stride: number

  /** @param measure - bytes and alignment of a value */
  constructor({ byteLength, alignment }: Measure) {
    this.byteLength = byteLength
    this.alignment = alignment
    this.stride = strideOf({ byteLength, alignment })
  }

  /** Whether values are only their own bytes, so that writing one allocates nothing. */
  abstract readonly isPlain: boolean
  /** Whether values hold containers, so that they may be nested without limit. */
  readonly isDeep: boolean = false

  /**
   * The value at `address` as a reader sees it: a JavaScript value, a view or a handle.
   *
   * @param block - what a view stands on: offset of the block, and its serial
   * @param isWritable - whether a view may write
   */
  abstract read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown

  /** Checks and copies a value. @throws InvalidValueError naming the path; nothing is written */
  abstract prepare(value: unknown, path: ValuePath, depth: number): unknown

  /** What `prepare` gives for the value of an object made without one: zero, empty, nothing; defaults where there are. */
  abstract prepareEmpty(): unknown

  /** What `toValue` would give once a prepared value was written. */
  abstract toPlain(prepared: unknown): unknown

  /** Writes a prepared value to bytes that hold no value yet. @throws OutOfSpaceError */
  abstract init(heap: Heap, address: number, prepared: unknown): void

  /** Frees what the value at `address` owns. */
  release(_heap: Heap, _address: number): void {
    // Plain values own nothing.
  }

  /** A copy of the value, free of the segment. */
  abstract toValue(memory: Memory, address: number, walk: Walk): unknown

  /** The value for JSON. */
  toJson(memory: Memory, address: number, walk: Walk): unknown {
    return this.toValue(memory, address, walk)
  }

  /** Checks the value at `address`. @throws CorruptionError */
  check(_memory: Memory, _address: number, _walk: CheckWalk): void {
    // Every pattern of bits is a value.
  }

  /** The description of the type alone, as the segment has it: equal for layouts that lay values out alike. */
  get text(): string {
    return (this.#text ??= describe(typeFrom(this.stored.description, this.stored.ref)))
  }

  /** Whether another layout is of an equal type, so that a pointer of one may lead to a value of the other. */
  isSame(other: Layout): boolean {
    return this === other || this.text === other.text
  }
}

const DEPTH_MOST = 1000

/** Refuses values nested without end. */
export function requireDepth(path: ValuePath, depth: number): void {
  if (depth > DEPTH_MOST) refuseValue(path, depth, `nested at most ${DEPTH_MOST} deep`, 'deeper')
}

/** Throws the error for a value that does not fit its type. */
export function refuseValue(path: ValuePath, depth: number, expected: string, actual: unknown, hint = ''): never {
  const at = pathText(path, depth)
  const shown = typeof actual === 'string' && actual === 'deeper' ? actual : quote(actual)
  throw new InvalidValueError(
    `value does not fit its type: path=${at}, expected=${expected}, actual=${shown}.${hint === '' ? '' : ` ${hint}`}`,
    { path: at, expected, actual },
  )
}

/** The way to a value as errors spell it: `rows[3].at.lat`; `value` for the whole. */
export function pathText(path: readonly (string | number)[], depth: number): string {
  let text = ''
  for (const step of path.slice(0, depth))
    text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  return text === '' ? 'value' : text
}

/**
 * Bounds copying out of a segment that may be damaged: no sound one holds more elements and bytes than it has bytes, or is
 * nested so deep.
 */
export class Walk {
  #left: number
  #depth = 0

  constructor(memory: Memory) {
    this.#left = 4 * memory.byteLength + 1024
  }

  /** Counts elements, or bytes of strings. @throws CorruptionError when there are more than there can be */
  spend(count: number): void {
    this.#left -= count
    if (!(this.#left >= 0)) throw new CorruptionError('segment is damaged: its containers hold themselves. Run verify.')
  }

  /** Goes one container deeper. @throws CorruptionError */
  enter(): void {
    if (++this.#depth > DEPTH_MOST) {
      throw new CorruptionError(`value is nested more than ${DEPTH_MOST} deep, so it is not copied out as a whole.`)
    }
  }

  /** Comes back. */
  leave(): void {
    this.#depth--
  }
}

/** Blocks yet to be seen; a block is taken when it is met, so none is met twice. */
export interface BlockClaims {
  /** @returns whether there is an allocated block that nobody else has claimed */
  take(block: number): boolean
}

// Kinds of plain values of which not every pattern of bits is one.
const CHECKED: ReadonlySet<Kind> = new Set<Kind>(['enumeration', 'struct', 'variant', 'array', 'optional'])

/** A walk through everything a value owns: every block must be met exactly once. */
export class CheckWalk {
  readonly #claims: BlockClaims
  readonly #queue: [layout: Layout, memory: Memory, address: number][] = []
  /** How many shared pointers were met so far, by the offset of the object they own. */
  readonly owners = new Map<number, number>()

  /** @param claims - the allocated blocks, or those not met so far */
  constructor(claims: BlockClaims = new Met()) {
    this.#claims = claims
  }

  /** Claims the block at an offset. @throws CorruptionError when it is none, or somebody else's */
  claim(block: number): void {
    if (this.#claims.take(block)) return
    throw new CorruptionError(
      `segment is damaged: an offset leads to no block, or two lead to one, offset=${block * GRANULE_BYTES}.`,
      { offset: block * GRANULE_BYTES },
    )
  }

  /** Counts a shared pointer. @returns how many were met that own the same object */
  own(object: number): number {
    const count = (this.owners.get(object) ?? 0) + 1
    this.owners.set(object, count)
    return count
  }

  /** Puts a value on the list of those to be checked; not at once, since values may be nested without limit. */
  later(layout: Layout, memory: Memory, address: number): void {
    this.#queue.push([layout, memory, address])
  }

  /** Checks a value, at once or later, whichever is safe. */
  visit(layout: Layout, memory: Memory, address: number): void {
    if (layout.isPlain && !CHECKED.has(layout.kind)) return
    if (layout.isDeep) this.#queue.push([layout, memory, address])
    else layout.check(memory, address, this)
  }

  /** Checks what is on the list until nothing is left. */
  run(): void {
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      const [layout, memory, address] = next
      layout.check(memory, address, this)
    }
  }
}

class Met implements BlockClaims {
  readonly #met = new Set<number>()

  take(block: number): boolean {
    const before = this.#met.size
    return this.#met.add(block).size > before
  }
}

/** Makes the layout of a type out of its description. */
export type LayoutMaker = (builder: LayoutBuilder, type: Type, ref: TypeRef) => Layout

/** Kind by kind how layouts are made. */
export type LayoutMakers = Readonly<Record<Exclude<Kind, 'withDefault'>, LayoutMaker>>

/**
 * Brings a type together with the description of what is in a file. Where the two differ, only what `contract` of
 * neighbouring schemas allows passes: the reader may know less, and more where it can do without.
 */
export class LayoutBuilder {
  readonly description: Description
  /** Whether reader and file must agree in everything, because the reader may also write. */
  readonly isExact: boolean
  readonly #makers: LayoutMakers
  readonly #made = new Map<Type, Map<TypeRef, Layout | 'making'>>()
  readonly #pending: (() => void)[] = []
  readonly #place: string

  /** @param place - what is looked for, as messages name it */
  constructor(makers: LayoutMakers, description: Description, isExact: boolean, place: string) {
    this.#makers = makers
    this.description = description
    this.isExact = isExact
    this.#place = place
  }

  /** The layout of the whole. */
  build(type: Type): Layout {
    const layout = this.layoutOf(type, this.description.root)
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) next()
    return layout
  }

  /** The layout of a type where the description has `ref`. @throws SchemaMismatchError when these do not go together */
  layoutOf(given: Type, ref: TypeRef): Layout {
    const type = given.kind === 'withDefault' ? (given as unknown as { value: Type }).value : given
    const kind = this.description.kind(ref)
    if (kind !== type.kind) this.mismatch(kind, type.kind)
    const made = this.#made.get(type) ?? new Map<TypeRef, Layout | 'making'>()
    this.#made.set(type, made)
    const known = made.get(ref)
    if (known === 'making') return this.mismatch('a type', 'one that contains itself by value')
    if (known !== undefined) return known
    made.set(ref, 'making')
    const layout = this.#makers[type.kind as keyof LayoutMakers](this, type, ref)
    layout.type = type
    layout.stored = { description: this.description, ref }
    made.set(ref, layout)
    return layout
  }

  /** Puts off what may lead back to a layout that is being made. */
  later(work: () => void): void {
    this.#pending.push(work)
  }

  /** Throws the error for a type and a description that do not go together. */
  mismatch(found: string, expected: string): never {
    throw new SchemaMismatchError(
      `${this.#place} has another type: found=${found}, expected=${expected}. Open it with the schema it was written with.`,
      { expected, actual: found },
    )
  }

  /** The layout of a type as this program writes it, apart from any file. */
  static own(makers: LayoutMakers, type: Type): Layout {
    return new LayoutBuilder(makers, Description.parse(describe(type)), true, 'type').build(type)
  }

  /** As `own`, for a part of a type for which the file has nothing. */
  own(type: Type): Layout {
    return LayoutBuilder.own(this.#makers, type)
  }
}

import { InvalidOptionError } from '../errors/errors.js'
import type { OrderedStructure, Position } from '../structures/structure.js'
import type { KeyBound, KeyCodec } from '../types/key-codec.js'
import { EntryIterator } from './entry-iterator.js'
import { readRangeOptions } from './range-options.js'
import type { LazyRange } from './range.js'

/** What the handle of an ordered container or index lends to the functions below. */
export interface OrderedAccess {
  readonly tree: OrderedStructure
  readonly codec: KeyCodec
  /** Offset of the tree's header block, looked up anew each time. @throws ClosedError, StaleViewError */
  header(): number
  /** What is given out for an element. */
  entry(offset: number): unknown
  /** Where the element stands that a view is of; absent where views are no positions. @throws StaleViewError, InvalidValueError */
  positionOf?(view: unknown): Position
}

const BOUNDS = ['gt', 'gte', 'lt', 'lte', 'prefix']

/** The options of a range as they are checked and bounds as they are compared. */
export interface RangePlan {
  readonly lower: Edge | undefined
  readonly upper: Edge | undefined
  /** The view to begin with, instead of the bound on that side. */
  readonly start: unknown
  readonly isReverse: boolean
  readonly limit: number
}

/** A place between elements. */
export interface Edge {
  readonly bound: KeyBound
  /** Whether it lies behind the elements that equal the bound. */
  readonly isAfter: boolean
}

/** Between which positions elements are. */
export interface Ends {
  readonly from: Position
  readonly to: Position
}

/** The place before the elements that equal a bound, or behind them. */
export function edge(bound: KeyBound, isAfter: boolean): Edge {
  return { bound, isAfter: bound.side === 0 ? isAfter : bound.side === 1 }
}

/** The elements between bounds. @throws InvalidOptionError, InvalidValueError for options that make no sense */
export function rangeOf(access: OrderedAccess, options: unknown): LazyRange<unknown> {
  const plan = planOf(access, options)
  return new OrderedRange(access, (header) => endsOf(access, header, plan), plan.isReverse, plan.limit)
}

/** The elements that have a key or begin with its parts. */
export function equalRangeOf(access: OrderedAccess, key: unknown): LazyRange<unknown> {
  const plan = equalPlan(access.codec, key)
  return new OrderedRange(access, (header) => endsOf(access, header, plan))
}

/** Number of elements that have a key or begin with its parts. O(log n + leaves of them). */
export function countOf(access: OrderedAccess, key: unknown): number {
  const header = access.header()
  const ends = endsOf(access, header, equalPlan(access.codec, key))
  return ends === undefined ? 0 : access.tree.distance(ends.from, ends.to)
}

/** The first element that is not before a key, or with `isAfter` the first after all that have it. */
export function boundOf(access: OrderedAccess, key: unknown, isAfter: boolean): unknown {
  const { bound, isAfter: isBehind } = edge(access.codec.toBound(key, false), isAfter)
  const header = access.header()
  const position = access.tree.seek(header, bound.key, bound.partCount, false, isBehind)
  return entryAt(access, access.tree.elementAt(position))
}

/** The first element. */
export function firstOf(access: OrderedAccess): unknown {
  return entryAt(access, access.tree.elementAt(access.tree.first(access.header())))
}

/** The last element. */
export function lastOf(access: OrderedAccess): unknown {
  return entryAt(access, access.tree.last(access.header()))
}

function entryAt(access: OrderedAccess, offset: number): unknown {
  return offset === 0 ? undefined : access.entry(offset)
}

/** The range of the elements that have a key or begin with its parts. */
export function equalPlan(codec: KeyCodec, key: unknown): RangePlan {
  const bound = codec.toBound(key, false)
  return { lower: edge(bound, false), upper: edge(bound, true), start: undefined, isReverse: false, limit: Infinity }
}

/** The range that options mean. @throws InvalidOptionError, InvalidValueError for options that make no sense */
export function planOf(access: Pick<OrderedAccess, 'codec' | 'positionOf'>, options: unknown): RangePlan {
  const { codec } = access
  const allowed = access.positionOf === undefined ? BOUNDS : [...BOUNDS, 'from']
  const { given, isReverse, limit } = readRangeOptions(options, allowed)
  const names = Object.keys(given)
  const exclude = (a: string, b: string): void => {
    if (!names.includes(a) || !names.includes(b)) return
    throw new InvalidOptionError(`range cannot have both ${a} and ${b}. Leave one out.`)
  }
  exclude('gt', 'gte')
  exclude('lt', 'lte')
  for (const name of ['gt', 'gte', 'lt', 'lte', 'from']) exclude('prefix', name)
  for (const name of isReverse ? ['lt', 'lte'] : ['gt', 'gte']) exclude('from', name)
  // A view that is none of the container's is an error at once.
  if (given['from'] !== undefined) access.positionOf?.(given['from'])
  const at = (name: string, isAfter: boolean): Edge | undefined =>
    names.includes(name) ? edge(codec.toBound(given[name], name === 'prefix'), isAfter) : undefined
  return {
    lower: at('gte', false) ?? at('gt', true) ?? at('prefix', false),
    upper: at('lt', false) ?? at('lte', true) ?? at('prefix', true),
    start: given['from'],
    isReverse,
    limit,
  }
}

/** Where the elements of a range begin and end; `undefined` when it has none. */
function endsOf(
  access: OrderedAccess,
  header: number,
  { lower, upper, start, isReverse }: RangePlan,
): Ends | undefined {
  const { tree } = access
  const own = start === undefined ? undefined : access.positionOf?.(start)
  if (own !== undefined && isReverse) {
    const to = { leaf: own.leaf, index: own.index + 1 }
    if (lower === undefined) return { from: tree.first(header), to }
    return isBefore(tree, tree.elementAt(own), lower) ? undefined : { from: seek(tree, header, lower), to }
  }
  const from = own ?? (lower === undefined ? tree.first(header) : seek(tree, header, lower))
  const first = tree.elementAt(from)
  if (first === 0) return undefined
  if (upper === undefined) return { from, to: tree.end(header) }
  // The bounds may stand the wrong way round.
  return isBefore(tree, first, upper) ? { from, to: seek(tree, header, upper) } : undefined
}

/** Whether an element stands before a place between elements. */
function isBefore(tree: OrderedStructure, element: number, { bound, isAfter }: Edge): boolean {
  const order = tree.policy.compare(tree.memory, bound.key, element, bound.partCount, bound.isPrefix)
  return order > 0 || (order === 0 && isAfter)
}

function seek(tree: OrderedStructure, header: number, { bound, isAfter }: Edge): Position {
  return tree.seek(header, bound.key, bound.partCount, bound.isPrefix, isAfter)
}

const NOTHING: Ends = { from: { leaf: 0, index: 0 }, to: { leaf: 0, index: 0 } }

/** Elements between two positions, which are looked up anew by each iteration. */
export class OrderedRange implements LazyRange<unknown> {
  readonly #access: OrderedAccess
  readonly #endsIn: (header: number) => Ends | undefined
  readonly #isReverse: boolean
  readonly #limit: number

  /** @param endsIn - finds the positions in the tree with that header block; `undefined` when nothing is between them */
  constructor(
    access: OrderedAccess,
    endsIn: (header: number) => Ends | undefined,
    isReverse = false,
    limit = Infinity,
  ) {
    this.#access = access
    this.#endsIn = endsIn
    this.#isReverse = isReverse
    this.#limit = limit
  }

  [Symbol.iterator](): EntryIterator {
    const access = this.#access
    const { tree } = access
    const header = access.header()
    const { from, to } = this.#endsIn(header) ?? NOTHING
    const cursor = tree.between(from, to, this.#limit, this.#isReverse)
    return new EntryIterator(
      tree,
      () => access.header(),
      cursor,
      (offset) => access.entry(offset),
    )
  }

  toArray(): unknown[] {
    return [...this]
  }
}

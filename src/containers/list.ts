import { CorruptionError, InvalidOptionError, InvalidValueError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { Chain } from '../structures/chain.js'
import { asked, requireFunction } from '../types/callbacks.js'
import { Walk } from '../types/layout.js'
import { quote } from '../types/make-type.js'
import { Handle } from '../types/sequence.js'
import type { Type } from '../types/type.js'
import { memoryOf, serialAt, View } from '../types/view.js'
import { replaceValues } from '../types/write.js'
import { EntryIterator } from './entry-iterator.js'
import type { ListLayout } from './list-layout.js'
import { ListNode } from './list-position.js'

/** Negative when the first comes before the second; both are nodes. */
type Order = (a: number, b: number) => number

/** A handle of a list; its public face is `List` in `list-type.ts`. */
export class ListHandle extends Handle {
  declare readonly 'hotseg.layout': ListLayout
  #known: Chain | undefined

  /** The type of the elements. */
  get elementType(): Type {
    return (this['hotseg.layout'].type as unknown as { element: Type }).element
  }

  get #chain(): Chain {
    return (this.#known ??= this['hotseg.layout'].chain(memoryOf(this)))
  }

  #header(): number {
    return memoryOf(this).word(this['hotseg.at'].address)
  }

  /** The number of elements. */
  get length(): number {
    return this.#chain.size(this.#header())
  }

  /** The number of elements. */
  get size(): number {
    return this.length
  }

  #read(node: number): unknown {
    const memory = memoryOf(this)
    const block = memory.writable ? node : 0
    const serial = block === 0 ? 0 : serialAt(memory, node)
    return this['hotseg.layout'].element.read(memory, node * GRANULE_BYTES, block, serial, this.mayWrite)
  }

  #position(node: number): ListNode | undefined {
    return node === 0 ? undefined : new ListNode(this.#chain, this['hotseg.layout'].element, node, this.mayWrite)
  }

  /** The position of the first element. */
  first(): ListNode | undefined {
    return this.#end(this.#chain.first(this.#header()), (node) => this.#chain.previous(node))
  }

  /** The position of the last element. */
  last(): ListNode | undefined {
    return this.#end(this.#chain.last(this.#header()), (node) => this.#chain.next(0, node))
  }

  // Nothing lies beyond an end: what a damaged list has there could lead in circles.
  #end(node: number, beyond: (node: number) => number): ListNode | undefined {
    if (node === 0 || beyond(node) === 0) return this.#position(node)
    throw new CorruptionError(
      `list is damaged: it goes on behind its end, offset=${node * GRANULE_BYTES}. Run verify.`,
      {
        offset: node * GRANULE_BYTES,
      },
    )
  }

  #iterate(read: (node: number) => unknown): EntryIterator {
    const header = this.#header()
    return new EntryIterator(this.#chain, () => this.#header(), this.#chain.cursor(header), read)
  }

  /** The elements. */
  [Symbol.iterator](): EntryIterator {
    return this.#iterate((node) => this.#read(node))
  }

  /** The elements. */
  values(): EntryIterator {
    return this[Symbol.iterator]()
  }

  /** The positions. */
  positions(): EntryIterator {
    return this.#iterate((node) => this.#position(node))
  }

  /** Calls back for each element. */
  forEach(callback: (value: unknown) => void): void {
    for (const value of this) callback(value)
  }

  /** The node that a position or view of the user's means. @throws InvalidValueError when it is none of this list's */
  #nodeOf(position: unknown): number {
    const layout = this['hotseg.layout']
    if (position instanceof View) {
      const memory = memoryOf(position)
      const { block, address } = position['hotseg.at']
      const isElement =
        memory === memoryOf(this) &&
        block !== 0 &&
        block * GRANULE_BYTES === address &&
        position['hotseg.layout'].isSame(layout.element) &&
        Heap.of(memory).payloadBytes(block) >= layout.nodeBytes
      if (isElement && this.#chain.contains(this.#header(), [], block)) return block
    }
    throw new InvalidValueError(
      'position is of no element of this list. Take it from first, last, positions or insert.',
      {
        path: 'position',
        expected: 'a position or a view of an element of this list',
        actual: position,
      },
    )
  }

  #prepare(value: unknown): readonly unknown[] {
    this.writableMemory()
    return [this['hotseg.layout'].element.prepare(value, ['value'], 1)]
  }

  /** Appends. */
  push(...values: unknown[]): number {
    this.writableMemory()
    this.#put(this['hotseg.layout'].prepare(values, [], 0), () => 0)
    return this.length
  }

  /** Prepends. */
  unshift(...values: unknown[]): number {
    this.writableMemory()
    this.#put(this['hotseg.layout'].prepare(values, [], 0), () => this.#chain.first(this.#header()))
    return this.length
  }

  /** Inserts before an element. */
  insertBefore(position: unknown, value: unknown): ListNode {
    return this.#position(this.#put(this.#prepare(value), () => this.#nodeOf(position))[0]!)!
  }

  /** Inserts after an element. */
  insertAfter(position: unknown, value: unknown): ListNode {
    return this.#position(this.#put(this.#prepare(value), () => this.#chain.next(0, this.#nodeOf(position)))[0]!)!
  }

  /** @param before - finds the node they come before, 0 for the end */
  #put(prepared: readonly unknown[], before: () => number): number[] {
    const heap = Heap.of(this.writableMemory())
    const behind = before()
    if (prepared.length === 0) return []
    return heap.atomically(() => {
      const header = this.#header()
      const used = header === 0 ? this.#chain.create(heap) : header
      const nodes = this['hotseg.layout'].add(heap, used, prepared)
      if (behind !== 0) this.#chain.relocate(used, nodes, behind)
      if (header === 0) heap.memory.setU32(this['hotseg.at'].address, used)
      return nodes
    })
  }

  /** Takes the first element off. */
  shift(): unknown {
    return this.#take(this.#chain.first(this.#header()))
  }

  /** Takes the last element off. */
  pop(): unknown {
    return this.#take(this.#chain.last(this.#header()))
  }

  #take(node: number): unknown {
    const memory = this.writableMemory()
    if (node === 0) return undefined
    const taken = this['hotseg.layout'].element.toValue(memory, node * GRANULE_BYTES, new Walk(memory))
    this.#erase([node])
    return taken
  }

  #erase(nodes: readonly number[]): void {
    const heap = Heap.of(this.writableMemory())
    if (nodes.length === 0) return
    heap.atomically(() => {
      this.#chain.unlinkAll(this.#header(), nodes)
      for (const node of nodes) this['hotseg.layout'].releaseNode(heap, node)
    })
  }

  /** Erases an element. */
  erase(position: unknown): void {
    this.writableMemory()
    this.#erase([this.#nodeOf(position)])
  }

  /** Erases all elements. */
  clear(): void {
    this.writableMemory()
    this.#erase(this.#nodes())
  }

  /** Replaces all elements. */
  assign(values: unknown): void {
    this.writableMemory()
    const layout = this['hotseg.layout']
    const prepared = layout.prepare(values, [], 0)
    replaceValues(this.writableMemory(), this['hotseg.at'].address, [{ layout, byteOffset: 0, prepared }])
  }

  #nodes(): number[] {
    return this['hotseg.layout'].nodesOf(memoryOf(this), this.#header())
  }

  /** Another list, whose elements can become ones of this. @throws InvalidValueError when it is none */
  #requireOther(other: unknown): ListHandle {
    const memory: Memory = this.writableMemory()
    if (other instanceof ListHandle && other.writableMemory() === memory) {
      if (other['hotseg.layout'].isSame(this['hotseg.layout'])) return other
    }
    throw new InvalidValueError('other is no list of the same type in the same segment. Use push(...other) to copy.', {
      path: 'other',
      expected: 'a list of the same type in the same segment',
      actual: other,
    })
  }

  #isSameList(other: ListHandle): boolean {
    return other['hotseg.at'].address === this['hotseg.at'].address
  }

  /** Moves elements of a list here. */
  splice(before: unknown, from: unknown, first?: unknown, end?: unknown): void {
    const heap = Heap.of(this.writableMemory())
    const other = this.#requireOther(from)
    const behind = before === undefined ? 0 : this.#nodeOf(before)
    const moving = other.#run(first, end)
    this.#bring(heap, other, moving)
    if (moving.length > 0) this.#chain.relocate(this.#header(), moving, behind)
  }

  /** The nodes from one position up to another. */
  #run(first: unknown, end: unknown): number[] {
    const start = first === undefined ? 0 : this.#nodeOf(first)
    const stop = end === undefined ? 0 : this.#nodeOf(end)
    const nodes: number[] = []
    const cursor = this.#chain.walk(this.#header(), start, false, Infinity)
    for (let node = cursor.next(); node !== stop; node = cursor.next()) {
      if (node === 0) {
        throw new InvalidValueError(
          'end of a splice comes before its first element. Leave it out for the end of the list.',
          {
            path: 'end',
            expected: 'a position behind the first one',
            actual: end,
          },
        )
      }
      nodes.push(node)
    }
    return nodes
  }

  /** Chains nodes of another list behind the last one. @throws OutOfSpaceError - nothing is changed */
  #bring(heap: Heap, other: ListHandle, nodes: readonly number[]): void {
    if (nodes.length === 0 || this.#isSameList(other)) return
    heap.atomically(() => {
      const header = this.#header()
      const used = header === 0 ? this.#chain.create(heap) : header
      other.#chain.unlinkAll(other.#header(), nodes)
      for (const node of nodes) this.#chain.link(heap, used, [], node)
      if (header === 0) heap.memory.setU32(this['hotseg.at'].address, used)
    })
  }

  /** The order that a function of the user's says, or that of the elements as keys. @throws InvalidOptionError */
  #order(compare: unknown): Order {
    if (compare !== undefined) {
      const order = requireFunction(compare, 'compare')
      return (a, b) => asked(order(this.#read(a), this.#read(b)), 'number', 'compare')
    }
    const { policy } = this.#keys('compare')
    const memory = memoryOf(this)
    return (a, b) => policy.compare(memory, policy.decode(memory, a), b, policy.parts.length, false)
  }

  #keys(name: string): ListLayout['codec'] {
    try {
      return this['hotseg.layout'].codec
    } catch (cause) {
      const kind = quote(this.elementType)
      throw new InvalidOptionError(`elements of the list have no order of their own: kind=${kind}. Give ${name}.`, {
        cause,
      })
    }
  }

  /** Nodes, and a way to ask afterwards whether the list is still what it was. */
  #watched(): { readonly nodes: number[]; readonly requireSame: () => void } {
    const iterator = this.#iterate((node) => node)
    const nodes = [...iterator] as number[]
    return { nodes, requireSame: () => void iterator.next() }
  }

  /** Sorts. */
  sort(compare?: unknown): void {
    this.writableMemory()
    const { nodes, requireSame } = this.#watched()
    nodes.sort(this.#order(compare))
    requireSame()
    this.#arrange(nodes)
  }

  /** Turns the order round. */
  reverse(): void {
    this.writableMemory()
    this.#arrange(this.#nodes().reverse())
  }

  #arrange(nodes: readonly number[]): void {
    this.writableMemory()
    if (nodes.length > 0) this.#chain.arrange(this.#header(), nodes)
  }

  /** Erases the elements that a function picks. */
  removeIf(predicate: unknown): number {
    this.writableMemory()
    const isDoomed = requireFunction(predicate, 'predicate')
    const { nodes, requireSame } = this.#watched()
    const doomed = nodes.filter((node) => asked(isDoomed(this.#read(node)), 'boolean', 'predicate'))
    requireSame()
    this.#erase(doomed)
    return doomed.length
  }

  /** Erases elements that equal the one before them. */
  unique(equal?: unknown): number {
    this.writableMemory()
    const isEqual = this.#equality(equal)
    const { nodes, requireSame } = this.#watched()
    let kept = 0
    const doomed = nodes.filter((node) => {
      if (kept !== 0 && isEqual(kept, node)) return true
      kept = node
      return false
    })
    requireSame()
    this.#erase(doomed)
    return doomed.length
  }

  #equality(equal: unknown): (a: number, b: number) => boolean {
    if (equal === undefined) {
      this.#keys('equal')
      const order = this.#order(undefined)
      return (a, b) => order(a, b) === 0
    }
    const isEqual = requireFunction(equal, 'equal')
    return (a, b) => asked(isEqual(this.#read(a), this.#read(b)), 'boolean', 'equal')
  }

  /** Moves all elements of another list here, in order where both are. */
  merge(from: unknown, compare?: unknown): void {
    const heap = Heap.of(this.writableMemory())
    const other = this.#requireOther(from)
    const order = this.#order(compare)
    if (this.#isSameList(other)) return
    const [mine, theirs] = [this.#watched(), other.#watched()]
    const merged: number[] = []
    let taken = 0
    for (const node of mine.nodes) {
      while (taken < theirs.nodes.length && order(theirs.nodes[taken]!, node) < 0) merged.push(theirs.nodes[taken++]!)
      merged.push(node)
    }
    merged.push(...theirs.nodes.slice(taken))
    mine.requireSame()
    theirs.requireSame()
    this.writableMemory()
    this.#bring(heap, other, theirs.nodes)
    this.#arrange(merged)
  }
}

/**
 * ```
 * header block | count | changes | first | last |                 a chain
 * node block   | value | next | previous | owner |                the words of the chain at the first multiple of 4
 * ```
 */
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { Chain, CHAIN_LINK_BYTES } from '../structures/chain.js'
import { prepareElements } from '../types/array-layout.js'
import { KeyCodec } from '../types/key-codec.js'
import { Layout, type CheckWalk, type ValuePath, type Walk } from '../types/layout.js'
import { ListHandle } from './list.js'
import { releaseContainer, type Releasing } from './release.js'

/** Elements that never move, chained: offset of the header block, 0 when there never was an element. */
export class ListLayout extends Layout implements Releasing {
  readonly kind = 'list'
  readonly isPlain = false
  override readonly isDeep = true
  element!: Layout
  #codec: KeyCodec | undefined

  constructor() {
    super({ byteLength: 4, alignment: 4 })
  }

  /** Where in a node the words of the chain are. */
  get linkOffset(): number {
    return Math.ceil(this.element.byteLength / 4) * 4
  }

  get nodeBytes(): number {
    return this.linkOffset + CHAIN_LINK_BYTES
  }

  /** The order of the elements as keys. @throws InvalidOptionError when they cannot be keys */
  get codec(): KeyCodec {
    const component = { layout: this.element, byteOffset: 0, isDescending: false, steps: [] }
    return (this.#codec ??= new KeyCodec([component], false))
  }

  chain(memory: Memory): Chain {
    return new Chain(memory, this.linkOffset)
  }

  override read(memory: Memory, address: number, block: number, serial: number, isWritable: boolean): unknown {
    return new ListHandle(this, memory, address, block, serial, isWritable)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): readonly unknown[] {
    return prepareElements(this.element, value, path, depth)
  }

  override prepareEmpty(): readonly never[] {
    return []
  }

  override toPlain(prepared: unknown): unknown {
    return (prepared as readonly unknown[]).map((element) => this.element.toPlain(element))
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const values = prepared as readonly unknown[]
    const header = values.length === 0 ? 0 : this.chain(heap.memory).create(heap)
    this.add(heap, header, values)
    heap.memory.setU32(address, header)
  }

  /** Makes nodes and chains them behind the last one. @throws OutOfSpaceError - nothing is changed, given a scope around it */
  add(heap: Heap, header: number, values: readonly unknown[]): number[] {
    const chain = this.chain(heap.memory)
    const nodes = values.map((value) => {
      const node = heap.allocateZeroed(this.nodeBytes)
      this.element.init(heap, node * GRANULE_BYTES, value)
      return node
    })
    for (const node of nodes) chain.link(heap, header, [], node)
    return nodes
  }

  /** Frees a node and what it owns. */
  releaseNode(heap: Heap, node: number): void {
    this.element.release(heap, node * GRANULE_BYTES)
    heap.free(node)
  }

  override release(heap: Heap, address: number): void {
    const header = heap.memory.word(address)
    if (header !== 0) releaseContainer(heap, this, header)
  }

  releaseContents(heap: Heap, header: number): void {
    const chain = this.chain(heap.memory)
    for (const node of this.nodesOf(heap.memory, header)) this.releaseNode(heap, node)
    chain.destroy(heap, header)
  }

  /** Offsets of all nodes, in order. */
  nodesOf(memory: Memory, header: number): number[] {
    const nodes: number[] = []
    const cursor = this.chain(memory).cursor(header)
    for (let node = cursor.next(); node !== 0; node = cursor.next()) nodes.push(node)
    return nodes
  }

  override toValue(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(memory, address, walk, (at) => this.element.toValue(memory, at, walk))
  }

  override toJson(memory: Memory, address: number, walk: Walk): unknown[] {
    return this.#map(memory, address, walk, (at) => this.element.toJson(memory, at, walk))
  }

  #map(memory: Memory, address: number, walk: Walk, copy: (address: number) => unknown): unknown[] {
    const values: unknown[] = []
    const cursor = this.chain(memory).cursor(memory.word(address))
    walk.enter()
    for (let node = cursor.next(); node !== 0; node = cursor.next()) {
      walk.spend(1)
      values.push(copy(node * GRANULE_BYTES))
    }
    walk.leave()
    return values
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const claim = (block: number): void => walk.claim(block)
    this.chain(memory).check(memory.word(address), claim, (node) => {
      walk.claim(node)
      if (Heap.of(memory).payloadBytes(node) < this.nodeBytes) throw memory.fault(node * GRANULE_BYTES)
      walk.visit(this.element, memory, node * GRANULE_BYTES)
    })
  }
}

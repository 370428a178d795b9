import { CorruptionError } from '../errors/errors.js'
import { GRANULE_BYTES } from '../memory/memory.js'
import type { Chain } from '../structures/chain.js'
import type { Layout } from '../types/layout.js'
import { ValueRef } from '../types/value-ref.js'
import { memoryOf, serialAt } from '../types/view.js'

/** An element of a list; its public face is `ListPosition` in `list-type.ts`. */
export class ListNode extends ValueRef {
  readonly #chain: Chain
  readonly #mayWrite: boolean

  /** @param node - offset of the node */
  constructor(chain: Chain, element: Layout, node: number, mayWrite: boolean) {
    const { memory } = chain
    const block = memory.writable ? node : 0
    super(element, memory, node * GRANULE_BYTES, block, block === 0 ? 0 : serialAt(memory, node), mayWrite)
    this.#chain = chain
    this.#mayWrite = mayWrite
  }

  /** The element after this one. */
  next(): ListNode | undefined {
    const node = this.#node()
    const next = this.#chain.next(0, node)
    return this.#neighbour(next, next === 0 ? node : this.#chain.previous(next))
  }

  /** The element before this one. */
  previous(): ListNode | undefined {
    const node = this.#node()
    const previous = this.#chain.previous(node)
    return this.#neighbour(previous, previous === 0 ? node : this.#chain.next(0, previous))
  }

  #node(): number {
    memoryOf(this)
    return this['hotseg.at'].address / GRANULE_BYTES
  }

  // As long as every step leads back, no way from one end of a damaged list goes in circles.
  #neighbour(node: number, back: number): ListNode | undefined {
    if (back !== this.#node()) {
      throw new CorruptionError(
        `list is damaged: a link does not lead back, offset=${node * GRANULE_BYTES}. Run verify.`,
        {
          offset: node * GRANULE_BYTES,
        },
      )
    }
    return node === 0 ? undefined : new ListNode(this.#chain, this['hotseg.layout'], node, this.#mayWrite)
  }
}

import { CorruptionError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'

/** A layout whose values own blocks that own further ones. */
export interface Releasing {
  /** Frees the contents of a container, and what they own. */
  releaseContents(heap: Heap, header: number): void
}

let queue: [layout: Releasing, header: number][] | undefined

/** Frees a container. Those within it wait for their turn, since they may be nested without limit. */
export function releaseContainer(heap: Heap, layout: Releasing, header: number): void {
  if (queue !== undefined) {
    if (queue.length >= heap.blockCount) {
      throw new CorruptionError('segment is damaged: its containers hold themselves. Run verify.')
    }
    queue.push([layout, header])
    return
  }
  queue = [[layout, header]]
  try {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) next[0].releaseContents(heap, next[1])
  } finally {
    queue = undefined
  }
}

import { findAddon } from './load-addon.js'

/** The guard over one mapped file: reading pages the file has lost no longer kills, and can be known. */
export interface Guard {
  /** As of `Mapping`; undefined where there is no guard. */
  readonly epochCell: Float64Array<ArrayBuffer> | undefined
  /** To be called before the file is unmapped. */
  end(): void
}

const UNGUARDED: Guard = {
  epochCell: undefined,
  end() {
    // Nothing was registered.
  },
}

/** Cells in one buffer. */
const BLOCK_CELLS = 512

// Cells lie in buffers that stay, not in one each: making a buffer beside a mapped one that is as new, and that the engine counts,
// is a collection of some milliseconds. And not in small arrays, which the engine moves: a signal handler writes to them.
const freeCells: Float64Array<ArrayBuffer>[] = []

function takeCell(): Float64Array<ArrayBuffer> {
  if (freeCells.length === 0) {
    const block = new ArrayBuffer(BLOCK_CELLS * Float64Array.BYTES_PER_ELEMENT)
    for (let i = 0; i < BLOCK_CELLS; i++) freeCells.push(new Float64Array(block, i * Float64Array.BYTES_PER_ELEMENT, 1))
  }
  const cell = freeCells.pop()!
  cell[0] = 0
  return cell
}

/** Guards the first bytes of a mapped buffer where the addon can: on this platform, for as many mappings as it has room for. */
export function guardMapping(buffer: ArrayBuffer, byteLength: number): Guard {
  const addon = findAddon()
  if (addon === undefined) return UNGUARDED
  const epochCell = takeCell()
  const handle = addon.guard(buffer, byteLength, epochCell)
  if (typeof handle === 'number') {
    freeCells.push(epochCell)
    return UNGUARDED
  }
  return {
    epochCell,
    end() {
      addon.unguard(handle)
      freeCells.push(epochCell)
    },
  }
}

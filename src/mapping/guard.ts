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

/** Guards the first bytes of a mapped buffer where the addon can: on this platform, for as many mappings as it has room for. */
export function guardMapping(buffer: ArrayBuffer, byteLength: number): Guard {
  const addon = findAddon()
  if (addon === undefined) return UNGUARDED
  // A buffer of its own, not one that the engine moves: a signal handler writes to it.
  const cell = new ArrayBuffer(Float64Array.BYTES_PER_ELEMENT)
  const registration = addon.guard(buffer, byteLength, cell)
  if (registration < 0) return UNGUARDED
  return {
    epochCell: new Float64Array(cell),
    end() {
      addon.unguard(registration)
    },
  }
}

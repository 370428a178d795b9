import { findAddon } from '../platform/load-addon.js'

function nothing(): void {
  // Nothing was registered.
}

/**
 * Guards the first bytes of a mapped buffer, where the addon can: on this platform, and for as many mappings as it has room for. Reading pages that
 * the file has lost then no longer kills, but makes all of these bytes zeros.
 *
 * @returns what ends the guard, to be called before the file is unmapped
 */
export function guardMapping(buffer: ArrayBuffer, byteLength: number): () => void {
  const addon = findAddon()
  if (addon === undefined) return nothing
  const handle = addon.guard(buffer, byteLength)
  if (typeof handle === 'number') return nothing
  return () => {
    addon.unguard(handle)
  }
}

// What runs in the browser: a module of its own, so that the tests' compiler leaves its imports as they are.
import * as hotseg from '/hotseg/core.js'
import { contentsOf, fill, typesOf } from '/everything/everything.mjs'

const types = typesOf(hotseg)

/** Reads everything in the segment that is served, and tells what the browser lacks and what of it shows. */
export async function readEverything() {
  const response = await fetch('/everything.hotseg')
  const segment = hotseg.Segment.fromBuffer(await response.arrayBuffer())
  segment.verify()
  return {
    contents: contentsOf(segment, types),
    hasBuffer: 'Buffer' in globalThis,
    hasWrongName: 'undefined' in hotseg.Segment.prototype,
  }
}

/** Builds the same segment anew; its bytes in base64. */
export function buildEverything() {
  const segment = fill(hotseg.Segment.inMemory({ capacity: '4 MiB' }), types)
  segment.seal()
  let binary = ''
  for (const byte of new Uint8Array(segment.toArrayBuffer())) binary += String.fromCharCode(byte)
  return btoa(binary)
}

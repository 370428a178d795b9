let offsets = new Uint32Array(64)

/** Room for `length` offsets, until the next call: an array of its own a batch would cost as much as ten finds. */
export function scratch(length: number): Uint32Array {
  if (length > offsets.length) offsets = new Uint32Array(length)
  return offsets
}

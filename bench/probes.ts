/** What an index tells about itself, besides what users read. */
interface Probed {
  meanProbes?(): number
}

/** How many slots a find of a present key looks at, in the mean over all keys. */
export function meanProbes(index: object): number {
  const count = (index as Probed).meanProbes?.()
  if (count === undefined) throw new Error('the index does not count its probes')
  return count
}

import fc from 'fast-check'
import type { Kind } from '../types/type.js'

/** Least and greatest value of the integer types. */
export const INTEGER_RANGES: Readonly<Partial<Record<Kind, readonly [bigint, bigint]>>> = {
  u8: [0n, 255n],
  i8: [-128n, 127n],
  u16: [0n, 65_535n],
  i16: [-32_768n, 32_767n],
  u32: [0n, 4_294_967_295n],
  i32: [-2_147_483_648n, 2_147_483_647n],
  u64: [0n, 2n ** 64n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
}

const EDGES = [-1n, 0n, 1n, 127n, 128n, 255n, 256n, 65_536n, 2n ** 31n, 2n ** 32n, 2n ** 63n]

/** Integers of a range: its limits, those at which sizes change, small ones and any. */
export function integers([min, max]: readonly [bigint, bigint]): fc.Arbitrary<bigint> {
  const edges = [min, min + 1n, ...EDGES, max - 1n, max]
  return fc.oneof(
    fc.constantFrom(...edges.filter((edge) => edge >= min && edge <= max)),
    fc.bigInt({ min: min < 0n ? -8n : 0n, max: 8n }),
    fc.bigInt({ min, max }),
  )
}

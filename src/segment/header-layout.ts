/** Where the header keeps its words (docs/format.md). Byte addresses from the start of the segment; the heap's own are in `heap-layout.ts`. */

export const MAGIC_ADDRESS = 0
export const FORMAT_VERSION_ADDRESS = 8
export const HEADER_BYTES_ADDRESS = 12
export const REQUIRED_FEATURES_ADDRESS = 16
export const OPTIONAL_FEATURES_ADDRESS = 20
export const PREAMBLE_CRC_ADDRESS = 60
export const PREAMBLE_BYTES = 64

export const IDENTITY_ADDRESS = 64
export const CREATED_AT_ADDRESS = 80
export const CAPACITY_ADDRESS = 88
export const STATIC_CRC_ADDRESS = 252

export const STATE_ADDRESS = 256
export const NAMES_ROOT_ADDRESS = 276
export const UNNAMED_COUNT_ADDRESS = 280
export const DESCRIPTIONS_ROOT_ADDRESS = 284
export const DATA_CRC_ADDRESS = 288
export const DYNAMIC_CRC_ADDRESS = 4092

/** The first eight bytes: a byte above 127, the name, and line ends, as in PNG, so that text transfers show. */
export const MAGIC: readonly number[] = [0x89, 0x48, 0x53, 0x45, 0x47, 0x0d, 0x0a, 0x1a]
export const FORMAT_VERSION = 0
export const HEADER_BYTES = 4096

export const STATE_PRIVATE = 1
export const STATE_SEALED = 3

/**
 * Open addressing over (hash, offset) pairs (docs/format.md, "Hash table").
 *
 * ```
 * header | count | tableOffset | log2Slots | changes | keys |
 * table  | hash | offset |  hash | offset |  ...                       2^log2Slots slots; offset 0: free
 * ```
 *
 * Where equal keys are allowed, elements with equal keys share one slot and form a ring through two link words in the
 * element, oldest first. Invariants
 * 1. A key's slot is reached from its home without meeting a free one: deletion shifts back.
 * 2. At most 5/8 of the slots are in use, so every probe ends.
 */
/** Bytes of a header block; the words of it follow. */
export const HASH_HEADER_BYTES = 20
/** Bytes of the two link words in an element. */
export const RING_LINK_BYTES = 8
export const COUNT = 0
export const TABLE = 1
export const LOG2_SLOTS = 2
export const CHANGES = 3
export const KEYS = 4

export const LOG2_SLOTS_LEAST = 3
export const LOG2_SLOTS_MOST = 28
/** At most `LOAD_USED` of `LOAD_PARTS` slots are in use. */
export const LOAD_USED = 5
export const LOAD_PARTS = 8

/** The constructors of types, gathered so that they come as the namespace `t` as well. */
export { bool, f32, f64, i16, i32, i64, i8, u16, u32, u64, u8 } from './types/scalars.js'
export { bytes, string } from './types/string.js'
export { struct } from './types/struct.js'
export { array } from './types/array.js'
export { enumeration } from './types/enumeration.js'
export { optional, withDefault } from './types/optional.js'
export { variant } from './types/variant.js'
export { offsetPtr } from './types/offset-ptr.js'
export { sharedPtr } from './types/shared-ptr.js'
export { uniquePtr } from './types/unique-ptr.js'
export { weakPtr } from './types/weak-ptr.js'
export { vector } from './containers/vector-type.js'
export { deque } from './containers/deque-type.js'
export { list } from './containers/list-type.js'
export { hashMap, orderedMap } from './containers/map-type.js'
export { hashSet, orderedSet } from './containers/set-type.js'
export { flatMap, flatSet } from './containers/flat-type.js'
export { hashMultimap, orderedMultimap } from './containers/multimap-type.js'
export { hashMultiset, orderedMultiset } from './containers/multiset-type.js'
export {
  hashedNonUnique,
  hashedUnique,
  orderedNonUnique,
  orderedUnique,
  randomAccess,
  rankedNonUnique,
  rankedUnique,
  sequenced,
} from './multi-index/index-definition.js'
export { computed, desc, predicate, whole } from './multi-index/key-parts.js'
export { multiIndex } from './multi-index/multi-index-type.js'

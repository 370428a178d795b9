/** The entry `hotseg/core`: types, containers and segments over any ArrayBuffer, without Node. */
export * from './t.js'
export * as t from './t.js'
export * from './errors/errors.js'
export type {
  Infer,
  Input,
  KeyType,
  Kind,
  Opened,
  ReadonlyOpened,
  ReadonlyView,
  ScalarKind,
  Type,
  TypeInfo,
  View,
} from './types/type.js'
export type { KeyedKind, MapKind, SetKind } from './types/keyed-kinds.js'
export type * from './types/scalars.js'
export type * from './types/string.js'
export type {
  AnyStructType,
  ReadonlyStructMethods,
  ReadonlyStructView,
  StructInput,
  StructMethods,
  StructPatch,
  StructValue,
  StructView,
} from './types/struct-views.js'
export type { StructType } from './types/struct.js'
export type { ArrayType, FixedArray, ReadonlyFixedArray } from './types/array.js'
export type { EnumerationType } from './types/enumeration.js'
export type { OptionalType, WithDefaultType } from './types/optional.js'
export type {
  AnyVariantType,
  ReadonlyVariantMethods,
  ReadonlyVariantView,
  VariantInput,
  VariantMethods,
  VariantType,
  VariantValue,
  VariantView,
} from './types/variant.js'
export type { OffsetPtrType } from './types/offset-ptr.js'
export type { SharedPtrType } from './types/shared-ptr.js'
export type { UniquePtrType } from './types/unique-ptr.js'
export type { WeakPtrType } from './types/weak-ptr.js'
export { sameTarget } from './types/same-target.js'
export type { Viewed } from './types/same-target.js'
export type { ReadonlyRef, Ref } from './types/ref.js'
export type { KeyPrefix, LazyRange, PrefixOf, RangeOptions } from './containers/range.js'
export type { ReadonlyVector, Vector, VectorType } from './containers/vector-type.js'
export type { Deque, DequeType, ReadonlyDeque } from './containers/deque-type.js'
export type {
  List,
  ListPlace,
  ListPosition,
  ListType,
  ReadonlyList,
  ReadonlyListPosition,
} from './containers/list-type.js'
export type {
  HashMap,
  HashMapType,
  OrderedMap,
  OrderedMapType,
  ReadonlyHashMap,
  ReadonlyOrderedMap,
} from './containers/map-type.js'
export type {
  HashSet,
  HashSetType,
  OrderedSet,
  OrderedSetType,
  ReadonlyHashSet,
  ReadonlyOrderedSet,
} from './containers/set-type.js'
export type {
  HashMultimap,
  HashMultimapType,
  OrderedMultimap,
  OrderedMultimapType,
  ReadonlyHashMultimap,
  ReadonlyOrderedMultimap,
} from './containers/multimap-type.js'
export type {
  HashMultiset,
  HashMultisetType,
  OrderedMultiset,
  OrderedMultisetType,
  ReadonlyHashMultiset,
  ReadonlyOrderedMultiset,
} from './containers/multiset-type.js'
export type {
  FlatMap,
  FlatMapType,
  FlatSet,
  FlatSetType,
  ReadonlyFlatMap,
  ReadonlyFlatSet,
} from './containers/flat-type.js'
export type { Index, IndexDefinition, IndexKind, IndexOptions } from './multi-index/index-definition.js'
export type { Computed, ComputedKey, Descending, KeyPath, Predicate, Whole } from './multi-index/key-parts.js'
export type { MultiIndexType } from './multi-index/multi-index-type.js'
export type {
  HashedIndex,
  LiveIndex,
  MultiIndex,
  OrderedIndex,
  ReadonlyHashedIndex,
  ReadonlyLiveIndex,
  ReadonlyMultiIndex,
  ReadonlyOrderedIndex,
  RowRangeOptions,
  UniqueNames,
} from './multi-index/multi-index-live.js'
export type { InsertResult, ModifyResult, MoveResult } from './multi-index/multi-index-results.js'
export type {
  PositionOptions,
  RandomAccessIndex,
  ReadonlyRandomAccessIndex,
  ReadonlySequencedIndex,
  SequencedIndex,
} from './multi-index/positional-live.js'
export type { RankedIndex, ReadonlyRankedIndex } from './multi-index/ranked-index-live.js'
export type { Draft, Schema, SchemaOf, Tables } from './segment/schema-type.js'
export { Segment } from './segment/segment.js'
export type { ObjectInfo, SegmentStats, VerifySummary } from './segment/segment-info.js'
export type { SegmentOptions } from './segment/segment-parts.js'
export { Diff, diffSegments } from './segment/diff/diff.js'
export type { Change, DiffOptions, TableSummary } from './segment/diff/diff.js'
export type { FieldChange } from './segment/diff/field-changes.js'

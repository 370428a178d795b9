/** The main entry `hotseg`, for Node. */
export * from './core.js'
export { FileSegment as Segment } from './segment/file-segment.js'
export type { CreateOptions, OpenOptions } from './segment/file-segment.js'
export { Store } from './store/store.js'
export type { StoreOptions } from './store/store-options.js'
export type { Residency, Resident } from './store/reading/residency.js'
export type { VersionLike } from './store/diff/diff-versions.js'
export type { Snapshot, SnapshotOf } from './store/reading/snapshot.js'
export type { PublishOptions, ReasonOptions, SwitchOptions, Validator } from './store/publishing/publish-options.js'
export type { GcReport, KeptFile, RemovedFile } from './store/publishing/gc.js'
export type { PermissionOptions } from './platform/permissions.js'
export type { Retain, RetainOptions } from './store/publishing/retention.js'
export { changedShareWithin, requireKeys, requireThat, rowCountWithin } from './store/publishing/validators.js'
export type { ChangedShareOptions, RowCountOptions } from './store/publishing/validators.js'
export type {
  CountedTable,
  KeyedIndexName,
  Lookup,
  LookupKey,
  RequiredKeys,
} from './store/publishing/validator-types.js'
export type {
  AdoptFailedEvent,
  ChannelMessage,
  LeakEvent,
  ReleaseEvent,
  SlowReaderEvent,
  StoreEvents,
  SwapEvent,
} from './store/events.js'
export type { HeldSnapshot } from './store/watching/holds.js'
export type { HeldVersion, ReaderInfo } from './store/watching/reader-info.js'
export type { PublishProgress, PublishStage, StageTime } from './store/publishing/stages.js'
export type { VersionMemory } from './store/watching/memory.js'
export type { PublishedVersion, VersionInfo } from './store/version-info.js'
export type { Clock } from './store/reading/block-meter.js'

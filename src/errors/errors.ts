/**
 * Every error hotseg throws. They are recognised by `name` and `code`, not by identity, so that two copies of the
 * package in one process agree. A message says what failed, then `name=value` pairs, then the way out.
 */

/** Data an error carries besides its message; system errors hand on `errno`, `syscall`, `path` and `cause`. */
export interface ErrorDetails {
  readonly cause?: unknown
  readonly path?: string | undefined
  readonly expected?: unknown
  readonly actual?: unknown
  readonly offset?: number | undefined
  readonly errno?: number | undefined
  readonly syscall?: string | undefined
}

/** What all errors of hotseg have in common: a literal `code` and the values that led to it. */
export abstract class HotsegError extends Error {
  /** `ERR_HOTSEG_` and the name in upper snake case. */
  abstract readonly code: `ERR_HOTSEG_${string}`
  /** The file, or the path within a value (`rows[3].at.lat`), that the error is about. */
  declare readonly path?: string | undefined
  /** What would have been right: a value, or words. */
  declare readonly expected?: unknown
  /** What was found or given instead. */
  declare readonly actual?: unknown
  /** Byte offset within the segment. */
  declare readonly offset?: number | undefined
  /** Of an error of the system: its number, negative as in Node. */
  declare readonly errno?: number | undefined
  /** Of an error of the system: the call that failed. */
  declare readonly syscall?: string | undefined

  /** @param message - what failed, values, way out; @param details - the same values as fields */
  constructor(message: string, details: ErrorDetails = {}) {
    const { cause, ...fields } = details
    super(message, cause === undefined ? undefined : { cause })
    Object.assign(this, fields)
  }
}

/** The bytes are not a hotseg segment, or its header is damaged. Nothing was opened. */
export class FormatError extends HotsegError {
  override readonly name = 'FormatError'
  readonly code = 'ERR_HOTSEG_FORMAT_ERROR'
}

/** The segment was written in a format, or with a feature, that this hotseg does not know. Nothing was opened. */
export class VersionError extends HotsegError {
  override readonly name = 'VersionError'
  readonly code = 'ERR_HOTSEG_VERSION_ERROR'
}

/** An object has another type than the one asked for. Nothing was opened or changed. */
export class SchemaMismatchError extends HotsegError {
  override readonly name = 'SchemaMismatchError'
  readonly code = 'ERR_HOTSEG_SCHEMA_MISMATCH_ERROR'
}

/** The contents of a segment contradict themselves or their checksum. */
export class CorruptionError extends HotsegError {
  override readonly name = 'CorruptionError'
  readonly code = 'ERR_HOTSEG_CORRUPTION_ERROR'
}

/** No room: the capacity of a segment, the memory of the process, or the disk. Nothing was changed. */
export class OutOfSpaceError extends HotsegError {
  override readonly name = 'OutOfSpaceError'
  readonly code = 'ERR_HOTSEG_OUT_OF_SPACE_ERROR'
}

/** A write to something that may not be written in place. Nothing was changed. */
export class ReadOnlyError extends HotsegError {
  override readonly name = 'ReadOnlyError'
  readonly code = 'ERR_HOTSEG_READ_ONLY_ERROR'
}

/** The segment, store or snapshot was closed. */
export class ClosedError extends HotsegError {
  override readonly name = 'ClosedError'
  readonly code = 'ERR_HOTSEG_CLOSED_ERROR'
}

/** The element a view stood for was erased or moved, or a container changed while it was iterated. */
export class StaleViewError extends HotsegError {
  override readonly name = 'StaleViewError'
  readonly code = 'ERR_HOTSEG_STALE_VIEW_ERROR'
}

/** The name or file is taken. Nothing was changed. */
export class ExistsError extends HotsegError {
  override readonly name = 'ExistsError'
  readonly code = 'ERR_HOTSEG_EXISTS_ERROR'
}

/** The store has no version, or not the one asked for. */
export class NoVersionError extends HotsegError {
  override readonly name = 'NoVersionError'
  readonly code = 'ERR_HOTSEG_NO_VERSION_ERROR'
}

/** Another publisher holds the store, or has published meanwhile. Nothing was published. */
export class PublishConflictError extends HotsegError {
  override readonly name = 'PublishConflictError'
  readonly code = 'ERR_HOTSEG_PUBLISH_CONFLICT_ERROR'
}

/** A lock was not had within the time limit. */
export class LockTimeoutError extends HotsegError {
  override readonly name = 'LockTimeoutError'
  readonly code = 'ERR_HOTSEG_LOCK_TIMEOUT_ERROR'
}

/** The owner of a lock died while it held it. */
export class OwnerDiedError extends HotsegError {
  override readonly name = 'OwnerDiedError'
  readonly code = 'ERR_HOTSEG_OWNER_DIED_ERROR'
}

/** A validator refused a version, and nothing was published; or `warmUp` did, and the process stays on the version it has. */
export class ValidationError extends HotsegError {
  override readonly name = 'ValidationError'
  readonly code = 'ERR_HOTSEG_VALIDATION_ERROR'
}

/** This platform, Node or mapping cannot do what was asked. */
export class UnsupportedError extends HotsegError {
  override readonly name = 'UnsupportedError'
  readonly code = 'ERR_HOTSEG_UNSUPPORTED_ERROR'
}

/** The operating system refused a file operation. */
export class FileError extends HotsegError {
  override readonly name = 'FileError'
  readonly code = 'ERR_HOTSEG_FILE_ERROR'
}

/** A JavaScript value does not fit its type; `path` names the place in the value. Nothing was written. */
export class InvalidValueError extends HotsegError {
  override readonly name = 'InvalidValueError'
  readonly code = 'ERR_HOTSEG_INVALID_VALUE_ERROR'
}

/** An option, a schema or an argument is wrong. Nothing was done. */
export class InvalidOptionError extends HotsegError {
  override readonly name = 'InvalidOptionError'
  readonly code = 'ERR_HOTSEG_INVALID_OPTION_ERROR'
}

import { HotsegError, InvalidValueError } from '../../errors/errors.js'

/** Where a record stands in the input. */
export interface RecordPlace {
  readonly table: string
  readonly file: string
  /** The last line of the record. */
  readonly line?: number | undefined
  /** Position in an array, or name of a member of an object. */
  readonly element?: number | string | undefined
}

const placed = new WeakSet()

/**
 * The error for a record, or a whole input, that cannot be published; nothing is published then. What is not the input's fault, such as a
 * full disk, passes through, and so does what has its place already.
 */
export function inputError({ table, file, line, element }: RecordPlace, cause: unknown): unknown {
  if (!(cause instanceof HotsegError) || cause.name !== 'InvalidValueError' || placed.has(cause)) return cause
  const place = [`file=${file}`]
  if (line !== undefined) place.push(`line=${line}`)
  if (element !== undefined) place.push(`element=${element}`)
  const { path, expected, actual } = cause
  const reason = cause.message.replace(/\.$/, '')
  const error = new InvalidValueError(
    `input is wrong: ${place.join(', ')}, table=${table}: ${reason}. Nothing was published.`,
    { path, expected, actual, cause },
  )
  placed.add(error)
  return error
}

import { diffVersions } from '../store/diff/diff-versions.js'
import type { Change, TableSummary } from '../segment/diff/diff.js'
import { printable, table, toJsonText, type Answer, type Output } from './output.js'

/** The options of `hotseg diff`. */
export interface DiffCommand {
  readonly json?: boolean
  readonly summary?: boolean
  readonly table?: readonly string[]
}

/**
 * What differs between two versions of a store, element by element: text, or with `json` a line of JSON a change. With `summary` only how
 * many there are.
 */
export function diff(
  directory: string,
  before: number,
  after: number,
  { json = false, summary = false, table: tables }: DiffCommand,
  output: Output,
): Answer | undefined {
  const options = tables === undefined ? {} : { tables }
  const changes = diffVersions(directory, new Set(), before, after, options)
  if (summary) {
    const counts = changes.summary()
    return { data: { path: directory, before, after, tables: counts }, lines: summaryLines(counts), isRight: true }
  }
  for (const change of changes) output.out(json ? toJsonText(change) : lineOf(change))
  return undefined
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const

function lineOf({ table: name, kind, key, before, after, fields, type }: Change): string {
  const parts = [SIGNS[kind], name]
  if (key !== undefined) parts.push(toJsonText(key))
  if (type !== undefined) parts.push(`type ${type.before ?? 'none'} -> ${type.after ?? 'none'}`)
  if (fields !== undefined && fields.length > 0) {
    parts.push(fields.map((field) => `${field.path}: ${arrow(field.before, field.after)}`).join(', '))
  } else if (kind === 'changed' && (before !== undefined || after !== undefined)) parts.push(arrow(before, after))
  else if (before !== undefined || after !== undefined) parts.push(toJsonText(before ?? after))
  return printable(parts.join(' '))
}

const arrow = (before: unknown, after: unknown): string => `${toJsonText(before)} -> ${toJsonText(after)}`

function summaryLines(counts: readonly TableSummary[]): string[] {
  const rows = counts.map((each) => [
    each.table,
    each.type,
    ...[each.countBefore, each.countAfter].map((count) => count?.toLocaleString('en') ?? ''),
    ...[each.added, each.removed, each.changed].map((count) => count.toLocaleString('en')),
  ])
  const heading = ['table', 'type', 'before', 'after', 'added', 'removed', 'changed']
  return table([heading, ...rows], new Set([2, 3, 4, 5, 6]))
}

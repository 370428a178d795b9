import { relative } from 'node:path'
import { Store } from '../store/store.js'
import { formatBytes, table, type Answer } from './output.js'

/** Clears a store of what nobody needs, and tells what was removed and what was left to whom. */
export async function gc(directory: string): Promise<Answer> {
  const { removed, kept } = await Store.gc(directory)
  const bytes = removed.reduce((sum, file) => sum + file.byteLength, 0)
  const rows = [
    ...removed.map((file) => ['removed', relative(directory, file.path), formatBytes(file.byteLength), file.why]),
    ...kept.map((file) => ['kept', relative(directory, file.path), formatBytes(file.byteLength), file.why]),
  ]
  return {
    data: { path: directory, isRight: true, removed, kept: kept.map(withoutCause) },
    lines: [
      `${removed.length} removed, ${formatBytes(bytes)}; ${kept.length} left`,
      ...(rows.length === 0 ? [] : ['', ...table(rows)]),
    ],
    isRight: true,
  }
}

function withoutCause({ error, ...file }: { readonly error?: unknown }): object {
  return error instanceof Error ? { ...file, error: error.message } : file
}

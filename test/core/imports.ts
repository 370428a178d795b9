/** What a built module imports, and what that imports, all the way down. */
import * as fs from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript'

/** A module and the names it imports, as they are written. */
export interface Module {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

/** The module at `entry` and all it reaches by relative imports, static, dynamic and `require` alike. */
export function modulesFrom(entry: string): Module[] {
  const modules = new Map<string, Module>()
  const visit = (path: string): void => {
    if (modules.has(path)) return
    const text = fs.readFileSync(path, 'utf8')
    const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
    modules.set(path, { path, text, imports })
    for (const name of imports) if (name.startsWith('.')) visit(resolve(dirname(path), name))
  }
  visit(entry)
  return [...modules.values()]
}

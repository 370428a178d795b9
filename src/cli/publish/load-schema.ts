import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Schema } from '../../segment/schema-type.js'
import { isType } from '../../types/make-type.js'
import { UsageError } from '../output.js'

/**
 * The schema a module exports as `schema`, or by default.
 *
 * @throws UsageError when the module cannot be loaded, or exports none
 */
export async function loadSchema(path: string): Promise<Schema> {
  const file = resolve(path)
  if (!existsSync(file)) throw new UsageError(`no such module: schema=${path}. Give the path of a file.`)
  let module: { readonly schema?: unknown; readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module
  } catch (error) {
    throw new UsageError(`cannot load the module: schema=${path}, reason=${(error as Error).message}`)
  }
  const schema = module.schema ?? module.default
  if (isSchema(schema)) return schema
  throw new UsageError(
    `the module exports no schema: schema=${path}. Export an object of types of this hotseg as \`schema\`, or by default.`,
  )
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !isType(value) && Object.values(value).every(isType)
}

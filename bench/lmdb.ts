import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What is used of lmdb; it is not installed with hotseg, so its own types are not there when this is checked. */
export interface Lmdb {
  get(key: string | number): unknown
  putSync(key: string | number, value: unknown): unknown
  transactionSync<T>(work: () => T): T
  getRange(): Iterable<{ readonly value: unknown }>
  close(): Promise<void>
}

interface LmdbModule {
  open(options: Readonly<Record<string, unknown>>): Lmdb
}

/** Where the rivals are installed, as seen from bench/build/bench, where this is compiled to. */
export const RIVALS = join(import.meta.dirname, '../../rivals')

/** Installs the rivals if they are missing, which needs the network once. */
export function installRivals(): void {
  if (existsSync(join(RIVALS, 'node_modules/lmdb'))) return
  console.log('installing the rivals in bench/rivals ...')
  // The binaries come as packages of their own; no install script is needed.
  execFileSync('npm', ['ci', '--ignore-scripts', '--prefix', RIVALS], { stdio: 'inherit' })
}

/** The version of lmdb that is installed. */
export function lmdbVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(RIVALS, 'node_modules/lmdb/package.json'), 'utf8'))
  return (manifest as { version: string }).version
}

/** An empty database of its own; values are numbers in lmdb's default encoding, which is the cheapest there is for it. */
export function openLmdb(directory: string, name: string): Lmdb {
  const library = createRequire(join(RIVALS, 'package.json'))('lmdb') as LmdbModule
  return library.open({ path: join(directory, `${name}.lmdb`), noSync: true, mapSize: 2 ** 31 })
}

/** Puts all pairs in one transaction. */
export function fillLmdb(database: Lmdb, pairs: Iterable<readonly [string | number, number]>): void {
  database.transactionSync(() => {
    for (const [key, value] of pairs) database.putSync(key, value)
  })
}

import type { Type } from '../../../src/core.js'
import { compareKeys, keyTextOf } from './plain.js'

/** What a map or set should hold at a key. */
export interface Entry {
  readonly key: unknown
  value: unknown
  gone: boolean
  /** How often the value was written whole over another. */
  writes: number
}

/** The model of maps and sets: keys by their text. */
export class KeyedModel {
  readonly type: Type
  /** The keys that commands choose from. */
  readonly pool: readonly unknown[]
  private readonly entries = new Map<string, Entry>()

  constructor(type: Type, pool: readonly unknown[]) {
    this.type = type
    this.pool = pool
  }

  get size(): number {
    return this.entries.size
  }

  get(key: unknown): Entry | undefined {
    return this.entries.get(keyTextOf(this.type, key))
  }

  set(key: unknown, value: unknown): void {
    const entry = this.get(key)
    if (entry === undefined) this.entries.set(keyTextOf(this.type, key), { key, value, gone: false, writes: 0 })
    else {
      entry.value = value
      entry.writes++
    }
  }

  delete(key: unknown): boolean {
    const entry = this.get(key)
    if (entry === undefined) return false
    entry.gone = true
    return this.entries.delete(keyTextOf(this.type, key))
  }

  clear(): void {
    for (const { key } of this.all()) this.delete(key)
  }

  /** In order of insertion. */
  all(): Entry[] {
    return [...this.entries.values()]
  }

  /** In order of the keys. */
  sorted(): Entry[] {
    return this.all().sort((a, b) => compareKeys(this.type, a.key, b.key))
  }
}

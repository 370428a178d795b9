import type { TypeModel } from './type-model.js'

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
  readonly key: TypeModel
  /** The keys that commands choose from. */
  readonly pool: readonly unknown[]
  private readonly entries = new Map<string, Entry>()

  constructor(key: TypeModel, pool: readonly unknown[]) {
    this.key = key
    this.pool = pool
  }

  get size(): number {
    return this.entries.size
  }

  get(key: unknown): Entry | undefined {
    return this.entries.get(this.key.keyText(key))
  }

  set(key: unknown, value: unknown): void {
    const entry = this.get(key)
    if (entry === undefined) this.entries.set(this.key.keyText(key), { key, value, gone: false, writes: 0 })
    else {
      entry.value = value
      entry.writes++
    }
  }

  delete(key: unknown): boolean {
    const entry = this.get(key)
    if (entry === undefined) return false
    entry.gone = true
    return this.entries.delete(this.key.keyText(key))
  }

  /** The key of an entry, written out. */
  text(entry: Entry): string {
    return this.key.keyText(entry.key)
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
    return this.all().sort((a, b) => this.key.compare(a.key, b.key))
  }
}

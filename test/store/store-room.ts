/** What tests of stores share: a fresh directory for each test, stores that are closed at its end, and a schema to publish. */
import * as fs from 'node:fs'
import { afterEach, beforeEach } from 'vitest'
import { hashMap, string, Store, u32, type SchemaOf, type StoreOptions, type VersionInfo } from '../../src/index.js'
import { makeTemporaryDirectory } from '../process/harness.js'

export const schema = { words: hashMap(string, u32), edition: u32, title: string }
export type S = typeof schema

/** Makes a directory before each test of the file, and removes it after the stores in it were closed. */
export class StoreRoom<T extends SchemaOf<T>> {
  directory = ''
  readonly #schema: T
  readonly #opened: { close(): Promise<void> }[] = []

  constructor(schema: T) {
    this.#schema = schema
    beforeEach(() => {
      this.directory = makeTemporaryDirectory({ inMemory: true })
    })
    afterEach(async () => {
      await Promise.all(this.#opened.splice(0).map((store) => store.close()))
      fs.rmSync(this.directory, { recursive: true, force: true })
    })
  }

  /** Opens the store of the test, which is made if need be. */
  async open(options: Partial<StoreOptions<T>> = {}): Promise<Store<T>> {
    return this.keep(await Store.open(this.directory, { schema: this.#schema, create: true, ...options }))
  }

  /** Has a store closed at the end of the test. */
  keep<U extends { close(): Promise<void> }>(store: U): U {
    this.#opened.push(store)
    return store
  }
}

/** Publishes an edition in which everything carries its number. */
export async function publish(store: Store<S>, edition: number): Promise<VersionInfo> {
  return await store.publish((draft) => {
    draft.edition = edition
    draft.title = `edition ${edition}`
    draft.words.set('word', edition)
  })
}

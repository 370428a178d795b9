/** What tests of stores share: a fresh directory for each test, stores that are closed at its end, and a schema to publish. */
import * as fs from 'node:fs'
import { afterEach, beforeEach } from 'vitest'
import { hashMap, string, Store, u32, type StoreOptions, type VersionInfo } from '../../src/index.js'
import { makeTemporaryDirectory } from '../process/harness.js'

export const schema = { words: hashMap(string, u32), edition: u32, title: string }
export type S = typeof schema

/** Makes a directory before each test of the file, and removes it after the stores in it were closed. */
export class StoreRoom {
  directory = ''
  readonly #opened: Store<any>[] = []

  constructor() {
    beforeEach(() => {
      this.directory = makeTemporaryDirectory({ inMemory: true })
    })
    afterEach(async () => {
      await Promise.all(this.#opened.splice(0).map((store) => store.close()))
      fs.rmSync(this.directory, { recursive: true, force: true })
    })
  }

  /** Opens the store of the test, which is made if need be. */
  async open(options: Partial<StoreOptions<S>> = {}): Promise<Store<S>> {
    const store = await Store.open(this.directory, { schema, create: true, ...options })
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

/** The code a promise is rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => 'resolved',
    (error: unknown) => (error as { code: unknown }).code,
  )
}

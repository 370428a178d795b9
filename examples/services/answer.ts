import { setTimeout as sleep } from 'node:timers/promises'
import type { SnapshotOf, Store } from 'hotseg'
import type { schema } from './schema.js'

/** The store of these examples. */
export type PriceStore = Store<typeof schema>

/** What an order costs, and by which edition of the prices. */
export interface Answer {
  readonly edition: number
  readonly cents: readonly number[]
  readonly process: number
}

/**
 * The prices of some articles. Between them it waits, as a service does that asks a database; another edition may become
 * current meanwhile. `store.current` is only for the turn it is read in, so the version is held for as long as the work takes:
 * all prices of one answer are of one edition, and what was read stays readable.
 */
export async function answer(store: PriceStore, articles: readonly string[]): Promise<Answer> {
  return await store.withSnapshot((snapshot) => pricesOf(snapshot, articles))
}

/** The same from a snapshot that the caller holds. */
export async function pricesOf(snapshot: SnapshotOf<typeof schema>, articles: readonly string[]): Promise<Answer> {
  const cents: number[] = []
  for (const article of articles) {
    cents.push(snapshot.prices.by.article.get(article)?.cents ?? 0)
    await sleep(1)
  }
  return { edition: snapshot.edition, cents, process: process.pid }
}

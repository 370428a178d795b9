import type { Index } from '../../multi-index/index-definition.js'
import type { ReadonlyLiveIndex } from '../../multi-index/multi-index-live.js'
import type { MultiIndexType } from '../../multi-index/multi-index-type.js'
import type { KeyedKind } from '../../types/keyed-kinds.js'
import type { Input, KeyType, Type } from '../../types/type.js'

/** The names of the tables whose elements can be counted: tables, maps, sets and sequences that grow. */
export type CountedTable<S> = {
  [N in keyof S & string]: S[N] extends { readonly kind: KeyedKind | 'multiIndex' | 'vector' | 'deque' | 'list' }
    ? N
    : never
}[keyof S & string]

/** What can be asked for a key. */
export interface Lookup<Key> {
  /** Whether it has the key. */
  has(key: Key): boolean
}

/** The keys that an index is asked for; those of an ordered index may be leading parts. */
export type LookupKey<Live> = Live extends Lookup<infer Key> ? Key : never

/** The names of the indexes that find rows by a key. */
export type KeyedIndexName<Indexes> = {
  [I in keyof Indexes & string]: Indexes[I] extends Index<'sequenced' | 'randomAccess', unknown> ? never : I
}[keyof Indexes & string]

/** What `requireKeys` takes: of a table the name of an index and keys of it, of a map or set the keys. */
export type RequiredKeys<S> = {
  [N in keyof S & string]: S[N] extends MultiIndexType<infer R, infer Indexes>
    ? {
        [I in KeyedIndexName<Indexes>]: [
          table: N,
          index: I,
          keys: object & Iterable<LookupKey<ReadonlyLiveIndex<R, Indexes[I]>>>,
        ]
      }[KeyedIndexName<Indexes>]
    : S[N] extends Type & { readonly kind: KeyedKind; readonly key: infer K extends KeyType }
      ? [table: N, keys: object & Iterable<Input<K>>]
      : never
}[keyof S & string]

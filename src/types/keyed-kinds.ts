/** The kinds of maps and sets, and what tells them apart. */

/** The kinds of maps. */
export type MapKind = 'hashMap' | 'hashMultimap' | 'orderedMap' | 'orderedMultimap' | 'flatMap'

/** The kinds of sets. */
export type SetKind = 'hashSet' | 'hashMultiset' | 'orderedSet' | 'orderedMultiset' | 'flatSet'

/** The kinds of maps and sets. */
export type KeyedKind = MapKind | SetKind

/** What tells one kind of maps and sets from the others. */
export interface KeyedTraits {
  /** What finds the entries: a hash table, a tree, or their place in a sorted array, whose elements move. */
  readonly form: 'hash' | 'tree' | 'array'
  /** Whether no two entries have equal keys. */
  readonly isUnique: boolean
  /** Whether entries have values besides their keys. */
  readonly isMap: boolean
}

/** The traits of each kind. */
export const KEYED: Readonly<Record<KeyedKind, KeyedTraits>> = {
  hashMap: { form: 'hash', isUnique: true, isMap: true },
  hashMultimap: { form: 'hash', isUnique: false, isMap: true },
  hashSet: { form: 'hash', isUnique: true, isMap: false },
  hashMultiset: { form: 'hash', isUnique: false, isMap: false },
  orderedMap: { form: 'tree', isUnique: true, isMap: true },
  orderedMultimap: { form: 'tree', isUnique: false, isMap: true },
  orderedSet: { form: 'tree', isUnique: true, isMap: false },
  orderedMultiset: { form: 'tree', isUnique: false, isMap: false },
  flatMap: { form: 'array', isUnique: true, isMap: true },
  flatSet: { form: 'array', isUnique: true, isMap: false },
}

/** Whether a kind is one of those of maps and sets. */
export function isKeyed(kind: unknown): kind is KeyedKind {
  return typeof kind === 'string' && Object.hasOwn(KEYED, kind)
}

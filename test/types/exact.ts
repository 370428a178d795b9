/* eslint-disable @typescript-eslint/no-unused-vars, @typescript-eslint/no-unnecessary-type-parameters,
   @typescript-eslint/no-empty-object-type, @typescript-eslint/consistent-type-imports
   -- nothing here runs: names exist to be inferred and compared */
/** What TypeScript infers, compiled by `tsc --noEmit`: a wrong inference is a compile error. */
import {
  array,
  bool,
  bytes,
  computed,
  desc,
  enumeration,
  f32,
  f64,
  flatMap,
  flatSet,
  hashedNonUnique,
  hashedUnique,
  hashMap,
  hashMultimap,
  hashMultiset,
  hashSet,
  i32,
  i64,
  multiIndex,
  offsetPtr,
  optional,
  orderedMap,
  orderedMultimap,
  orderedMultiset,
  orderedNonUnique,
  orderedSet,
  orderedUnique,
  randomAccess,
  sameTarget,
  sequenced,
  sharedPtr,
  predicate,
  rankedNonUnique,
  rankedUnique,
  string,
  struct,
  t,
  u32,
  u64,
  u8,
  uniquePtr,
  variant,
  vector,
  deque,
  list,
  weakPtr,
  whole,
  withDefault,
} from 'hotseg'
import type {
  AnyStructType,
  ArrayType,
  Computed,
  Descending,
  Draft,
  EnumerationType,
  FixedArray,
  FlatMap,
  FlatSet,
  FlatSetType,
  HashedIndex,
  HashMap,
  HashMultimap,
  HashMultiset,
  Index,
  Infer,
  Input,
  KeyType,
  LazyRange,
  MultiIndex,
  OffsetPtrType,
  Opened,
  OptionalType,
  OrderedIndex,
  OrderedMap,
  OrderedMultimap,
  OrderedMultiset,
  OrderedMultisetType,
  OrderedSet,
  RandomAccessIndex,
  RankedIndex,
  ReadonlyFlatMap,
  ReadonlyFlatSet,
  ReadonlyHashedIndex,
  ReadonlyHashMap,
  ReadonlyHashMultimap,
  ReadonlyHashMultiset,
  Deque,
  List,
  ListPosition,
  ListType,
  ReadonlyList,
  ReadonlyListPosition,
  DequeType,
  ReadonlyDeque,
  ReadonlyHashSet,
  ReadonlyOpened,
  ReadonlyOrderedIndex,
  ReadonlyOrderedMultimap,
  ReadonlyOrderedMultiset,
  ReadonlyRandomAccessIndex,
  ReadonlyRankedIndex,
  ReadonlyRef,
  ReadonlySequencedIndex,
  ReadonlyStructView,
  ReadonlyVariantView,
  ReadonlyVector,
  ReadonlyView,
  Ref,
  SchemaOf,
  SequencedIndex,
  StringType,
  StructType,
  StructView,
  Tables,
  Type,
  U32Type,
  VariantView,
  Vector,
  VectorType,
  View,
} from 'hotseg'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Fails to compile unless both are the same type. */
declare function same<A, B>(..._proof: Same<A, B> extends true ? [] : ['not the same', A, B]): void
/** Fails to compile unless the first can be used as the second. */
declare function fits<_A extends B, B>(): void
declare function live<T extends Type>(type: T): Opened<T>
declare function sealed<T extends Type>(type: T): ReadonlyOpened<T>

// Scalars, strings, bytes
same<Infer<typeof u32>, number>()
same<Infer<typeof f32>, number>()
same<Infer<typeof bool>, boolean>()
same<Infer<typeof u64>, bigint>()
same<Input<typeof i64>, bigint>()
same<View<typeof string>, string>()
same<Infer<typeof bytes>, Uint8Array<ArrayBuffer>>()
same<View<typeof bytes>, Uint8Array<ArrayBuffer>>()
same<Input<typeof bytes>, Uint8Array>()
same<typeof t.u32, U32Type>()
const Kind = enumeration('noun', 'verb')
same<typeof Kind, EnumerationType<'noun' | 'verb'>>()
same<Infer<typeof Kind>, 'noun' | 'verb'>()

// Structs
const City = struct({
  id: u32,
  at: struct({ lat: f64, lng: f64 }),
  name: string,
  country: withDefault(string, 'CN'),
  population: u64,
  nick: optional(string),
  box: optional(struct({ w: u8 })),
  kind: Kind,
  words: vector(string),
  rgb: array(u8, 3),
  icon: bytes,
})
type City = Infer<typeof City>
same<
  City,
  {
    id: number
    at: { lat: number; lng: number }
    name: string
    country: string
    population: bigint
    kind: 'noun' | 'verb'
    words: string[]
    rgb: number[]
    icon: Uint8Array<ArrayBuffer>
    nick?: string | undefined
    box?: { w: number } | undefined
  }
>()
same<
  Input<typeof City>,
  {
    readonly id: number
    readonly at: { readonly lat: number; readonly lng: number }
    readonly name: string
    readonly population: bigint
    readonly kind: 'noun' | 'verb'
    readonly words: object & Iterable<string>
    readonly rgb: object & Iterable<number>
    readonly icon: Uint8Array
    readonly country?: string | undefined
    readonly nick?: string | undefined
    readonly box?: { readonly w: number } | undefined
  }
>()
same<View<typeof City>, StructView<typeof City>>()
same<ReadonlyView<typeof City>, ReadonlyStructView<typeof City>>()
fits<City, Input<typeof City>>()
fits<View<typeof City>, Input<typeof City>>()
fits<ReadonlyView<typeof City>, Input<typeof City>>()
fits<View<typeof City>, ReadonlyView<typeof City>>()

const city = live(City)
same<typeof city.at, StructView<StructType<{ lat: typeof f64; lng: typeof f64 }>>>()
same<typeof city.nick, string | undefined>()
same<typeof city.country, string>()
same<typeof city.words, Vector<StringType>>()
same<typeof city.rgb, FixedArray<typeof u8>>()
same<ReturnType<typeof city.toObject>, City>()
city.name = 'Köln'
city.nick = undefined
city.icon = new Uint8Array(3)
city.population = 9n
city.at.lat = 5
city.words.push('a', 'b')
city.rgb.set(0, 255)
city.assign({ words: new Set(['a']), at: { lat: 1, lng: 2 }, nick: undefined })
city.assign({ at: city.at, words: city.words, rgb: new Uint8Array(3) })

// Variants: unions that `kind` tells apart
const Answer = variant({ text: string, code: u32, at: struct({ x: f64 }), words: vector(string), 7: optional(u8) })
same<
  Infer<typeof Answer>,
  | { kind: 'text'; value: string }
  | { kind: 'code'; value: number }
  | { kind: 'at'; value: { x: number } }
  | { kind: 'words'; value: string[] }
  | { kind: '7'; value: number | undefined }
>()
same<
  Input<typeof Answer>,
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'code'; readonly value: number }
  | { readonly kind: 'at'; readonly value: { readonly x: number } }
  | { readonly kind: 'words'; readonly value: object & Iterable<string> }
  | { readonly kind: '7'; readonly value: number | undefined }
>()
same<View<typeof Answer>, VariantView<typeof Answer>>()
same<ReadonlyView<typeof Answer>, ReadonlyVariantView<typeof Answer>>()
same<View<typeof Answer>['kind'], 'text' | 'code' | 'at' | 'words' | '7'>()
fits<Infer<typeof Answer>, Input<typeof Answer>>()
fits<View<typeof Answer>, Input<typeof Answer>>()
fits<ReadonlyView<typeof Answer>, Input<typeof Answer>>()
fits<View<typeof Answer>, ReadonlyView<typeof Answer>>()
const answer = live(Answer)
same<ReturnType<typeof answer.toObject>, Infer<typeof Answer>>()
if (answer.kind === 'text') same<typeof answer.value, string>()
if (answer.kind === 'at') answer.value.x = 5
if (answer.kind === 'words') answer.value.push('a')
answer.assign({ kind: 'words', value: new Set(['a']) })
answer.assign(answer)
answer.assign(sealed(Answer))
const lastAnswer = sealed(vector(Answer)).at(-1)
if (lastAnswer?.kind === 'words') same<typeof lastAnswer.value, ReadonlyVector<StringType>>()
const holder = live(struct({ id: u32, answer: Answer }))
same<typeof holder.answer, VariantView<typeof Answer>>()
holder.assign({ answer: { kind: 'code', value: 404 } })
const Json = variant({
  none: optional(bool),
  text: string,
  get list() {
    return vector(Json)
  },
  get object() {
    return hashMap(string, Json)
  },
})
const json = live(Json)
if (json.kind === 'list') same<ReturnType<typeof json.value.at>, VariantView<typeof Json> | undefined>()
json.assign({ kind: 'list', value: [{ kind: 'text', value: 'a' }, json] })
const plainJson: Infer<typeof Json> = { kind: 'list', value: [{ kind: 'none', value: undefined }] }
json.assign(plainJson)

// Recursion: alone, mutual, through containers, named
const Node = struct({
  value: u32,
  get next() {
    return offsetPtr(Node)
  },
  get children() {
    return hashMap(string, vector(Node))
  },
})
const node = live(Node)
same<typeof node.value, number>()
same<NonNullable<typeof node.next>['value'], number>()
const grandchild = node.next?.next?.children.get('a')?.at(0)
same<NonNullable<typeof grandchild>['value'], number>()
node.next = node
node.assign({ next: sealed(Node), children: [['a', [{ value: 1, children: new Map() }]]] })
same<Infer<typeof Node>['value'], number>()
same<keyof Infer<typeof Node>, 'value' | 'next' | 'children'>()

const Author = struct({
  name: string,
  get books() {
    return vector(offsetPtr(Book))
  },
})
const Book = struct({
  title: string,
  get author() {
    return optional(offsetPtr(Author))
  },
})
const title = live(Author).books.at(0)?.author?.books.at(-1)?.title
same<typeof title, string | undefined>()

interface LinkType extends StructType<{ value: U32Type; next: OffsetPtrType<LinkType> }> {}
export const Link: LinkType = struct({
  value: u32,
  get next() {
    return offsetPtr(Link)
  },
})
same<View<LinkType>, StructView<LinkType>>()
const second = live(Link).next?.next
same<typeof second, StructView<LinkType> | undefined>()

// Smart pointers: shared and weak ones read and write views, shared ones take plain values as well; unique ones are values.
const Owner = struct({
  name: string,
  get child() {
    return sharedPtr(Owner)
  },
  get parent() {
    return weakPtr(Owner)
  },
  get only() {
    return uniquePtr(Owner)
  },
  count: uniquePtr(u32),
})
const owner = live(Owner)
same<typeof owner.child, StructView<typeof Owner> | undefined>()
same<typeof owner.parent, StructView<typeof Owner> | undefined>()
same<typeof owner.only, StructView<typeof Owner> | undefined>()
same<typeof owner.count, Ref<U32Type> | undefined>()
owner.child = owner.only
owner.parent = owner.child
owner.assign({ child: { name: 'made' }, only: { name: 'owned', only: { name: 'deep', count: 3 } }, count: 4 })
owner.assign({ child: undefined, only: owner.child, parent: owner })
same<Infer<typeof Owner>['only'], Infer<typeof Owner> | undefined>()
same<Infer<typeof Owner>['child'], ReadonlyStructView<typeof Owner> | undefined>()
same<Infer<typeof Owner>['count'], number | undefined>()
const plainOwner: Infer<typeof Owner> = { name: 'all but these', child: undefined, parent: undefined }
owner.assign({ only: plainOwner })
const numbersOfAll = live(vector(sharedPtr(vector(u32))))
numbersOfAll.push([1, 2], numbersOfAll.at(0))
same<ReturnType<typeof numbersOfAll.at>, Vector<U32Type> | undefined>()
same<boolean, ReturnType<typeof sameTarget>>()
sameTarget(owner.child, owner.parent)
sameTarget(owner.count, undefined)

const Row = struct({
  id: u32,
  get parent() {
    return offsetPtr(Row)
  },
})
const Rows = multiIndex(Row, { id: hashedUnique('id') })
const parent = live(Rows).by.id.get(1)?.parent?.id
same<typeof parent, number | undefined>()

// Sequences
same<Infer<VectorType<U32Type>>, number[]>()
same<typeof vectorOfOptional, VectorType<OptionalType<U32Type>>>()
const vectorOfOptional = vector(optional(u32))
same<Infer<typeof vectorOfOptional>, (number | undefined)[]>()
same<Infer<ArrayType<U32Type>>, number[]>()
const numbers = live(vector(u32))
same<typeof numbers, Vector<U32Type>>()
numbers.assign(new Uint32Array(4))
numbers.assign(numbers)
same<ReturnType<typeof numbers.pop>, number | undefined>()
const ring = live(deque(struct({ n: u32 })))
same<typeof ring, Deque<StructType<{ n: U32Type }>>>()
same<Infer<DequeType<U32Type>>, number[]>()
same<ReturnType<typeof ring.shift>, { n: number } | undefined>()
ring.unshift({ n: 1 }, ring.at(0) ?? { n: 2 })
fits<typeof ring, ReadonlyDeque<StructType<{ n: U32Type }>>>()
const frozenRing = sealed(deque(u32))
same<typeof frozenRing, ReadonlyDeque<U32Type>>()
const steps = live(list(struct({ n: u32 })))
same<typeof steps, List<StructType<{ n: U32Type }>>>()
same<Infer<ListType<U32Type>>, number[]>()
const step = steps.first()
if (step !== undefined) {
  same<typeof step, ListPosition<StructType<{ n: U32Type }>>>()
  step.value = { n: 3 }
  step.value.n = 4
  steps.erase(step.value)
  steps.splice(step, steps, step.next())
  steps.insertAfter(step, { n: 1 }).previous()
}
steps.sort((a, b) => a.n - b.n)
live(list(u32)).sort()
const frozenSteps = sealed(list(u32))
same<typeof frozenSteps, ReadonlyList<U32Type>>()
same<ReturnType<typeof frozenSteps.first>, ReadonlyListPosition<U32Type> | undefined>()
fits<typeof steps, ReadonlyList<StructType<{ n: U32Type }>>>()
fits<ListPosition<U32Type>, Ref<U32Type>>()
const copied: number[] = [...numbers, ...sealed(array(u32, 2))]
for (const [index, value] of numbers.entries()) same<[typeof index, typeof value], [number, number]>()
same<typeof copied, number[]>()

// Maps and sets
same<Infer<typeof tags>, Map<string, { n: number }>>()
const tags = hashMap(string, struct({ n: u32 }))
const tagMap = live(tags)
same<typeof tagMap, HashMap<StringType, StructType<{ n: U32Type }>>>()
tagMap.set('a', { n: 1 }).set('b', { n: 2 })
const one = tagMap.get('a')
if (one !== undefined) one.n = 5
const many = tagMap.getMany(['a', 'b'])
same<(typeof many)[number], typeof one>()
const frozenTags = sealed(tags)
same<typeof frozenTags, ReadonlyHashMap<StringType, StructType<{ n: U32Type }>>>()
fits<typeof tagMap, typeof frozenTags>()
fits<Map<string, { n: number }>, Input<typeof tags>>()
fits<typeof tagMap, Input<typeof tags>>()
const byName = live(orderedMap(string, u32))
same<typeof byName, OrderedMap<StringType, U32Type>>()
const range = byName.range({ prefix: 'Lo', reverse: true, limit: 3 })
same<typeof range, LazyRange<[string, number]>>()
const cursor: string | undefined = byName.lowerBound('a')?.[0]
byName.range({ gt: cursor })
for (const [name, count] of byName) same<[typeof name, typeof count], [string, number]>()
const pairs = hashSet(struct({ a: u32, b: array(string, 2) }))
same<Infer<typeof pairs>, Set<{ a: number; b: string[] }>>()
fits<ReturnType<typeof asReadonlySet>, ReadonlyHashSet<KeyType>>()
declare function asReadonlySet(): ReadonlyHashSet<StringType>
live(pairs)
  .add({ a: 1, b: ['x', 'y'] })
  .has({ a: 1, b: new Set(['x', 'y']) })
const ordered = live(orderedSet(u64))
same<typeof ordered, OrderedSet<typeof u64>>()
same<ReturnType<typeof ordered.first>, bigint | undefined>()
fits<typeof ordered, object & Iterable<bigint>>()

// Flat maps and sets
const codes = live(flatMap(string, struct({ n: u32 })))
same<typeof codes, FlatMap<StringType, StructType<{ n: U32Type }>>>()
codes.set('a', { n: 1 }).reserve(5)
const code = codes.get('a')
if (code !== undefined) code.n = 5
same<ReturnType<typeof codes.first>, [string, StructView<StructType<{ n: U32Type }>>] | undefined>()
same<ReturnType<typeof codes.toObject>, Map<string, { n: number }>>()
same<typeof codes.capacity, number>()
const readCodes = sealed(flatMap(string, struct({ n: u32 })))
same<typeof readCodes, ReadonlyFlatMap<StringType, StructType<{ n: U32Type }>>>()
fits<typeof codes, typeof readCodes>()
const primes = live(flatSet(u64))
same<typeof primes, FlatSet<typeof u64>>()
same<ReturnType<typeof primes.lowerBound>, bigint | undefined>()
primes.add(5n).shrinkToFit()
fits<typeof primes, ReadonlyFlatSet<typeof u64>>()
fits<Set<bigint>, Input<ReturnType<typeof flatSetType>>>()
declare function flatSetType(): FlatSetType<typeof u64>
same<Infer<ReturnType<typeof flatSetType>>, Set<bigint>>()

// Multimaps and multisets
const occurrences = live(hashMultimap(string, struct({ n: u32 })))
same<typeof occurrences, HashMultimap<StringType, StructType<{ n: U32Type }>>>()
same<Infer<typeof hashMultimapType>, [string, { n: number }][]>()
const hashMultimapType = hashMultimap(string, struct({ n: u32 }))
occurrences.add('a', { n: 1 }).add('a', { n: 2 }).reserve(9)
const each = occurrences.getAll('a')
same<typeof each, StructView<StructType<{ n: U32Type }>>[]>()
for (const [word, { n }] of occurrences.equalRange('a')) same<[typeof word, typeof n], [string, number]>()
same<ReturnType<typeof occurrences.delete>, number>()
same<ReturnType<typeof occurrences.count>, number>()
occurrences.erase(each[0]!)
same<ReturnType<typeof eraseAt>, boolean>()
const eraseAt = () => occurrences.erase('a', -1)
const readOccurrences = sealed(hashMultimapType)
same<typeof readOccurrences, ReadonlyHashMultimap<StringType, StructType<{ n: U32Type }>>>()
fits<typeof occurrences, typeof readOccurrences>()
fits<typeof occurrences, Input<typeof hashMultimapType>>()
fits<Map<string, { n: number }>, Input<typeof hashMultimapType>>()
fits<Infer<typeof hashMultimapType>, Input<typeof hashMultimapType>>()
const byDay = live(orderedMultimap(u32, string))
same<typeof byDay, OrderedMultimap<U32Type, StringType>>()
same<ReturnType<typeof byDay.first>, [number, string] | undefined>()
same<ReturnType<typeof byDay.toObject>, [number, string][]>()
byDay.range({ gte: 5, lt: 9, reverse: true, limit: 2 }).toArray()
fits<typeof byDay, ReturnType<typeof readByDay>>()
declare function readByDay(): ReadonlyOrderedMultimap<U32Type, StringType>
const bag = live(hashMultiset(struct({ a: u32 })))
same<typeof bag, HashMultiset<StructType<{ a: U32Type }>>>()
same<ReturnType<typeof bag.getAll>, ReadonlyStructView<StructType<{ a: U32Type }>>[]>()
bag.add({ a: 1 }).erase(bag.get({ a: 1 })!)
const scores = live(orderedMultiset(u64))
same<typeof scores, OrderedMultiset<typeof u64>>()
same<Infer<ReturnType<typeof scoresType>>, bigint[]>()
declare function scoresType(): OrderedMultisetType<typeof u64>
same<ReturnType<typeof scores.upperBound>, bigint | undefined>()
scores.add(5n).erase(5n, 0)
same<ReadonlyOpened<ReturnType<typeof scoresType>>, ReadonlyOrderedMultiset<typeof u64>>()
fits<typeof scores, ReadonlyOrderedMultiset<typeof u64>>()
fits<typeof bag, ReadonlyHashMultiset<StructType<{ a: U32Type }>>>()

// Multi-index
interface CityType extends StructType<(typeof City)['fields']> {}
const NamedCity: CityType = City
const Cities = multiIndex(NamedCity, {
  id: hashedUnique('id'),
  name: orderedNonUnique('name'),
  place: orderedNonUnique(['country', desc('population')]),
  spot: orderedUnique(['at.lat', 'at.lng', 'name']),
  position: hashedNonUnique('at'),
  biggest: orderedNonUnique(desc('population')),
  ranking: rankedUnique([desc('population'), 'id']),
  size: rankedNonUnique('population'),
  rgb: hashedNonUnique(['rgb', 'kind']),
})
const cities = live(Cities)
type RowView = ReadonlyStructView<CityType>
fits<typeof cities, MultiIndex<CityType, (typeof Cities)['indexes']>>()
same<typeof cities.by.id, HashedIndex<number, RowView>>()
same<typeof cities.by.place, OrderedIndex<readonly [string, bigint], RowView, number>>()
same<typeof cities.by.rgb, HashedIndex<readonly [object & Iterable<number>, 'noun' | 'verb'], RowView, number>>()
same<typeof cities.by.biggest, OrderedIndex<bigint, RowView, number>>()
same<typeof cities.by.ranking, RankedIndex<readonly [bigint, number], RowView>>()
same<typeof cities.by.size, RankedIndex<bigint, RowView, number>>()
same<ReturnType<typeof cities.by.id.delete>, boolean>()
same<ReturnType<typeof cities.by.name.delete>, number>()
const found: string | undefined = cities.by.id.get(2643743)?.name
same<typeof found, string | undefined>()
cities.by.name.range({ gte: 'Lon', lt: 'Loo' }).toArray()
cities.by.name.range({ prefix: 'Lo' })
cities.by.place.equalRange(['CN'])
cities.by.place.count(['CN', 5n])
cities.by.place.range({ gt: ['CN', 5n], lt: ['DE'] })
cities.by.place.range({ prefix: ['C'] })
cities.by.spot.range({ prefix: [1, 2, 'Lo'] })
cities.by.position.get({ lat: 1, lng: 2 })
declare const plain: City
const inserted = cities.insert(plain)
if (inserted.inserted) same<typeof inserted.row, RowView>()
else same<typeof inserted.index, 'id' | 'spot' | 'ranking'>()
const changed = cities.modify(inserted.row, { population: 9n, at: { lat: 1, lng: 1 }, nick: undefined })
if (!changed.modified) same<typeof changed.index, 'id' | 'spot' | 'ranking'>()
cities.replace(inserted.row, { ...inserted.row.toObject(), id: 6 })
cities.erase(cities.by.id.get(5) ?? inserted.row)
same<Infer<typeof Cities>, City[]>()
const readCities = sealed(Cities)
same<typeof readCities.by.id, ReadonlyHashedIndex<number, RowView>>()
fits<typeof cities, typeof readCities>()
// Indexes with an order of their own
const Queues = multiIndex(NamedCity, { id: hashedUnique('id'), queue: sequenced(), slot: randomAccess() })
same<
  (typeof Queues)['indexes'],
  { id: Index<'hashedUnique', 'id'>; queue: Index<'sequenced', readonly []>; slot: Index<'randomAccess', readonly []> }
>()
const queues = live(Queues)
const { queue, slot } = queues.by
same<typeof queue, SequencedIndex<CityType, 'id'>>()
same<typeof slot, RandomAccessIndex<CityType, 'id'>>()
fits<typeof slot, SequencedIndex<CityType, 'id'>>()
fits<typeof queue, ReadonlySequencedIndex<CityType>>()
fits<typeof slot, ReadonlyRandomAccessIndex<CityType>>()
const pushed = queue.pushFront(plain)
same<typeof pushed.row, RowView>()
if (!pushed.inserted) same<typeof pushed.index, 'id'>()
same<ReturnType<typeof queue.popBack>, Infer<CityType> | undefined>()
same<ReturnType<typeof slot.at>, RowView | undefined>()
queue.relocate(pushed.row)
queue.relocate(slot.range({ from: pushed.row, limit: 3 }), queue.first())
queue.rearrange(slot)
cities.by.place.range({ from: cities.by.id.get(1), lt: ['CN'] })
queue.sort((a, b) => a.id - b.id)
same<Parameters<Parameters<typeof slot.removeIf>[0]>, [row: RowView]>()
const movedRow = queues.moveTo(pushed.row, live(Queues))
if (!movedRow.moved) same<typeof movedRow.index, 'id'>()
for (const row of queue.range({ reverse: true })) same<typeof row, RowView>()
const readQueues = sealed(Queues)
same<typeof readQueues.by.queue, ReadonlySequencedIndex<CityType>>()
same<typeof readQueues.by.slot, ReadonlyRandomAccessIndex<CityType>>()
function ends<R extends AnyStructType>(index: ReadonlySequencedIndex<R>): ReadonlyView<R>[] {
  return index.range({ limit: 1 }).toArray()
}
same<ReturnType<typeof ends<CityType>>, RowView[]>()

same<typeof readCities.by.size, ReadonlyRankedIndex<bigint, RowView>>()
fits<typeof cities.by.size, OrderedIndex<bigint, RowView, number>>()
fits<typeof readCities.by.size, ReadonlyOrderedIndex<bigint, RowView>>()
same<ReturnType<typeof cities.by.size.nth>, RowView | undefined>()
same<ReturnType<typeof cities.by.size.findRank>, number | undefined>()
same<ReturnType<typeof cities.by.size.equalRangeRank>, [from: number, to: number]>()
same<ReturnType<typeof cities.by.size.rank>, number>()
cities.by.size.rank(inserted.row)
cities.by.ranking.lowerBoundRank([5n])
cities.by.ranking.upperBoundRank([5n, 6])
readCities.by.ranking.rangeRank({ gt: [5n], lte: [9n, 1] })
same<ReturnType<typeof cities.by.size.slice>, LazyRange<RowView>>()
multiIndex(City, { id: hashedUnique('id') })
multiIndex(struct({ id: u32 }), { id: hashedUnique('id') })

const byId = hashedUnique('id')
const apart = multiIndex(City, { id: byId })
same<(typeof apart)['indexes'], { id: Index<'hashedUnique', 'id'> }>()

// Computed keys, partial indexes, whole rows
const Town = struct({
  id: u32,
  name: string,
  country: withDefault(string, 'CN'),
  at: struct({ lat: f64 }),
  nick: optional(string),
  words: vector(string),
  sort: enumeration('city', 'village'),
  get parent() {
    return offsetPtr(Town)
  },
})
const Towns = multiIndex(Town, {
  id: hashedUnique('id'),
  initial: orderedNonUnique(
    computed('initial', 1, string, (town) => {
      same<typeof town, Infer<typeof Town>>()
      return town.name.slice(0, 1)
    }),
  ),
  length: orderedNonUnique(['country', desc(computed('length', 1, u32, ({ words }) => words.length))]),
  cell: hashedNonUnique(computed('cell', 2, struct({ x: i32, y: i32 }), (row) => ({ x: row.at.lat, y: 1 }))),
  last: hashedUnique([computed('initial', 1, string), 'id']),
  nicks: orderedNonUnique('name', { where: predicate('nicks', 1, (town) => town.nick !== undefined) }),
  villages: hashedNonUnique('name', { where: predicate('villages', 1, (town) => town.sort === 'village') }),
})
same<
  (typeof Towns)['indexes']['length'],
  Index<'orderedNonUnique', readonly ['country', Descending<Computed<U32Type>>]>
>()
same<(typeof Towns)['indexes']['nicks'], Index<'orderedNonUnique', 'name'>>()
const towns = live(Towns)
type TownView = ReadonlyView<typeof Town>
same<typeof towns.by.initial, OrderedIndex<string, TownView, number>>()
same<typeof towns.by.length, OrderedIndex<readonly [string, number], TownView, number>>()
same<Parameters<typeof towns.by.cell.get>[0], { readonly x: number; readonly y: number }>()
same<Parameters<typeof towns.by.last.get>[0], readonly [string, number]>()
towns.by.initial.range({ prefix: 'L' })
towns.by.length.equalRange(['CN'])
const plainTown: Infer<typeof Town> = {
  id: 1,
  name: '',
  country: '',
  at: { lat: 0 },
  words: [],
  sort: 'city',
  parent: undefined,
}
const town = towns.insert(plainTown)
if (!town.inserted) same<typeof town.index, 'id' | 'last'>()
// Readers leave the functions out, and may lack indexes.
multiIndex(Town, {
  initial: orderedNonUnique(computed('initial', 1, string)),
  nicks: orderedNonUnique('name', { where: predicate('nicks', 1) }),
})
// An index made elsewhere says what of a row its function needs.
const byInitial = orderedNonUnique(computed('initial', 1, string, (row: { readonly name: string }) => row.name))
const named2 = orderedNonUnique('id', { where: predicate('named', 1, (row: { name: string }) => row.name !== '') })
multiIndex(Town, { id: hashedUnique('id'), byInitial, named2 })
const Pair = struct({ a: u32, b: string })
const pairTable = live(
  multiIndex(Pair, {
    whole: hashedUnique(whole),
    down: orderedUnique(desc(whole)),
    part: orderedNonUnique(['b', whole, computed('sum', 1, u32, (pair) => pair.a + pair.b.length)]),
  }),
)
same<Parameters<typeof pairTable.by.whole.get>[0], Input<typeof Pair>>()
pairTable.by.part.get(['x', { a: 1, b: 'x' }, 2])
pairTable.by.down.lowerBound({ a: 1, b: '' })

// Objects of a segment, schemas of a store
same<Opened<typeof u32>, Ref<U32Type>>()
same<ReadonlyOpened<OptionalType<U32Type>>, ReadonlyRef<OptionalType<U32Type>>>()
same<Opened<typeof Node>, StructView<typeof Node>>()
const counter = live(u32)
counter.value = counter.value + 1
const maybe = live(optional(struct({ n: u32 })))
maybe.value = { n: 1 }
if (maybe.value !== undefined) maybe.value.n = 2

const schema = { cities: Cities, edition: u32, title: optional(string), tags }
interface AppSchema extends SchemaOf<typeof schema> {
  cities: typeof Cities
  edition: U32Type
  title: OptionalType<StringType>
  tags: typeof tags
}
declare function open<S extends SchemaOf<S>>(
  schema: S,
): { current: Tables<S>; publish(fn: (draft: Draft<S>) => void): void }
const store = open(schema)
same<typeof store.current.edition, number>()
same<typeof store.current.title, string | undefined>()
same<typeof store.current.cities, typeof readCities>()
store.publish((draft) => {
  draft.edition = 4
  draft.title = undefined
  draft.cities.insert(plain)
  draft.tags.set('x', { n: 1 })
})
const named = open<AppSchema>(schema)
same<typeof named.current.edition, number>()

// Generic code
function total<K extends KeyType, V extends Type>(map: ReadonlyHashMap<K, V>): ReadonlyView<V>[] {
  return [...map.values()]
}
same<ReturnType<typeof total<StringType, U32Type>>, number[]>()
const totals = total(live(hashMap(string, u32)))
same<typeof totals, number[]>()
function firstOf<T extends Type>(values: ReadonlyVector<T>): ReadonlyView<T> | undefined {
  return values.at(0)
}
const firstNumber = firstOf(numbers)
same<typeof firstNumber, number | undefined>()
function copy<T extends Type>(from: Vector<T>, into: Vector<T>): void {
  const readable: ReadonlyVector<T> = from
  into.assign(readable)
}
copy(numbers, numbers)

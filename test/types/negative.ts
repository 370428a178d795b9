/* eslint-disable @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type,
   @typescript-eslint/ban-ts-comment, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-meaningless-void-operator
   -- nothing here runs: every directive marks a mistake that must not compile */
import {
  array,
  bytes,
  computed,
  desc,
  enumeration,
  f64,
  flatMap,
  flatSet,
  hashedNonUnique,
  hashedUnique,
  hashMap,
  hashMultimap,
  hashMultiset,
  hashSet,
  multiIndex,
  offsetPtr,
  optional,
  orderedMap,
  orderedMultimap,
  orderedMultiset,
  orderedNonUnique,
  orderedUnique,
  randomAccess,
  requireKeys,
  requireThat,
  rowCountWithin,
  sameTarget,
  sequenced,
  sharedPtr,
  predicate,
  rankedNonUnique,
  rankedUnique,
  string,
  struct,
  u32,
  u64,
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
  Draft,
  HashMapType,
  Infer,
  Input,
  OffsetPtrType,
  Opened,
  ReadonlyHashMap,
  ReadonlyOpened,
  ReadonlyVector,
  StructType,
  Tables,
  Type,
  U32Type,
  Validator,
  Vector,
  View,
} from 'hotseg'

declare function live<T extends Type>(type: T): Opened<T>
declare function sealed<T extends Type>(type: T): ReadonlyOpened<T>
declare function make<T extends Type>(type: T, initial: Input<T>): Opened<T>

// Constructors
// @ts-expect-error a name is not a type
struct({ id: 'u32' })
// @ts-expect-error nor is a constructor
struct({ id: u32, list: vector })
// @ts-expect-error reserved
struct({ toJSON: u32 })
// @ts-expect-error reserved
struct({ id: u32, assign: string })
// @ts-expect-error a dot
struct({ 'at.lat': f64 })
// @ts-expect-error not a type
vector('u32')
// @ts-expect-error no length
array(u32)
// @ts-expect-error no values
enumeration()
// @ts-expect-error not a string
enumeration('a', 1)
// @ts-expect-error missing in two ways
optional(optional(u32))
// @ts-expect-error missing in two ways
optional(withDefault(u32, 1))
// @ts-expect-error missing in two ways
withDefault(optional(u32), 1)
// @ts-expect-error a default of another type
withDefault(u32, 'one')
// @ts-expect-error no default
withDefault(u32)
// @ts-expect-error undefined is no pointer already
offsetPtr(optional(u32))
// @ts-expect-error a vector is no key
hashMap(vector(u32), u32)
// @ts-expect-error an optional is no key
orderedMap(optional(u32), u32)
// @ts-expect-error a struct with a vector is no key
hashSet(struct({ a: u32, b: vector(u32) }))
// @ts-expect-error an array of pointers is no key
hashSet(array(offsetPtr(u32), 2))
// @ts-expect-error a shared pointer is no key
hashSet(sharedPtr(u32))
// @ts-expect-error a unique pointer is no key
orderedMap(uniquePtr(u32), u32)
// @ts-expect-error undefined is no value already
uniquePtr(optional(u32))

// @ts-expect-error no alternative is a name alone
variant({ text: 'string' })
// @ts-expect-error the empty name
variant({ '': u32 })
// @ts-expect-error a variant is no key
hashSet(variant({ a: u32 }))
// @ts-expect-error nor is a struct with one
hashMap(struct({ a: variant({ a: u32 }) }), u32)
const Answer = variant({ text: string, code: u32 })
// @ts-expect-error the value of another alternative
make(Answer, { kind: 'text', value: 5 })
// @ts-expect-error no alternative of this name
make(Answer, { kind: 'other', value: 5 })
// @ts-expect-error no kind
make(Answer, { value: 5 })
// @ts-expect-error no value
live(Answer).assign({ kind: 'code' })
// @ts-expect-error written by assign
live(Answer).kind = 'code'
// @ts-expect-error written by assign
live(struct({ answer: Answer })).answer = { kind: 'code', value: 5 }
// @ts-expect-error sealed
sealed(Answer).assign({ kind: 'code', value: 5 })
// @ts-expect-error which alternative it is is not known
live(Answer).value.toUpperCase()

// Plain values
const City = struct({
  id: u32,
  at: struct({ lat: f64, lng: f64 }),
  name: string,
  country: withDefault(string, 'CN'),
  population: u64,
  nick: optional(string),
  words: vector(string),
})
declare const plain: Infer<typeof City>
// @ts-expect-error population is a bigint
const number: Infer<typeof City> = { ...plain, population: 5 }
// @ts-expect-error null is not missing
const nothing: Infer<typeof City> = { ...plain, nick: null }
// @ts-expect-error a field too many
make(City, { ...plain, extra: 1 })
// @ts-expect-error a field too few
make(City, { id: 1, name: '' })
// @ts-expect-error a string is no sequence of strings
make(City, { ...plain, words: 'abc' })
// @ts-expect-error one of the elements is wrong
make(City, { ...plain, words: ['a', 1] })
// @ts-expect-error of a nested struct
make(City, { ...plain, at: { lat: 1, lng: '2' } })
// @ts-expect-error a nested field too many
make(City, { ...plain, at: { lat: 1, lng: 2, alt: 3 } })
// @ts-expect-error one of the values
make(enumeration('a', 'b'), 'c')
// @ts-expect-error bytes are not numbers
make(bytes, [1, 2, 3])
// @ts-expect-error entries, not an object
make(hashMap(string, u32), { a: 1 })

// Views
const city = live(City)
// @ts-expect-error nested containers are replaced by assign
city.words = ['a']
// @ts-expect-error nested structs too
city.at = { lat: 1, lng: 2 }
// @ts-expect-error wrong type
city.name = 5
// @ts-expect-error null is not missing
city.nick = null
// @ts-expect-error no such field
city.title = 'x'
// @ts-expect-error undefined leaves nothing to write
city.assign({ name: undefined })
// @ts-expect-error no such field
city.assign({ title: 'x' })
// @ts-expect-error a string is no sequence
city.assign({ words: 'abc' })
const readCity = sealed(City)
// @ts-expect-error nothing is written
readCity.name = 'x'
// @ts-expect-error nothing is written
readCity.assign({ name: 'x' })
// @ts-expect-error nothing is written
readCity.words.push('x')
// @ts-expect-error nothing is written
readCity.at.lat = 5
// @ts-expect-error a read-only view is no writable one
const writable: View<typeof City> = readCity
// @ts-expect-error nothing is written
sealed(u32).value = 5
// @ts-expect-error wrong type
live(u32).value = 'x'

// Recursion
const Node = struct({
  value: u32,
  get next() {
    return offsetPtr(Node)
  },
})
const node = live(Node)
// @ts-expect-error fields of the target keep their types
node.next = { value: 'x' }
// @ts-expect-error a pointer takes a view, not a plain object
node.next = { value: 1, next: undefined }
// @ts-expect-error it may be missing
const value: number = node.next.value
// @ts-expect-error no such field
const other = node.next?.other
interface LinkType extends StructType<{ value: U32Type; next: OffsetPtrType<LinkType> }> {}
// @ts-expect-error the name says otherwise
const Link: LinkType = struct({
  value: string,
  get next() {
    return offsetPtr(Link)
  },
})

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
})
const owner = live(Owner)
// @ts-expect-error what is read is a view, what is written a value: use assign
owner.only = { name: 'x' }
// @ts-expect-error fields of the target keep their types
owner.assign({ child: { name: 5 } })
// @ts-expect-error a weak pointer makes no object
owner.assign({ parent: { name: 'x' } })
// @ts-expect-error another type
owner.child = live(Node)
// @ts-expect-error a plain value is no view
sameTarget(owner, 5)

// Containers
const numbers = live(vector(u32))
// @ts-expect-error wrong element
numbers.push('1')
// @ts-expect-error wrong element
numbers.set(0, 5n)
// @ts-expect-error a string is no sequence
live(vector(string)).assign('abc')
// @ts-expect-error it may be missing
const first: number = numbers.at(0)
// @ts-expect-error length follows from the elements
numbers.length = 0
// @ts-expect-error nothing is written
sealed(vector(u32)).push(1)
// @ts-expect-error a vector grows at its end only
live(vector(u32)).unshift(1)
// @ts-expect-error wrong element
live(deque(u32)).unshift('1')
// @ts-expect-error nothing is written
sealed(deque(u32)).shift()
// @ts-expect-error a deque is no key
hashSet(deque(u32))
// @ts-expect-error a number is no position
live(list(u32)).erase(5)
// @ts-expect-error a list has no positions by number
live(list(u32)).at(0)
// @ts-expect-error nothing is written
sealed(list(u32)).push(1)
// @ts-expect-error another type
live(list(u32)).splice(undefined, live(list(string)))
// @ts-expect-error a fixed array does not grow
live(array(u32, 3)).push(1)
const map = live(hashMap(string, struct({ n: u32 })))
// @ts-expect-error wrong key
map.get(5)
// @ts-expect-error wrong value
map.set('a', 5)
// @ts-expect-error a string is no list of keys
map.getMany('abc')
// @ts-expect-error hashed: no order
map.range()
// @ts-expect-error nothing is written
sealed(hashMap(string, u32)).set('a', 1)
// @ts-expect-error read-only where nothing is written
sealed(hashMap(string, struct({ n: u32 }))).get('a')!.n = 5
for (const key of live(hashSet(struct({ a: u32 }))))
  // @ts-expect-error keys are read-only everywhere
  key.a = 5
const ordered = live(orderedMap(u32, string))
// @ts-expect-error numbers have no prefix
ordered.range({ prefix: 5 })
// @ts-expect-error wrong bound
ordered.range({ gte: '5' })
// @ts-expect-error no such option
ordered.range({ from: 5 })

// @ts-expect-error nothing is written
sealed(flatSet(u32)).reserve(5)
// @ts-expect-error wrong key
live(flatMap(string, u32)).set(5, 5)
// @ts-expect-error a vector is no key
flatSet(vector(u32))
const multi = live(hashMultimap(string, u32))
// @ts-expect-error several values may have the key
multi.set('a', 1)
// @ts-expect-error a value and its key
multi.add('a')
// @ts-expect-error a number is no view
multi.erase(5)
// @ts-expect-error a plain key is no view
multi.erase('a')
// @ts-expect-error a position is a number
multi.erase('a', 'b')
// @ts-expect-error hashed: no order
multi.range()
// @ts-expect-error a count, not a boolean
const wasThere: boolean = multi.delete('a')
// @ts-expect-error keys are unique
live(hashMap(string, u32)).getAll('a')
// @ts-expect-error nothing is written
sealed(orderedMultimap(string, u32)).add('a', 1)
// @ts-expect-error wrong key
live(orderedMultiset(u32)).add('a')
// @ts-expect-error a vector is no key
hashMultiset(vector(u32))
// @ts-expect-error trees take their room node by node
live(orderedMultiset(u32)).reserve(5)

// Multi-index
// @ts-expect-error no such field
multiIndex(City, { id: hashedUnique('idd') })
// @ts-expect-error no such nested field
multiIndex(City, { lat: orderedNonUnique('at.lot') })
// @ts-expect-error a vector is no key
multiIndex(City, { words: hashedNonUnique('words') })
// @ts-expect-error an optional is no key
multiIndex(City, { nick: orderedNonUnique('nick') })
// @ts-expect-error wrong part
multiIndex(City, { place: orderedNonUnique(['country', 'size']) })
// @ts-expect-error wrong descending part
multiIndex(City, { place: orderedNonUnique(['country', desc('size')]) })
// @ts-expect-error hashed: no order
multiIndex(City, { id: hashedUnique(desc('id')) })
// @ts-expect-error the row has no such field
multiIndex(City, { initial: orderedNonUnique(computed('initial', 1, string, (row) => row.nam)) })
// @ts-expect-error nor a nested one
multiIndex(City, { lat: orderedNonUnique(['id', desc(computed('lat', 1, f64, (row) => row.at.lot))]) })
// @ts-expect-error the function gives another type
multiIndex(City, { initial: orderedNonUnique(computed('initial', 1, string, (row) => row.id)) })
// @ts-expect-error rows are not views of containers: a plain array has no at(0).toObject
multiIndex(City, { first: hashedUnique(computed('first', 1, string, (row) => row.words.checkInvariants())) })
// @ts-expect-error a vector is no key
multiIndex(City, { words: hashedNonUnique(computed('words', 1, vector(string), (row) => row.words)) })
// @ts-expect-error no version
multiIndex(City, { initial: orderedNonUnique(computed('initial', string)) })
// @ts-expect-error hashed: no order
multiIndex(City, { initial: hashedUnique(desc(computed('initial', 1, string, (row) => row.name))) })
// @ts-expect-error the row has a vector, so it is no key
multiIndex(City, { all: hashedUnique(whole) })
// @ts-expect-error also as a part
multiIndex(City, { all: orderedUnique(['id', desc(whole)]) })
// @ts-expect-error not true or false
multiIndex(City, { big: orderedNonUnique('id', { where: predicate('big', 1, (row) => row.id) }) })
// @ts-expect-error no such field
multiIndex(City, { big: orderedNonUnique('id', { where: predicate('big', 1, (row) => row.size > 5) }) })
// @ts-expect-error a function is no predicate: it has no name and version
multiIndex(City, { big: orderedNonUnique('id', { where: () => true }) })
// @ts-expect-error no such option
multiIndex(City, { big: orderedNonUnique('id', { if: predicate('big', 1) }) })
// @ts-expect-error wrong key beside a predicate
multiIndex(City, { big: orderedNonUnique('idd', { where: predicate('big', 1, (row) => row.id > 5) }) })
const byTitle = orderedNonUnique(computed('title', 1, string, (row: { title: string }) => row.title))
// @ts-expect-error the function takes other rows, also when the index was made elsewhere
multiIndex(City, { byTitle })
const titled = orderedNonUnique('id', { where: predicate('titled', 1, (row: { title: string }) => row.title !== '') })
// @ts-expect-error the predicate takes other rows
multiIndex(City, { titled })
const elsewhere = hashedUnique('idd')
// @ts-expect-error no such field, also when the index was made elsewhere
multiIndex(City, { id: elsewhere })
// @ts-expect-error rows are structs
multiIndex(u32, { id: hashedUnique('id') })
const Cities = multiIndex(City, {
  id: hashedUnique('id'),
  name: orderedUnique('name'),
  place: orderedNonUnique(['country', desc('population')]),
  size: rankedNonUnique('population'),
})
const cities = live(Cities)
const queues = live(multiIndex(City, { id: hashedUnique('id'), queue: sequenced(), slot: randomAccess() }))
// @ts-expect-error there is no key
queues.by.queue.get(1)
// @ts-expect-error only random access has positions
queues.by.queue.at(0)
// @ts-expect-error a row, not its key
queues.by.queue.relocate(1)
// @ts-expect-error a number is asked for
queues.by.slot.sort(() => true)
// @ts-expect-error a promise is always true
queues.by.slot.removeIf(async () => Promise.resolve(false))
// @ts-expect-error a row without its fields
queues.by.slot.insert(0, { id: 1 })
// @ts-expect-error no such option
queues.by.queue.range({ gte: 1 })
// @ts-expect-error all rows only when that is said
queues.by.queue.eraseRange()
// @ts-expect-error another type of table
queues.moveTo(queues.by.slot.at(0)!, cities)
// @ts-expect-error sequenced takes no key
sequenced('id')
// @ts-expect-error no such index
void cities.by.idd
// @ts-expect-error wrong key
cities.by.id.get('5')
// @ts-expect-error hashed: no order
cities.by.id.range()
const initials = live(
  multiIndex(City, { initial: orderedUnique(['id', computed('initial', 1, string, (row) => row.name)]) }),
)
// @ts-expect-error the computed part is a string
initials.by.initial.get([5, 5])
// @ts-expect-error a whole key is needed
cities.by.place.get(['CN'])
// @ts-expect-error parts come in order
cities.by.place.equalRange([5n])
// @ts-expect-error too many parts
cities.by.place.count(['CN', 5n, 6n])
// @ts-expect-error composite keys are arrays
cities.by.place.count('CN')
// @ts-expect-error the last part given is no string
cities.by.place.range({ prefix: ['CN', 5n] })
// @ts-expect-error prefixes are strings
cities.by.name.range({ prefix: ['L'] })
// @ts-expect-error a string is no list of keys
cities.by.name.getMany('abc')
// @ts-expect-error rows are read-only
cities.by.id.get(5)!.name = 'x'
// @ts-expect-error rows are read-only
cities.by.id.get(5)!.words.push('x')
const row = cities.by.id.get(5)!
// @ts-expect-error no such field
cities.modify(row, { size: 5 })
// @ts-expect-error wrong type
cities.modify(row, { population: 5 })
// @ts-expect-error ordered only: it does not know positions
cities.by.name.nth(0)
// @ts-expect-error a key is no row
cities.by.size.rank(5n)
// @ts-expect-error wrong key
cities.by.size.findRank('5')
// @ts-expect-error perhaps there is no row
void cities.by.size.nth(0).name
// @ts-expect-error nothing is written
sealed(Cities).by.size.delete(5n)
// @ts-expect-error no such field
multiIndex(City, { size: rankedUnique('size') })
// @ts-expect-error a plain object is no row
cities.erase(plain)
// @ts-expect-error place is not unique: no row can be in its way
const inTheWay: 'place' | undefined = cities.insert(plain).index
// @ts-expect-error a field too few
cities.insert({ id: 5 })
// @ts-expect-error a count, not a boolean
const deleted: boolean = cities.by.place.delete(['CN', 5n])
// @ts-expect-error nothing is written
sealed(Cities).insert(plain)
// @ts-expect-error nothing is written
sealed(Cities).by.id.delete(5)

// Stores
const schema = { cities: Cities, edition: u32 }
declare const current: Tables<typeof schema>
declare const draft: Draft<typeof schema>
// @ts-expect-error nothing is written
current.edition = 5
// @ts-expect-error nothing is written
current.cities.clear()
// @ts-expect-error no such table
void current.towns
// @ts-expect-error wrong type
draft.edition = '5'
// @ts-expect-error tables are filled, not assigned
draft.cities = []

// Validators
type CityTables = { cities: typeof Cities; edition: typeof u32; tags: HashMapType<typeof string, typeof u32> }
declare function publish(validate: Validator<CityTables> | readonly Validator<CityTables>[]): void
publish(rowCountWithin({ table: 'cities', min: 0.9 }))
publish([rowCountWithin({ max: 2 }), requireKeys('tags', ['a']), requireThat('new', ({ edition }) => edition > 1)])
// @ts-expect-error no such table
publish(rowCountWithin({ table: 'towns' }))
// @ts-expect-error nothing to count
publish(rowCountWithin({ table: 'edition' }))
// @ts-expect-error no such index
publish(requireKeys('cities', 'idd', [1]))
// @ts-expect-error keys of another type
publish(requireKeys('cities', 'id', ['1']))
// @ts-expect-error an index is missing
publish(requireKeys('cities', [1]))
// @ts-expect-error a string is not a list of keys
publish(requireKeys('tags', 'abc'))
// @ts-expect-error a map has no index
publish(requireKeys('tags', 'id', ['abc']))
// @ts-expect-error no such table
publish(requireThat('new', ({ towns }) => towns.size > 0))

// Generic code
function read<T extends Type>(values: ReadonlyVector<T>): void {
  // @ts-expect-error nothing is written
  values.push(1)
}
// @ts-expect-error a read-only vector is no writable one
const pushable: Vector<U32Type> = sealed(vector(u32))
// @ts-expect-error other values
const strings: ReadonlyHashMap<typeof string, typeof string> = live(hashMap(string, u32))
read(numbers)

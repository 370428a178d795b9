// A segment with an object of every kind in it, and ways to read all of that. Plain JavaScript, and given the library, because
// child processes, worker threads and a context without Node use it as well as the tests.

/** Types by the name of their object. */
export function typesOf(t) {
  const At = t.struct({ lat: t.f64, lng: t.f32 })
  const City = t.struct({
    id: t.u32,
    name: t.string,
    country: t.string,
    population: t.u32,
    at: At,
    tags: t.vector(t.string),
    state: t.optional(t.string),
    rank: t.withDefault(t.u16, 7),
    code: t.bytes,
  })
  const Tree = t.struct({
    name: t.string,
    get children() {
      return t.vector(Tree)
    },
    get byName() {
      return t.hashMap(t.string, Tree)
    },
  })
  const Link = t.struct({
    value: t.u32,
    get next() {
      return t.offsetPtr(Link)
    },
  })
  const Chain = t.struct({
    value: t.u32,
    name: t.string,
    get next() {
      return t.sharedPtr(Chain)
    },
    get back() {
      return t.weakPtr(Chain)
    },
  })
  const Branch = t.struct({
    value: t.u32,
    label: t.uniquePtr(t.string),
    get left() {
      return t.uniquePtr(Branch)
    },
    get right() {
      return t.uniquePtr(Branch)
    },
  })
  const Pair = t.struct({ text: t.string, size: t.u8 })
  const Color = t.enumeration('red', 'green', 'blue')
  const Json = t.variant({
    none: t.optional(t.bool),
    number: t.f64,
    text: t.string,
    place: At,
    get list() {
      return t.vector(Json)
    },
    get object() {
      return t.orderedMap(t.string, Json)
    },
  })
  const Wide = t.enumeration(...Array.from({ length: 300 }, (_, index) => `name${index}`))
  return {
    scalars: t.struct({
      flag: t.bool,
      a: t.u8,
      b: t.i8,
      c: t.u16,
      d: t.i16,
      e: t.u32,
      f: t.i32,
      g: t.f32,
      h: t.f64,
      i: t.u64,
      j: t.i64,
      k: Color,
      l: Wide,
      m: t.string,
      n: t.bytes,
      o: t.optional(t.u16),
      p: t.array(t.u8, 3),
      q: t.withDefault(t.u16, 9),
      r: t.offsetPtr(Link),
      s: t.vector(t.u8),
      t: At,
    }),
    count: t.u32,
    big: t.i64,
    title: t.string,
    blob: t.bytes,
    maybe: t.optional(At),
    color: Color,
    numbers: t.vector(t.f64),
    flags: t.vector(t.bool),
    places: t.vector(At),
    nested: t.vector(t.vector(t.string)),
    chain: t.list(t.string),
    nodes: t.list(At),
    ring: t.deque(t.u16),
    rings: t.deque(t.struct({ n: t.u32, name: t.string })),
    fixed: t.array(At, 3),
    words: t.hashMap(t.string, t.u32),
    names: t.hashMap(t.u32, t.string),
    lists: t.hashMap(t.struct({ a: t.u16, b: t.string }), t.vector(t.u32)),
    letters: t.hashSet(t.string),
    blobs: t.hashSet(t.bytes),
    floats: t.hashSet(t.f64),
    ordered: t.orderedMap(t.string, At),
    byNumber: t.orderedMap(t.i32, t.string),
    maps: t.orderedMap(t.u8, t.orderedMap(t.string, t.u8)),
    reals: t.orderedSet(t.f64),
    pairs: t.orderedSet(t.struct({ a: t.string, b: t.i16 })),
    codes: t.flatMap(t.string, At),
    squares: t.flatMap(t.u64, t.vector(t.string)),
    primes: t.flatSet(t.u16),
    corners: t.flatSet(t.struct({ a: t.string, b: t.i16 })),
    occurrences: t.hashMultimap(t.string, t.u32),
    bags: t.hashMultiset(t.i16),
    events: t.orderedMultimap(t.i32, At),
    ranking: t.orderedMultiset(t.struct({ a: t.string, b: t.i16 })),
    cities: t.multiIndex(City, {
      id: t.hashedUnique('id'),
      name: t.orderedNonUnique('name'),
      place: t.orderedNonUnique(['country', t.desc('population')]),
      country: t.hashedNonUnique('country'),
      lat: t.orderedUnique(['at.lat', 'id']),
      arrival: t.sequenced(),
      slot: t.randomAccess(),
      size: t.rankedNonUnique('population'),
      seat: t.rankedUnique(['country', t.desc('id')]),
      last: t.orderedNonUnique([t.desc(t.computed('last', 1, t.string, ({ name }) => name.slice(-1))), 'name']),
      tagged: t.hashedNonUnique('name', { where: t.predicate('tagged', 3, ({ tags }) => tags.length > 0) }),
      stated: t.orderedUnique('population', { where: t.predicate('stated', 1, ({ state }) => state !== undefined) }),
    }),
    marks: t.multiIndex(t.struct({ a: t.u16, b: t.withDefault(t.string, 'none') }), {
      odd: t.hashedUnique('b', { where: t.predicate('odd', 1, ({ a }) => a % 2 === 1) }),
      row: t.hashedUnique(t.whole),
      down: t.orderedUnique([t.computed('half', 1, t.f64, ({ a }) => a / 2), t.desc(t.whole)]),
      text: t.orderedNonUnique(t.computed('text', 7, Pair, ({ a, b }) => ({ text: b, size: a % 3 }))),
      place: t.rankedNonUnique(t.whole, { where: t.predicate('small', 1, ({ a }) => a < 9) }),
    }),
    tree: Tree,
    json: Json,
    answers: t.vector(t.variant({ code: t.u16, color: Color, both: t.struct({ a: t.f64, text: t.string }) })),
    head: t.offsetPtr(Link),
    owners: t.vector(t.sharedPtr(Chain)),
    observer: t.weakPtr(Chain),
    branch: Branch,
    sole: t.uniquePtr(t.vector(t.string)),
    single: t.u8,
    '名前 \ud800': t.string,
    link: Link,
  }
}

/** Fills a writable segment; the same calls each time. */
export function fill(segment, types) {
  const make = (name, initial) => segment.construct(name, types[name], initial)
  // What is destroyed at the end leaves free blocks behind, between others.
  const hole = (byteLength) => segment.construct(`hole ${byteLength}`, types.blob, new Uint8Array(byteLength))
  hole(500)
  make('count', 0xfffffffe)
  make('big', -(2n ** 63n))
  make('title', 'Größe – 大きさ')
  make('blob', Uint8Array.of(0, 255, 7))
  make('maybe', { lat: 1.5, lng: -2.5 })
  make('color', 'blue')
  make('numbers', [0, -0, 1.5, NaN, Infinity, -Infinity, 2 ** -1074])
  make('flags', [true, false, true])
  make(
    'places',
    [1, 2, 3, 4, 5].map((n) => ({ lat: n, lng: -n })),
  )
  make('nested', [['a', 'b'], [], ['c', '\u0000', '\uffff']])
  const chain = make('chain', ['c', 'a', '字', 'b', 'a'])
  chain.sort()
  chain.unique()
  chain.insertAfter(chain.first(), 'between')
  const nodes = make('nodes', [3, 1, 2].map((n) => ({ lat: n, lng: -n }))) // prettier-ignore
  nodes.splice(nodes.first(), nodes, nodes.last())
  nodes.erase(nodes.last())
  // Both rings go on from their last slot to their first.
  const ring = make('ring', [3, 4, 5])
  ring.unshift(1, 2)
  ring.push(6)
  const rings = make('rings')
  for (let index = 0; index < 20; index++) rings.push({ n: index, name: `名 ${index}` })
  for (let index = 0; index < 12; index++) rings.shift()
  for (let index = 20; index < 40; index++) rings.push({ n: index, name: `name ${index}` })
  rings.insert(3, { n: 100, name: 'inserted' })
  rings.erase(25, 2)
  make(
    'fixed',
    [1, 2, 3].map((n) => ({ lat: n / 3, lng: n })),
  )
  const words = make('words')
  for (let index = 0; index < 60; index++) words.set(`word ${index}`, index)
  for (let index = 0; index < 60; index += 3) words.delete(`word ${index}`)
  hole(501)
  const names = make('names')
  for (let index = 0; index < 40; index++) names.set(index * 977, index % 2 === 0 ? `name ${index}` : `名 ${index}`)
  make('lists', [
    [{ a: 1, b: 'one' }, [1, 2, 3]],
    [{ a: 1, b: 'two' }, []],
    [{ a: 65535, b: '' }, [4]],
  ])
  make('letters', ['', 'a', 'b', 'ä', '字', '\ud800'])
  make('blobs', [new Uint8Array(0), Uint8Array.of(1), Uint8Array.of(1, 0)])
  make('floats', [0, NaN, 1, -1.5])
  const ordered = make('ordered')
  for (let index = 0; index < 50; index++) ordered.set(`common prefix ${(index * 37) % 50}`, { lat: index, lng: 0.5 })
  for (let index = 0; index < 50; index += 4) ordered.delete(`common prefix ${index}`)
  const byNumber = make('byNumber')
  for (let index = 0; index < 70; index++) byNumber.set(((index * 29) % 70) - 35, `number ${index}`)
  make('maps', [
    [1, [['a', 1], ['b', 2]]],
    [2, []],
  ]) // prettier-ignore
  hole(30)
  make('reals', [3, -1, NaN, 0, Infinity, 1e300])
  make(
    'pairs',
    ['x', 'y', 'ÿ', '字'].flatMap((a) => [-1, 0, 300].map((b) => ({ a, b }))),
  )
  const codes = make('codes')
  for (let index = 0; index < 50; index++) codes.set(`common prefix ${(index * 37) % 50}`, { lat: index, lng: 0.5 })
  for (let index = 0; index < 50; index += 4) codes.delete(`common prefix ${index}`)
  make(
    'squares',
    [9, 2, 5, 2].map((n) => [BigInt(n * n), [`${n}`, '²']]),
  )
  const primes = make('primes', [2, 3, 5, 7, 11, 13])
  primes.reserve(30)
  primes.add(977)
  make(
    'corners',
    ['字', 'y', 'x', 'ÿ'].flatMap((a) => [300, -1, 0].map((b) => ({ a, b }))),
  ).shrinkToFit()
  const occurrences = make('occurrences')
  for (let index = 0; index < 50; index++) occurrences.add(`word ${index % 12}`, index)
  occurrences.delete('word 4')
  for (let index = 0; index < 12; index += 2) occurrences.erase(`word ${index}`, index % 3)
  const bags = make('bags')
  for (let index = 0; index < 60; index++) bags.add(((index * index) % 17) * 977 - 5000)
  bags.erase(-5000, -1)
  const events = make('events')
  for (let index = 0; index < 60; index++) events.add((index * 7) % 10, { lat: index, lng: -0.5 })
  events.delete(4)
  for (let key = 0; key < 10; key += 3) events.erase(events.get(key))
  make(
    'ranking',
    Array.from({ length: 40 }, (_, index) => ({ a: ['x', 'y', 'ÿ', '字'][index % 4], b: (index % 3) * 150 })),
  ).erase({ a: 'x', b: 0 }, 1)
  const cities = make('cities')
  for (let id = 0; id < 60; id++) cities.insert(cityOf(id))
  for (let id = 0; id < 60; id += 7) cities.by.id.delete(id)
  for (let id = 1; id < 60; id += 11) {
    const row = cities.by.id.get(id)
    if (row !== undefined) cities.modify(row, { population: id, tags: ['moved', `${id}`] })
  }
  cities.by.arrival.relocate(cities.by.country.equalRange('GB'), cities.by.id.get(2))
  cities.by.slot.sort((a, b) => a.population - b.population)
  cities.by.slot.erase(3, 2)
  const marks = make('marks')
  for (let a = 0; a < 40; a++) marks.insert(a % 5 === 0 ? { a } : { a, b: `b${a % 16}` })
  for (const row of [...marks.by.text].slice(3, 9)) marks.modify(row, { a: row.a + 1, b: `字${row.a}` })
  make('tree', {
    name: 'root',
    children: [
      { name: 'left', children: [], byName: [] },
      { name: 'right', children: [{ name: 'leaf', children: [], byName: [] }], byName: [] },
    ],
    byName: [['x', { name: 'x', children: [], byName: [] }]],
  })
  const first = make('link', { value: 1 })
  const second = segment.make(types.link, { value: 2, next: first })
  first.next = second
  make('head', second)
  // Four objects in a row; the one in the middle has three owners, and one that had an owner is gone.
  const owners = make('owners')
  owners.push({ value: 1, name: 'one', next: { value: 2, name: 'two', next: { value: 3, name: 'three' } } })
  const middle = owners.at(0).next
  owners.push(middle, undefined, { value: 4, name: 'four', next: middle }, { value: 5, name: 'gone', next: middle })
  middle.next.back = middle
  make('observer', middle.next)
  owners.pop()
  make('json', { kind: 'text', value: 'replaced' }).assign({
    kind: 'object',
    value: [
      ['a', { kind: 'number', value: -0 }],
      ['b', { kind: 'list', value: [{ kind: 'none' }, { kind: 'text', value: '字' }, { kind: 'list', value: [] }] }],
      ['c', { kind: 'place', value: { lat: 1, lng: 2 } }],
    ],
  })
  const answers = make('answers', [
    { kind: 'both', value: { a: 1.5, text: 'first' } },
    { kind: 'color', value: 'blue' },
    { kind: 'both', value: { a: -1, text: 'replaced' } },
  ])
  answers.at(2).assign({ kind: 'code', value: 404 })
  answers.push({ kind: 'both', value: { a: NaN, text: 'last' } })
  make('branch', {
    value: 1,
    label: 'root',
    left: { value: 2, left: { value: 3, label: '葉' } },
    right: { value: 4 },
  })
  make('sole', ['a', '', 'c'])
  make('single', 1)
  make('名前 \ud800', 'lone \udfff')
  make('scalars', {
    flag: true,
    a: 255,
    b: -128,
    c: 65535,
    d: -32768,
    e: 4294967295,
    f: -2147483648,
    g: 0.1,
    h: -0.1,
    i: 2n ** 64n - 1n,
    j: -1n,
    k: 'green',
    l: 'name299',
    m: 'text',
    n: Uint8Array.of(9, 8),
    o: undefined,
    p: [1, 2, 3],
    r: first,
    s: [5, 6],
    t: { lat: 4, lng: 5 },
  })
  for (const byteLength of [500, 501, 30]) segment.destroy(`hole ${byteLength}`)
  return segment
}

/** The row with that number. */
export function cityOf(id) {
  return {
    id,
    name: `city ${id % 20}`,
    country: ['CN', 'GB', 'DE', 'ÄÖ'][id % 4],
    population: (id * 7919) % 1000,
    at: { lat: id / 4, lng: -id },
    tags: id % 3 === 0 ? [] : [`tag ${id}`, '字'],
    state: id % 2 === 0 ? undefined : `state ${id}`,
    code: Uint8Array.of(id, 1),
  }
}

/**
 * Reads all objects of a segment through every way of reading there is, and hands each answer to `see(place, value)` as a plain value.
 * Each step is a call of `step(place, work)`, which decides what becomes of an exception.
 */
export function readAll(segment, types, see, step = (_, work) => work()) {
  const ask = (place, work) => {
    step(place, () => {
      see(place, plain(work()))
    })
  }
  ask('objects', () => segment.objects().map(({ name, kind, fingerprint }) => [name, kind, fingerprint]))
  ask('stats', () => segment.stats())
  for (const [name, type] of Object.entries(types)) {
    let object
    ask(name, () => {
      object = segment.find(name, type)
      return object === undefined
    })
    if (object !== undefined) readObject(name, type, object, ask)
  }
}

function readObject(name, type, object, ask) {
  ask(`${name}.toObject`, () => object.toObject())
  ask(`${name}.toJSON`, () => JSON.stringify(object))
  if (typeof object.checkInvariants === 'function') ask(`${name}.checkInvariants`, () => object.checkInvariants())
  switch (type.kind) {
    case 'vector':
    case 'deque':
    case 'array':
      readSequence(name, object, ask)
      break
    case 'list':
      readList(name, object, ask)
      break
    case 'hashMap':
    case 'hashMultimap':
    case 'hashSet':
    case 'hashMultiset':
    case 'orderedMap':
    case 'orderedMultimap':
    case 'orderedSet':
    case 'orderedMultiset':
    case 'flatMap':
    case 'flatSet':
      readKeyed(name, type, object, ask)
      break
    case 'multiIndex':
      readMultiIndex(name, type, object, ask)
      break
    case 'struct':
      for (const field of Object.keys(type.fields)) ask(`${name}.${field}`, () => object[field])
      break
    case 'variant':
      ask(`${name}.kind`, () => object.kind)
      ask(`${name}.value`, () => object.value)
      break
    default:
      ask(`${name}.value`, () => object.value)
  }
  if (name === 'link')
    ask('link cycle', () => [object.next?.value, object.next?.next?.value, object.next?.next?.next?.value])
  if (name === 'head') ask('head cycle', () => [object.value?.value, object.value?.next?.next?.value])
}

function readSequence(name, sequence, ask) {
  ask(`${name}.length`, () => [sequence.length, sequence.capacity ?? 0])
  for (const index of [0, 1, -1, 2, 1000, -1000]) ask(`${name}.at(${index})`, () => sequence.at(index))
  ask(`${name}.values`, () => [...sequence])
  ask(`${name}.entries`, () => [...sequence.entries()])
  ask(`${name}.keys`, () => [...sequence.keys()])
  ask(`${name}.forEach`, () => {
    const seen = []
    sequence.forEach((value) => seen.push(plain(value)))
    return seen
  })
}

function readList(name, list, ask) {
  ask(`${name}.length`, () => [list.length, list.size])
  ask(`${name}.values`, () => [...list])
  ask(`${name}.positions`, () => Array.from(list.positions(), (position) => plain(position.value)))
  for (const [from, step] of [
    ['first', 'next'],
    ['last', 'previous'],
  ]) {
    ask(`${name}.${from}`, () => {
      const seen = []
      for (let position = list[from](); position !== undefined; position = position[step]())
        seen.push(plain(position.value))
      return seen
    })
  }
  ask(`${name}.forEach`, () => {
    const seen = []
    list.forEach((value) => seen.push(plain(value)))
    return seen
  })
}

// Keys that are there, and some that are not.
function someKeys(type) {
  const key = type.key
  if (key.kind === 'struct') {
    return 'b' in key.fields && key.fields.b.kind === 'string'
      ? [{ a: 1, b: 'one' }, { a: 65535, b: '' }, { a: 2, b: 'x' }]
      : [{ a: 'x', b: 0 }, { a: '字', b: 300 }, { a: 'z', b: 1 }] // prettier-ignore
  }
  if (key.kind === 'bytes') return [new Uint8Array(0), Uint8Array.of(1), Uint8Array.of(2)]
  if (key.kind === 'u64') return [4n, 7n, 81n]
  if (key.kind === 'string') return ['', 'a', 'word 1', 'word 4', 'common prefix 7', 'common prefix 8', 'nothing', '字']
  return [0, 1, 2, 3, 977, 9770, -1].filter(
    (value) => !(key.kind.startsWith('u') && value < 0) && !(key.kind === 'u8' && value > 255),
  )
}

function readKeyed(name, type, container, ask) {
  const keys = someKeys(type)
  ask(`${name}.size`, () => container.size)
  for (const key of keys) {
    ask(`${name}.has`, () => container.has(key))
    if (typeof container.get === 'function') ask(`${name}.get`, () => container.get(key))
    if (typeof container.getAll !== 'function') continue
    ask(`${name}.getAll`, () => container.getAll(key))
    ask(`${name}.count`, () => container.count(key))
    ask(`${name}.equalRange`, () => container.equalRange(key).toArray())
  }
  if (typeof container.getMany === 'function') ask(`${name}.getMany`, () => container.getMany(keys))
  ask(`${name}.iterate`, () => [...container])
  for (const walk of ['entries', 'keys', 'values']) ask(`${name}.${walk}`, () => [...container[walk]()])
  ask(`${name}.forEach`, () => {
    const seen = []
    container.forEach((value) => seen.push(plain(value)))
    return seen
  })
  if (typeof container.range === 'function') readOrder(name, container, keys, ask)
}

function readOrder(name, container, keys, ask) {
  ask(`${name}.first`, () => container.first())
  ask(`${name}.last`, () => container.last())
  ask(`${name}.reverse`, () => container.range({ reverse: true }).toArray())
  for (const key of keys) {
    for (const bound of ['gt', 'gte', 'lt', 'lte']) {
      ask(`${name}.range ${bound}`, () => container.range({ [bound]: key, limit: 9 }).toArray())
      ask(`${name}.range ${bound} reverse`, () => container.range({ [bound]: key, limit: 9, reverse: true }).toArray())
    }
    ask(`${name}.lowerBound`, () => container.lowerBound(key))
    ask(`${name}.upperBound`, () => container.upperBound(key))
    ask(`${name}.equalRange`, () => container.equalRange(key).toArray())
    if (typeof key === 'string') ask(`${name}.prefix`, () => container.range({ prefix: key }).toArray())
  }
}

// Keys of each index, whole ones and leading parts; some are there.
const TABLE_KEYS = {
  cities: {
    id: [0, 1, 2, 12, 59, 99],
    name: ['city 0', 'city 7', 'nothing'],
    place: [['CN'], ['GB', 5], ['ÄÖ'], ['XX']],
    country: ['CN', 'ÄÖ', 'XX'],
    lat: [[0.25, 1], [3], [99, 9]],
    size: [0, 12, 757, 1000],
    seat: [['CN', 8], ['GB'], ['XX'], ['DE', 3]],
    last: [['7'], ['0', 'city 10'], ['x', 'y']],
    tagged: ['city 1', 'city 0', 'nothing'],
    stated: [1, 919, 7],
  },
  marks: {
    odd: ['b1', 'b2', 'none'],
    row: [{ a: 1, b: 'b1' }, { a: 5 }, { a: 2, b: 'x' }],
    down: [[0.5], [2.5, { a: 5, b: 'none' }], [3, { a: 1, b: '' }]],
    text: [{ text: 'b1', size: 1 }, { text: 'none', size: 2 }, { text: '', size: 0 }],
    place: [{ a: 1, b: 'b1' }, { a: 5 }, { a: 2, b: 'x' }],
  },
} // prettier-ignore

function readMultiIndex(name, { indexes }, table, ask) {
  ask(`${name}.size`, () => table.size)
  ask(`${name}.iterate`, () => [...table])
  const { by } = table
  for (const [index, keys] of Object.entries(TABLE_KEYS[name])) {
    const place = `${name}.by.${index}`
    const isHashed = indexes[index].kind.startsWith('hashed')
    const whole = keys.filter((key) => !Array.isArray(key) || key.length === 2)
    ask(`${place}.size`, () => by[index].size)
    ask(`${place}.iterate`, () => [...by[index]])
    ask(`${place}.getMany`, () => by[index].getMany(whole))
    for (const key of whole) ask(`${place}.get`, () => by[index].get(key))
    for (const key of isHashed ? whole : keys) {
      ask(`${place}.has`, () => by[index].has(key))
      ask(`${place}.count`, () => by[index].count(key))
      ask(`${place}.equalRange`, () => by[index].equalRange(key).toArray())
    }
    if (!isHashed) readOrder(place, by[index], keys, ask)
    if (indexes[index].kind.startsWith('ranked')) readRanks(place, by[index], keys, ask)
  }
  if (name !== 'cities') return
  for (const index of ['arrival', 'slot']) readPositions(`${name}.by.${index}`, by[index], by.id, ask)
  ask(`${name} prefix of a part`, () => by.place.range({ prefix: ['C'] }).toArray())
}

function readPositions(place, index, by, ask) {
  ask(`${place}.size`, () => [index.size, index.length ?? 0])
  ask(`${place}.iterate`, () => [...index])
  ask(`${place}.first`, () => index.first())
  ask(`${place}.last`, () => index.last())
  ask(`${place}.reverse`, () => index.range({ reverse: true, limit: 20 }).toArray())
  for (const id of [1, 8, 59]) {
    ask(`${place}.from`, () => index.range({ from: by.get(id), limit: 7 }).toArray())
    ask(`${place}.from reverse`, () => index.range({ from: by.get(id), reverse: true }).toArray())
    if ('at' in index) ask(`${place}.indexOf`, () => index.indexOf(by.get(id)))
  }
  if ('at' in index) for (const position of [0, 1, -1, 30, 1000]) ask(`${place}.at`, () => index.at(position))
}

function readRanks(place, index, keys, ask) {
  for (const position of [0, 1, 20, -1, 1000]) ask(`${place}.nth`, () => index.nth(position))
  ask(`${place}.nth of all`, () => Array.from({ length: index.size % 1000 }, (_, position) => index.nth(position)))
  ask(`${place}.rank`, () => [...index].map((row) => index.rank(row)))
  ask(`${place}.slice`, () => index.slice(-12, -3).toArray())
  for (const key of keys) {
    ask(`${place}.findRank`, () => index.findRank(key))
    ask(`${place}.lowerBoundRank`, () => index.lowerBoundRank(key))
    ask(`${place}.upperBoundRank`, () => index.upperBoundRank(key))
    ask(`${place}.equalRangeRank`, () => index.equalRangeRank(key))
    ask(`${place}.rangeRank`, () => index.rangeRank({ gt: key }))
  }
}

const isView = (value) => typeof value === 'object' && value !== null && typeof value.toObject === 'function'

/** A value with the views in it copied out. What pointers in it lead to stays a view. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  return isView(value) ? value.toObject() : value
}

/** The text of a plain value that tells all values apart: -0 from 0, bigint from number, lone surrogates. */
export function textOf(value) {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `bytes(${value.join()})`
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`
  if (value instanceof Map) return `map(${[...value].map(textOf).join()})`
  if (value instanceof Set) return `set(${[...value].map(textOf).join()})`
  // The target of a pointer: a Link, which may lead back to itself.
  if (isView(value)) return `->${value.value}`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`).join()}}` // prettier-ignore
  }
  return String(value)
}

/** Everything that `readAll` sees, as one text. */
export function contentsOf(segment, types) {
  const lines = []
  readAll(segment, types, (place, value) => lines.push(`${place} ${textOf(value)}`))
  return lines.join('\n')
}

// Opens damaged segments, one for each number from `from` to `to`, and uses them in every way. What comes out must be an answer or an
// error of hotseg. The number at work stands in shared memory, where a watchdog sees it when this thread hangs.
import * as fs from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import * as hotseg from 'hotseg'
import { cityOf, readAll, typesOf } from '../everything/everything.mjs'
import { randomFrom, Target } from './mutations.mjs'

const { source, crafted, from, to, progress, directory, isWritten } = workerData
const types = typesOf(hotseg)
const target = new Target(source)
const damagedBy = (seed) => (crafted === undefined ? target.damage(seed) : { bytes: crafted[seed], done: [] })
const findings = []
const unnoticed = []
const codes = {}
let opened = 0
let answers = 0
let done

const isOurs = (error) => typeof error?.code === 'string' && error.code.startsWith('ERR_HOTSEG_')

/** Runs `work`; an error that is not of hotseg is a finding. */
function step(seed, place, work) {
  try {
    const result = work()
    answers++
    return result
  } catch (error) {
    if (isOurs(error)) codes[error.code] = (codes[error.code] ?? 0) + 1
    else findings.push({ seed, place, error: inspect(error).slice(0, 2000), done })
    return undefined
  }
}

/** Whatever is damaged is one thing for `verify`. */
function verify(seed, segment) {
  try {
    segment.verify()
    unnoticed.push(seed)
  } catch (error) {
    if (error.code === 'ERR_HOTSEG_CORRUPTION_ERROR') throw error
    throw new Error('verify throws what it does not promise', { cause: error })
  }
}

function open(seed, bytes) {
  // Every third is a mapped file, the others a buffer: what is read is the same, but mapping takes longer.
  if (!isWritten && seed % 3 !== 0) return hotseg.Segment.fromBuffer(bytes)
  const path = join(directory, `damaged-${from}`)
  fs.writeFileSync(path, bytes, { mode: 0o600 })
  return hotseg.Segment.open(path, isWritten ? { access: 'copy-on-write' } : {})
}

function write(segment, seed, ask) {
  const random = randomFrom(seed ^ 0x5bd1e995)
  const number = () => random() % 70
  const change = {
    vector(object, initial) {
      ask('push', () => object.push(initial, initial))
      ask('insert', () => object.insert(random() % 3, initial))
      ask('set', () => object.set(0, initial))
      ask('erase', () => object.erase(0))
      ask('pop', () => object.pop())
      ask('reserve', () => object.reserve(100))
      ask('shrinkToFit', () => object.shrinkToFit())
    },
    map(object, keys, value) {
      for (const key of keys) ask('set', () => object.set(key, value))
      for (const key of keys.slice(1)) ask('delete', () => object.delete(key))
    },
    multi(object, keys, value) {
      for (const key of keys) ask('add', () => object.add(key, value))
      for (const key of keys) ask('erase', () => object.erase(key, random() % 2))
      for (const key of keys.slice(1)) ask('delete', () => object.delete(key))
      ask('erase first', () => {
        const [first] = object.values()
        if (typeof first === 'object') object.erase(first)
      })
    },
    set(object, keys) {
      for (const key of keys) ask('add', () => object.add(key))
      for (const key of keys.slice(1)) ask('delete', () => object.delete(key))
    },
    table(object) {
      for (let count = 0; count < 8; count++) ask('insert', () => object.insert(cityOf(60 + count)))
      for (let count = 0; count < 8; count++) ask('insert present', () => object.insert(cityOf(number())))
      for (let count = 0; count < 8; count++) {
        const id = number()
        ask('modify', () => {
          const row = object.by.id.get(id)
          if (row !== undefined) object.modify(row, { population: number(), country: 'GB', name: 'x', tags: ['t'] })
        })
        ask('replace', () => {
          const row = object.by.id.get(number())
          if (row !== undefined) object.replace(row, cityOf(number()))
        })
        ask('erase', () => {
          const row = object.by.name.first()
          if (row !== undefined) object.erase(row)
        })
      }
      const { arrival, slot, id } = object.by
      for (const index of [arrival, slot]) {
        ask('pushFront', () => index.pushFront(cityOf(100 + number())))
        ask('relocate', () => index.relocate(index.range({ reverse: true, limit: 3 }), index.first()))
        ask('insertBefore', () => index.insertBefore(id.get(number()), cityOf(200 + number())))
        ask('sort', () => index.sort((a, b) => a.id - b.id))
        ask('reverse', () => index.reverse())
        ask('removeIf', () => index.removeIf((row) => row.id % 9 === 4))
        ask('rearrange', () => index.rearrange(object))
        ask('popBack', () => index.popBack())
      }
      ask('erase at', () => slot.erase(1, 2))
      ask('erase range', () => object.by.lat.eraseRange({ lt: [1] }))
      ask('delete by name', () => object.by.name.delete('city 3'))
      ask('delete by country', () => object.by.country.delete('GB'))
    },
  }
  const on = (name, work) => {
    ask(name, () => {
      const object = segment.find(name, types[name])
      if (object !== undefined) work(object)
    })
  }
  on('numbers', (object) => change.vector(object, 1.5))
  on('chain', (object) => {
    ask('push', () => object.push('new', '字'))
    ask('insertBefore', () => object.insertBefore(object.last(), 'x'))
    ask('erase', () => object.erase(object.first()))
    ask('sort', () => object.sort())
    ask('unique', () => object.unique())
    ask('splice', () => object.splice(object.first(), object, object.last()))
    ask('reverse', () => object.reverse())
    ask('pop', () => object.pop())
    ask('clear', () => object.clear())
  })
  on('rings', (object) => {
    ask('unshift', () => object.unshift({ n: 1, name: 'x' }, { n: 2, name: 'y' }))
    change.vector(object, { n: 3, name: 'z' })
    ask('shift', () => object.shift())
  })
  on('nested', (object) => change.vector(object, ['new', '字']))
  on('words', (object) => change.map(object, ['word 1', 'word 4', 'new', 'newer', 'newest'], 7))
  on('names', (object) => change.map(object, [977, 1954, 5, 6, 7], 'text'))
  on('lists', (object) =>
    change.map(
      object,
      [
        { a: 1, b: 'one' },
        { a: 9, b: 'x' },
      ],
      [1, 2],
    ),
  )
  on('blobs', (object) => change.set(object, [Uint8Array.of(1), Uint8Array.of(9), Uint8Array.of(7, 7)]))
  on('ordered', (object) =>
    change.map(
      object,
      Array.from({ length: 30 }, (_, index) => `common prefix ${index}`),
      { lat: 1, lng: 1 },
    ),
  )
  on('byNumber', (object) =>
    change.map(
      object,
      Array.from({ length: 60 }, (_, index) => index),
      'number',
    ),
  )
  on('pairs', (object) =>
    change.set(object, [
      { a: 'x', b: 0 },
      { a: 'new', b: 1 },
      { a: 'y', b: -1 },
    ]),
  )
  const room = (object) => {
    ask('reserve', () => object.reserve(100))
    ask('shrinkToFit', () => object.shrinkToFit())
  }
  on('codes', (object) => {
    change.map(object, ['', 'common prefix 3', 'common prefix 30', 'x', 'y'], { lat: 1, lng: 1 })
    room(object)
  })
  on('squares', (object) => change.map(object, [4n, 5n, 81n, 0n], ['a', 'b']))
  on('primes', (object) => {
    change.set(object, [1, 3, 6, 977, 1000])
    room(object)
  })
  on('corners', (object) => change.set(object, [{ a: 'x', b: 0 }, { a: 'new', b: 1 }, { a: '字', b: 300 }])) // prettier-ignore
  on('occurrences', (object) => change.multi(object, ['word 1', 'word 2', 'word 3', 'new'], 7))
  on('bags', (object) => change.multi(object, [-5000, -4023, 0, 1, 2]))
  on('events', (object) =>
    change.multi(
      object,
      Array.from({ length: 12 }, (_, index) => index),
      { lat: 1, lng: 1 },
    ),
  )
  on('ranking', (object) => change.multi(object, [{ a: 'x', b: 0 }, { a: 'new', b: 1 }, { a: '字', b: 300 }])) // prettier-ignore
  on('cities', (object) => change.table(object))
  on('tree', (object) => {
    ask('tree push', () => object.children.push({ name: 'new', children: [], byName: [] }))
    ask('tree assign', () => object.assign({ name: 'other', children: [], byName: [] }))
  })
  on('scalars', (object) => {
    ask('assign text', () => (object.m = 'longer than before'))
    ask('assign bytes', () => (object.n = new Uint8Array(100)))
    ask('assign list', () => object.assign({ s: [1, 2, 3], p: [3, 2, 1] }))
  })
  on('title', (object) => (object.value = 'new title'))
  on('owners', (object) => {
    change.vector(object, { value: 1, name: 'new', next: { value: 2, name: 'newer' } })
    ask('push shared', () => object.push(object.at(0), object.at(-1)))
    ask('write shared', () => object.at(0)?.assign({ next: object.at(-1), back: object.at(1), name: 'other' }))
    ask('write through shared', () => object.at(0)?.next?.assign({ next: undefined }))
    ask('erase shared', () => object.erase(0, 2))
  })
  on('branch', (object) => {
    ask('grow branch', () => object.left?.assign({ left: object.right, label: 'new' }))
    ask('cut branch', () => object.assign({ left: object.left?.left, right: { value: 5, left: { value: 6 } } }))
  })
  on('sole', (object) => (object.value = object.value))
  ask('clear', () => segment.find('letters', types.letters)?.clear())
  ask('clear table', () => random() % 2 === 0 && segment.find('cities', types.cities)?.clear())
  const some = [['words', 'cities', 'tree', 'nested', 'maps', 'owners', 'branch'][random() % 7]]
  for (const name of crafted === undefined ? some : Object.keys(types)) {
    ask('clear', () => segment.find(name, types[name])?.clear?.())
    ask('destroy', () => segment.destroy(name))
  }
  ask('construct', () => segment.construct('new', hotseg.vector(hotseg.string), ['a', 'b']))
  ask('findOrConstruct', () => segment.findOrConstruct('words', types.words))
  ask('make', () => segment.make(types.tree, { name: 'unnamed', children: [], byName: [] }))
}

for (let seed = from; seed < to; seed++) {
  Atomics.store(progress, 0, seed)
  const damaged = damagedBy(seed)
  done = damaged.done
  const ask = (place, work) => step(seed, place, work)
  const segment = ask('open', () => open(seed, damaged.bytes))
  if (segment !== undefined) {
    opened++
    if (isWritten) write(segment, seed, ask)
    ask('verify', () => verify(seed, segment))
    readAll(segment, types, () => undefined, ask)
    if (isWritten) {
      ask('seal', () => segment.seal())
      ask('reopen', () => hotseg.Segment.fromBuffer(segment.toArrayBuffer()).verify())
    }
    ask('close', () => segment.close())
  }
  if (findings.length >= 20) break
}
parentPort.postMessage({ opened, answers, codes, findings, unnoticed })

// What every mapping must do, as functions that throw; run by conformance-runner.mjs in a process of its own, in its main thread or in a
// worker, with the mapping named in the environment. Plain JavaScript over the built package.
import assert from 'node:assert/strict'
import { constants } from 'node:buffer'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as hotseg from 'hotseg'
import { contentsOf, fill, readAll, typesOf } from '../everything/everything.mjs'

const { hashMap, multiIndex, orderedUnique, Segment, Store, string, struct, u32, f64, vector } = hotseg

const Place = struct({ id: u32, name: string, size: f64 })
const types = {
  places: multiIndex(Place, { id: orderedUnique('id') }),
  words: hashMap(string, u32),
  numbers: vector(u32),
  texts: vector(string),
}

const ROWS = 3000

/** Everything a file `n` says can be told from that of another file. */
function fillNumbered(target, n) {
  for (let i = 0; i < ROWS; i++) {
    target.places.insert({ id: i, name: `place ${i} of ${n}`, size: n * 10_000 + i })
    target.words.set(`word ${i}`, n * 10_000 + i)
    target.numbers.push(n * 10_000 + i)
    if (i % 10 === 0) target.texts.push(`text ${i} of ${n}`)
  }
}

function write(path, n) {
  const segment = Segment.create(path)
  const target = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, segment.construct(name, type)]))
  fillNumbered(target, n)
  segment.seal()
  segment.close()
}

/** All ways to read a file, each with what it must give. They hold views and handles, made now. */
function readersOf(segment, n) {
  const [places, words, numbers, texts] = Object.entries(types).map(([name, type]) => segment.find(name, type))
  const row = places.by.id.get(7)
  return [
    [() => row.size, n * 10_000 + 7],
    [() => row.name, `place 7 of ${n}`],
    [() => row.toObject().id, 7],
    [() => places.by.id.get(1234).name, `place 1234 of ${n}`],
    [
      () => [...places.by.id.range({ gte: 10, lt: 13 })].map((each) => each.size),
      [0, 1, 2].map((i) => n * 10_000 + 10 + i),
    ],
    [() => places.size, ROWS],
    [() => words.get('word 2999'), n * 10_000 + 2999],
    [() => words.size, ROWS],
    [() => numbers.at(2500), n * 10_000 + 2500],
    [() => [...numbers].length, ROWS],
    [() => texts.at(-1), `text ${ROWS - 10} of ${n}`],
    [() => segment.objects().length, 4],
    [() => segment.state, 'sealed'],
  ]
}

const isClosed = (error) => error instanceof hotseg.ClosedError
const isDamaged = (error) => error instanceof hotseg.CorruptionError

/** Numbers below 2^32 that look random and are the same each time. */
function* randoms(seed) {
  for (let state = seed >>> 0; ; yield state) state = (Math.imul(state, 1664525) + 1013904223) >>> 0
}

const linesOfMaps = () => fs.readFileSync('/proc/self/maps', 'utf8').split('\n')
const mapsOf = (path) => linesOfMaps().filter((line) => line.includes(path)).length
const descriptors = () => fs.readdirSync('/proc/self/fd').length

async function until(condition, what) {
  const end = Date.now() + 20_000
  while (!condition()) {
    assert(Date.now() < end, `within 20 s: ${what}`)
    await sleep(5)
  }
}

const codeOf = (work) => {
  try {
    work()
    return 'done'
  } catch (error) {
    return error.code
  }
}

/**
 * Each gets a room: `directory`, `open(path)`, `mapping` (`'mmap-io'`, `'addon'` or `'buffer'`), `isForced` (nothing else may map) and
 * `isGuarded`.
 */
export const checks = {
  'shows contents of every kind': ({ directory, open }) => {
    const path = join(directory, 'everything')
    const everything = typesOf(hotseg)
    const segment = fill(Segment.create(path), everything)
    segment.seal()
    const expected = contentsOf(segment, everything)
    segment.close()
    const opened = open(path)
    assert.equal(contentsOf(opened, everything), expected)
    opened.verify()
    opened.close()
  },

  'says nothing after close but ClosedError': ({ directory, open }) => {
    write(join(directory, 'a'), 1)
    const segment = open(join(directory, 'a'))
    const readers = readersOf(segment, 1)
    for (const [read, expected] of readers) assert.deepEqual(read(), expected)
    const numbers = segment.find('numbers', types.numbers)
    const iterator = numbers[Symbol.iterator]()
    assert.equal(iterator.next().value, 10_000)
    segment.close()
    segment.close()
    for (const [read] of readers) assert.throws(read, isClosed, read.toString())
    assert.throws(() => iterator.next(), isClosed)
  },

  'a view of a closed segment never shows what is mapped after it': ({ directory, open }) => {
    for (let n = 0; n < 4; n++) write(join(directory, String(n)), n + 1)
    const opened = []
    const random = randoms(20261126)
    for (let step = 0; step < 400; step++) {
      const n = random.next().value % 4
      const segment = open(join(directory, String(n)))
      opened.push({ segment, readers: readersOf(segment, n + 1), isOpen: true })
      const chosen = opened[random.next().value % opened.length]
      chosen.segment.close()
      chosen.isOpen = false
      for (let look = 0; look < 10; look++) {
        const { readers, isOpen } = opened[random.next().value % opened.length]
        const [read, expected] = readers[random.next().value % readers.length]
        if (isOpen) assert.deepEqual(read(), expected)
        else assert.throws(read, isClosed, `${read.toString()}, step ${step}`)
      }
    }
    for (const { segment } of opened) segment.close()
  },

  'several segments are open at once': ({ directory, open }) => {
    const segments = [1, 2, 3, 4, 5, 6].map((n) => {
      write(join(directory, String(n)), n)
      return open(join(directory, String(n)))
    })
    for (const [i, segment] of segments.entries()) {
      for (const [read, expected] of readersOf(segment, i + 1)) assert.deepEqual(read(), expected)
    }
    for (const segment of segments) segment.close()
  },

  'a file that is unlinked or replaced stays as it was': ({ directory, open }) => {
    const path = join(directory, 'a')
    write(path, 1)
    const first = open(path)
    write(join(directory, 'b'), 2)
    fs.renameSync(join(directory, 'b'), path)
    const second = open(path)
    fs.unlinkSync(path)
    for (const [n, segment] of [first, second].entries()) {
      for (const [read, expected] of readersOf(segment, n + 1)) assert.deepEqual(read(), expected)
      segment.close()
    }
  },

  'leaves neither mappings nor descriptors': async ({ directory, open }) => {
    const path = join(directory, 'a')
    write(path, 1)
    const turn = async () => {
      open(path).close()
      await sleep(0)
    }
    for (let i = 0; i < 20; i++) await turn()
    await until(() => mapsOf(path) === 0, 'nothing is mapped any more')
    const [maps, files] = [linesOfMaps().length, descriptors()]
    for (let i = 0; i < 300; i++) await turn()
    await until(() => mapsOf(path) === 0, 'nothing is mapped any more')
    // The heap of the engine takes and gives back pieces of its own.
    assert(linesOfMaps().length < maps + 50, `mappings: ${maps}, then ${linesOfMaps().length}`)
    assert(descriptors() <= files + 1, `descriptors: ${files}, then ${descriptors()}`)
  },

  'bad files are errors with a code': async ({ directory, open, mapping }) => {
    const path = join(directory, 'a')
    if (mapping !== 'buffer')
      assert.equal(
        codeOf(() => open(path)),
        'ERR_HOTSEG_FILE_ERROR',
      )
    fs.writeFileSync(path, '')
    assert.equal(
      codeOf(() => open(path)),
      'ERR_HOTSEG_FORMAT_ERROR',
    )
    fs.writeFileSync(path, Buffer.alloc(100_000, 7))
    assert.equal(
      codeOf(() => open(path)),
      'ERR_HOTSEG_FORMAT_ERROR',
    )
    write(join(directory, 'b'), 1)
    fs.writeFileSync(path, fs.readFileSync(join(directory, 'b')).subarray(0, 50_000))
    assert.equal(
      codeOf(() => open(path)),
      'ERR_HOTSEG_FORMAT_ERROR',
    )
    await until(() => mapsOf(directory) === 0, 'nothing is mapped any more')
  },

  'a file above its limit is UnsupportedError': ({ directory, open, mapping, isForced }) => {
    if (mapping === 'buffer' || !isForced) return
    const limit = mapping === 'mmap-io' ? Math.min(2 ** 31 - 1, constants.MAX_LENGTH) : constants.MAX_LENGTH
    const path = join(directory, 'large')
    fs.writeFileSync(path, '')
    // Sparse: it takes no room. File systems end at 2^43 bytes or later.
    if (limit < 2 ** 40) {
      fs.truncateSync(path, limit + 1)
      assert.equal(
        codeOf(() => open(path)),
        'ERR_HOTSEG_UNSUPPORTED_ERROR',
      )
      fs.truncateSync(path, limit + 1 + 2 ** 32)
      assert.equal(
        codeOf(() => open(path)),
        'ERR_HOTSEG_UNSUPPORTED_ERROR',
      )
    }
    // As large as can be is mapped, and found to be no segment.
    fs.truncateSync(path, Math.min(limit, 2 ** 33))
    assert.equal(
      codeOf(() => open(path)),
      'ERR_HOTSEG_FORMAT_ERROR',
    )
  },

  'a store follows versions, and lets go of old ones': async ({ directory, mapping }) => {
    if (mapping === 'buffer') return
    const store = await Store.open(join(directory, 'store'), { schema: types, create: true, retain: 0 })
    let old = []
    for (let n = 1; n <= 12; n++) {
      await store.publish((draft) => fillNumbered(draft, n))
      assert.equal(store.mapping, mapping)
      const { places, words, numbers, texts } = store.current
      for (const [read] of old) {
        // What was read from an earlier version still is that version's, until it has been let go.
        const seen = (() => {
          try {
            return read()
          } catch (error) {
            assert(isClosed(error), String(error))
            return undefined
          }
        })()
        if (seen !== undefined) assert.match(String(seen), new RegExp(`of ${n - 1}$`))
      }
      const row = places.by.id.get(5)
      old = [[() => row.name], [() => texts.at(0)], [() => places.by.id.get(9).name]]
      assert.equal(words.get('word 1'), n * 10_000 + 1)
      assert.equal(numbers.at(1), n * 10_000 + 1)
    }
    const current = join(directory, 'store/versions', `${store.generation}.hotseg`)
    await until(() => mapsOf('/versions/') === mapsOf(current), 'only the current version is mapped')
    await store.close()
    await until(() => mapsOf('/versions/') === 0, 'nothing is mapped any more')
  },

  'pages can be asked for beforehand': async ({ directory, mapping }) => {
    if (mapping === 'buffer') return
    for (const resident of ['lazy', 'populate', 'lock']) {
      const options = { schema: types, create: true, resident }
      const store = await Store.open(join(directory, resident), options)
      await store.publish((draft) => fillNumbered(draft, 3))
      const { asked, got, reason } = store.residency
      assert.equal(asked, resident)
      assert(got === resident || reason !== undefined, `${resident}: ${got}, ${reason}`)
      assert.equal(store.current.words.get('word 9'), 30_009)
      await store.close()
    }
  },

  'a file that is cut off is CorruptionError from the next access on': ({ directory, open, mapping, isGuarded }) => {
    if (mapping === 'buffer' || !isGuarded) return
    const path = join(directory, 'a')
    write(join(directory, 'b'), 2)
    const other = open(join(directory, 'b'))
    const intact = readersOf(other, 2)
    for (const byteLength of [0, 4096, 100_000]) {
      for (const [i] of intact.entries()) {
        write(path, 1)
        const segment = open(path)
        const readers = readersOf(segment, 1)
        const words = segment.find('words', types.words)
        fs.truncateSync(path, byteLength)
        // The access that meets the lost page sees zeros.
        for (let row = 0; row < ROWS; row++) {
          try {
            words.get(`word ${row}`)
          } catch {
            break
          }
        }
        const [read] = readers[i]
        assert.throws(read, isDamaged, `${byteLength}: ${read.toString()}`)
        assert.throws(() => segment.verify(), isDamaged)
        segment.close()
        assert.throws(read, isClosed)
        fs.unlinkSync(path)
        // Nobody else is told so.
        const [readOther, expected] = intact[i]
        assert.deepEqual(readOther(), expected)
      }
    }
    write(path, 1)
    const again = open(path)
    for (const [read, expected] of readersOf(again, 1)) assert.deepEqual(read(), expected)
    again.close()
    other.close()
  },

  'nothing at all can be read of a file that was cut off': ({ directory, open, mapping, isGuarded }) => {
    if (mapping === 'buffer' || !isGuarded) return
    const path = join(directory, 'a')
    const everything = typesOf(hotseg)
    const written = fill(Segment.create(path), everything)
    written.seal()
    written.close()
    const segment = open(path)
    const readers = []
    const collect = (place, read) => {
      read()
      readers.push([place, read])
    }
    readAll(segment, everything, () => undefined, collect)
    assert(readers.length > 300)
    fs.truncateSync(path, 0)
    // The access that meets the lost page sees zeros.
    codeOf(() => segment.verify())
    const survivors = readers.filter(([, read]) => codeOf(read) !== 'ERR_HOTSEG_CORRUPTION_ERROR')
    assert.deepEqual(
      survivors.map(([place]) => place),
      [],
    )
    segment.close()
    for (const [place, read] of readers) assert.throws(read, isClosed, place)
  },

  'an iteration that meets the cut does not just end': ({ directory, open, mapping, isGuarded }) => {
    if (mapping === 'buffer' || !isGuarded) return
    const [path, whole] = [join(directory, 'a'), join(directory, 'whole')]
    write(whole, 1)
    const size = fs.statSync(whole).size
    const iterations = {
      places: (segment) => segment.find('places', types.places)[Symbol.iterator](),
      'places in order': (segment) => segment.find('places', types.places).by.id.range({ gte: 1 })[Symbol.iterator](),
      words: (segment) => segment.find('words', types.words).keys(),
      numbers: (segment) => segment.find('numbers', types.numbers)[Symbol.iterator](),
      texts: (segment) => segment.find('texts', types.texts)[Symbol.iterator](),
    }
    for (const [name, begin] of Object.entries(iterations)) {
      for (let byteLength = 0; byteLength < size; byteLength += 32_768) {
        fs.copyFileSync(whole, path)
        const segment = open(path)
        const expected = [...begin(segment)].length
        const iterator = begin(segment)
        let seen = 0
        for (; seen < 10; seen++) assert(iterator.next().done === false)
        fs.truncateSync(path, byteLength)
        const code = codeOf(() => {
          while (iterator.next().done !== true) seen++
        })
        // What it never reads may be missing.
        const isRight = code === 'ERR_HOTSEG_CORRUPTION_ERROR' || (code === 'done' && seen === expected)
        assert(isRight, `${name}, ${byteLength} of ${size} bytes: ${code} after ${seen} of ${expected}`)
        segment.close()
        fs.unlinkSync(path)
      }
    }
  },

  'a store whose current version is cut off goes on with the next': async ({ directory, mapping, isGuarded }) => {
    if (mapping === 'buffer' || !isGuarded) return
    const options = { schema: types, create: true, retain: 0 }
    const store = await Store.open(join(directory, 'store'), options)
    await store.publish((draft) => fillNumbered(draft, 1))
    const path = join(directory, 'store/versions/1.hotseg')
    fs.chmodSync(path, 0o600)
    fs.truncateSync(path, 0)
    // The access that meets the lost page may see zeros.
    codeOf(() => store.current.words.get('word 1'))
    assert.throws(() => store.current.words.get('word 1'), isDamaged)
    assert.throws(() => store.current.numbers.at(1), isDamaged)
    await store.publish((draft) => fillNumbered(draft, 2))
    assert.equal(store.current.words.get('word 1'), 20_001)
    await until(() => mapsOf('versions/1.hotseg') === 0, 'the damaged version is not mapped any more')
    await store.close()
  },

  'verify of a file that is cut off meanwhile ends': ({ directory, open, mapping, isGuarded }) => {
    if (mapping === 'buffer' || !isGuarded) return
    const path = join(directory, 'a')
    write(path, 1)
    const segment = open(path)
    fs.truncateSync(path, 50_000)
    assert.throws(() => segment.verify(), isDamaged)
    assert.throws(() => segment.objects(), isDamaged)
    segment.close()
  },
}

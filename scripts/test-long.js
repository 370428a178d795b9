// Many runs of the property tests of every kind of container, with progress; at a failure, what repeats it. HOTSEG_RUNS says
// how many runs each has, 10,000 when left out; names of kinds, or parts of them, on the command line choose some.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as t from 'hotseg'
import { checkModel } from 'hotseg/testing'

const RUNS = Number(process.env.HOTSEG_RUNS ?? 10_000)
const RUNS_A_STEP = 100

const Item = t.struct({
  n: t.i32,
  name: t.string,
  at: t.struct({ lat: t.f64, label: t.optional(t.string) }),
  kind: t.withDefault(t.enumeration('a', 'b', 'c'), 'b'),
  words: t.vector(t.string),
})
const Row = t.struct({
  id: t.u16,
  name: t.string,
  group: t.u8,
  size: t.withDefault(t.f64, 0.5),
  note: t.optional(t.bytes),
  words: t.vector(t.string),
})
const length = t.computed('length', 1, t.u32, (row) => row.words.length)
const noted = t.predicate('noted', 1, (row) => row.note !== undefined)

const kinds = {
  struct: Item,
  array: t.array(Item, 3),
  vector: t.vector(Item),
  deque: t.deque(Item),
  list: t.list(Item),
  ref: t.optional(Item),
  variant: t.variant({ none: t.bool, item: Item, words: t.vector(t.string) }),
  hashMap: t.hashMap(t.string, Item),
  orderedMap: t.orderedMap(t.string, Item),
  hashSet: t.hashSet(t.string),
  orderedSet: t.orderedSet(t.string),
  hashMultimap: t.hashMultimap(t.f32, Item),
  orderedMultimap: t.orderedMultimap(t.string, t.string),
  hashMultiset: t.hashMultiset(t.string),
  orderedMultiset: t.orderedMultiset(t.struct({ a: t.u8, b: t.string })),
  flatMap: t.flatMap(t.i64, Item),
  flatSet: t.flatSet(t.string),
  pointers: t.struct({
    one: t.offsetPtr(Item),
    weak: t.weakPtr(Item),
    own: t.uniquePtr(Item),
    both: t.sharedPtr(Item),
  }),
  nested: t.orderedMap(t.string, t.hashMap(t.u8, t.vector(Item))),
  multiIndex: t.multiIndex(Row, {
    id: t.hashedUnique('id'),
    place: t.orderedUnique(['group', t.desc('name')]),
    group: t.hashedNonUnique('group'),
    name: t.orderedNonUnique('name'),
    long: t.orderedNonUnique(length, { where: noted }),
    size: t.rankedNonUnique('size'),
    rank: t.rankedUnique([t.desc('name'), 'id']),
    arrival: t.sequenced(),
    slot: t.randomAccess(),
  }),
}

const names = Object.keys(kinds).filter(
  (name) => process.argv.length === 2 || process.argv.slice(2).some((part) => name.includes(part)),
)
const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hotseg-long-'))
const say = (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`)

try {
  for (const name of names) {
    const start = performance.now()
    let commands = 0
    // In steps, so that memory of fast-check's does not grow with the runs; each has a seed of its own.
    for (let done = 0; done < RUNS; done += RUNS_A_STEP) {
      const runs = Math.min(RUNS_A_STEP, RUNS - done)
      commands += checkModel(kinds[name], {
        runs,
        directory,
        onRun: (now) => say(`${name} ${done + now}/${RUNS}`),
      }).commands
    }
    say('')
    console.log(`${name}: ${RUNS} runs, ${commands} commands, ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
} catch (error) {
  say('')
  console.error(error)
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}

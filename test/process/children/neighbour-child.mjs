// A process with a store under one of three neighbouring schemas, told what to do by messages.
import * as t from 'hotseg'

const id = t.hashedUnique('id')
const name = t.orderedNonUnique('name')
const Narrow = { id: t.u32, name: t.string }
const Wide = { ...Narrow, state: t.optional(t.string), rank: t.withDefault(t.u16, 7) }

const schemas = {
  narrow: { cities: t.multiIndex(t.struct(Narrow), { id }), edition: t.u32 },
  // More fields, all of which may be missing in the file.
  wide: { cities: t.multiIndex(t.struct(Wide), { id }), edition: t.u32 },
  // An index and a table besides, which must be there.
  whole: { cities: t.multiIndex(t.struct(Wide), { id, name }), edition: t.u32, extra: t.hashMap(t.string, t.u32) },
}

let store
const failures = []

const commands = {
  async open({ directory, schema, ...options }) {
    store = await t.Store.open(directory, { schema: schemas[schema], ...options })
    store.on('adopt-failed', ({ generation, current, error }) => failures.push([generation, current, error.code]))
    return store.generation
  },
  async publish({ edition, row }) {
    const version = await store.publish((draft) => {
      draft.edition = edition
      for (let index = 0; index < 50; index++) draft.cities.insert({ id: index, name: `${edition}/${index}`, ...row })
    })
    return version.generation
  },
  read() {
    const { current } = store
    const rows = [...current.cities]
    if (rows.length !== 50) throw new Error(`rows=${rows.length}`)
    for (const row of rows) if (row.name !== `${current.edition}/${row.id}`) throw new Error(`torn: ${row.name}`)
    return { edition: current.edition, row: current.cities.by.id.get(7).toObject() }
  },
  byName: ({ name }) => [...store.current.cities.by.name.equalRange(name)].map((row) => row.id),
  refresh: () => store.refresh(),
  generation: () => store.generation,
  failures: () => failures,
}

process.on('disconnect', () => process.exit())
process.on('message', async ({ command, ...request }) => {
  try {
    process.send({ result: await commands[command](request) })
  } catch (error) {
    process.send({ error: { code: error.code, message: error.message, stack: error.stack } })
  }
})
process.send({ ready: true })

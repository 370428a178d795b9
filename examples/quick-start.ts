/**
 * Builds a segment, seals it, and lets another process read the same bytes.
 *
 *     npm run build && npx tsc -p examples/tsconfig.build.json && node examples/build/quick-start.js
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { desc, hashedUnique, multiIndex, orderedNonUnique, Segment, string, struct, u32 } from 'hotseg'

const City = struct({ id: u32, name: string, country: string, population: u32 })

const Cities = multiIndex(City, {
  id: hashedUnique('id'),
  name: orderedNonUnique('name'),
  place: orderedNonUnique(['country', desc('population')]),
})

function build(path: string): void {
  const segment = Segment.create(path, { capacity: '64 MiB' })
  const cities = segment.construct('cities', Cities)
  cities.insert({ id: 2643743, name: 'London', country: 'GB', population: 8_961_989 })
  cities.insert({ id: 2643123, name: 'Manchester', country: 'GB', population: 395_515 })
  cities.insert({ id: 1816670, name: 'Beijing', country: 'CN', population: 18_960_744 })
  const taken = cities.insert({ id: 1816670, name: 'Peking', country: 'CN', population: 0 })
  if (!taken.inserted) console.log(`builder: id is taken by ${taken.row.name}`)
  // From here on the file is immutable, and appears under its name.
  segment.seal()
  segment.close()
}

function read(path: string): void {
  const segment = Segment.open(path)
  const cities = segment.find('cities', Cities)
  if (cities === undefined) throw new Error('no table of that name')
  console.log(`reader: ${cities.size} cities, ${cities.by.id.get(2643743)?.name ?? 'none'} is one of them`)
  for (const city of cities.by.name.range({ prefix: 'Man' })) console.log(`reader: prefix Man: ${city.name}`)
  for (const city of cities.by.place.equalRange(['GB'])) console.log(`reader: in GB: ${city.name} ${city.population}`)
  segment.close()
}

const given = process.argv[2]
if (given === undefined) {
  const directory = mkdtempSync(join(tmpdir(), 'hotseg-quick-start-'))
  try {
    const path = join(directory, 'cities.hotseg')
    build(path)
    const reader = fork(import.meta.filename, [path])
    const [status] = (await once(reader, 'exit')) as [number | null]
    process.exitCode = status ?? 1
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
} else {
  read(given)
}
